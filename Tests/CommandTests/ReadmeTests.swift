import Foundation
import Testing

/// A command of the README and what it shows below it.
struct ConsoleBlock: CustomTestStringConvertible {
  var command: String
  var output: String
  var testDescription: String { command }
}

@Suite("README")
struct ReadmeTests {
  /// All blocks marked `console`: lines that begin with `$ ` are commands, the others what they print.
  static let blocks: [ConsoleBlock] = {
    let url = Program.repository.appending(path: "README.md")
    let text = String(decoding: (try? Data(contentsOf: url)) ?? Data(), as: UTF8.self)
    var blocks: [ConsoleBlock] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```console" {
        isInside = true
      } else if line == "```" {
        isInside = false
      } else if isInside, line.hasPrefix("$ ") {
        blocks.append(ConsoleBlock(command: String(line.dropFirst(2)), output: ""))
      } else if isInside, let last = blocks.indices.last {
        blocks[last].output += line + "\n"
      }
    }
    return blocks
  }()

  @Test("shows what its commands print", arguments: blocks)
  func block(_ block: ConsoleBlock) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.shell(block.command, in: Program.repository)
    #expect(outcome.stdout + outcome.stderr == block.output)
  }

  @Test("has blocks to check")
  func isThere() { #expect(Self.blocks.count >= 3) }
}
