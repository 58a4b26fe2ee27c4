import FlowFindings
import Foundation
import Testing

/// A page with console blocks: lines that begin with `$ ` are commands, the others what they print.
struct GuidePage {
  /// A command and what the page shows below it.
  struct Block: CustomTestStringConvertible {
    var file: String
    var command: String
    var output: String
    var testDescription: String { "\(file): \(command)" }
  }

  /// README and the guides, from the top of the repository.
  static let files: [String] = {
    let catalog = "Sources/weir/weir.docc"
    let folder = Program.repository.appending(path: catalog)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return ["README.md"]
      + names.filter { $0.hasSuffix(".md") }.sorted().map { "\(catalog)/\($0)" }
  }()

  let file: String
  private(set) var lines: [Substring]

  init(_ file: String) throws {
    self.file = file
    let data = try Data(contentsOf: Program.repository.appending(path: file))
    lines = String(decoding: data, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  var blocks: [Block] {
    var blocks: [Block] = []
    var isInside = false
    for line in lines {
      if line == "```console" {
        isInside = true
      } else if line == "```" {
        isInside = false
      } else if isInside, line.hasPrefix("$ ") {
        blocks.append(Block(file: file, command: String(line.dropFirst(2)), output: ""))
      } else if isInside, let last = blocks.indices.last {
        blocks[last].output += line + "\n"
      }
    }
    return blocks
  }

  /// Writes the page with what commands print now.
  func update(_ run: (String) throws -> String) throws {
    var (text, isInside) = ([] as [Substring], false)
    for line in lines {
      if line == "```console" { isInside = true } else if line == "```" { isInside = false }
      if !isInside || line == "```console" {
        text.append(line)
      } else if line.hasPrefix("$ ") {
        text.append(line)
        let output = try run(String(line.dropFirst(2)))
        text += output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      }
    }
    try write(text)
  }

  /// Replaces the lines between two markers.
  func replace(between begin: Substring, and end: Substring, with new: [String]) throws {
    guard let start = lines.firstIndex(of: begin), let stop = lines.firstIndex(of: end) else {
      return
    }
    try write(lines[...start] + new.map { $0[...] } + lines[stop...])
  }

  /// The lines between two markers.
  func lines(between begin: Substring, and end: Substring) -> [String] {
    guard let start = lines.firstIndex(of: begin), let stop = lines.firstIndex(of: end) else {
      return []
    }
    return lines[(start + 1)..<stop].map(String.init)
  }

  private func write(_ lines: some Sequence<Substring>) throws {
    try Data(lines.joined(separator: "\n").utf8)
      .write(to: Program.repository.appending(path: file))
  }
}

@Suite("README and guides", .serialized)
struct ReadmeTests {
  private static let isUpdating =
    ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1"

  static let blocks = GuidePage.files.flatMap { (try? GuidePage($0))?.blocks ?? [] }

  private static func run(_ command: String) throws -> String {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.shell(command, in: Program.repository)
    // CSV ends its lines as RFC 4180 asks.
    return (outcome.stdout + outcome.stderr).replacing("\r\n", with: "\n")
  }

  @Test("with UPDATE_GOLDENS=1 they are written anew", .enabled(if: isUpdating))
  func update() throws {
    for file in GuidePage.files { try GuidePage(file).update(Self.run) }
    try GuidePage(Self.rulesGuide).replace(between: Self.begin, and: Self.end, with: Self.rules)
  }

  @Test("show what their commands print", .disabled(if: isUpdating), arguments: blocks)
  func block(_ block: GuidePage.Block) throws {
    #expect(try Self.run(block.command) == block.output)
  }

  @Test("have blocks to check: README and most guides")
  func isThere() {
    #expect(Self.blocks.count { $0.file == "README.md" } >= 3)
    #expect(Set(Self.blocks.map(\.file)).count >= 6)
  }

  @Test("README is short: the rest is in the guides, which it links")
  func length() throws {
    let readme = try GuidePage("README.md")
    #expect(readme.lines.count <= 300)
    let text = readme.lines.joined(separator: "\n")
    for file in GuidePage.files.dropFirst() where !file.hasSuffix("/weir.md") {
      #expect(text.contains(file), "README does not link \(file)")
    }
  }

  // MARK: The list of rules

  private static let rulesGuide = "Sources/weir/weir.docc/Findings.md"
  private static let begin: Substring = "<!-- rules: begin -->"
  private static let end: Substring = "<!-- rules: end -->"

  private static var rules: [String] {
    ["| rule | title | family |", "|---|---|---|"]
      + RuleCatalog.rules.map {
        "| `\($0.id)` | \($0.page.title) | \($0.family.rawValue.replacing("BruteForce", with: "Brute force")) |"
      }
  }

  @Test("the list of rules is that of the catalog", .disabled(if: isUpdating))
  func listOfRules() throws {
    let page = try GuidePage(Self.rulesGuide)
    #expect(page.lines(between: Self.begin, and: Self.end) == Self.rules)
  }
}
