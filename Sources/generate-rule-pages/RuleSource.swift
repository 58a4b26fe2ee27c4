import Foundation

/// Why a rule cannot be in the catalog, with file and line.
struct Fault: Error {
  var text: String
}

/// What a rule's file says of it: the documentation comment in front of its type, and its declarations
/// `static let traits`, `deed`, `thresholds` and `terms`.
///
/// A comment that lacks a part is an error, so a rule without a whole page does not build.
struct RuleSource {
  static let parts = [
    "Title", "Input", "Fires when", "Score", "Evidence", "Blind spots", "Techniques", "Source",
    "Respond",
  ]
  private static let protocols = ["Detector", "FindingJoin", "DetectionRule"]

  /// The name of its type.
  let type: String
  /// The name of the folder in which its file lies.
  let family: String
  let ids: [String]
  /// The bodies of the page's parts.
  let page: [String: String]
  /// The right sides of its declarations, as they stand there.
  let declarations: [String: String]

  /// The name of its entry in the catalog.
  var entry: String { Self.entry(of: type) }

  static func entry(of type: String) -> String { type.prefix(1).lowercased() + type.dropFirst() }

  /// All rules of some files; files that declare none are left out.
  static func read(_ paths: [String]) throws -> [RuleSource] { try paths.compactMap(read) }

  private static func read(_ path: String) throws -> RuleSource? {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let (type, number) = declaration(lines) else { return nil }
    let comment = lines[..<number].reversed().prefix { $0.hasPrefix("///") }.reversed()
    let page = Page(comment.map { $0.dropFirst(3) })
    if let problem = page.problem {
      throw Fault(text: "\(path):\(number + 1): error: the page of \(type) \(problem)")
    }
    let folder = path.split(separator: "/").dropLast().last.map(String.init) ?? ""
    return RuleSource(
      type: type,
      family: folder,
      ids: page.ids,
      page: page.bodies,
      declarations: declarations(in: text)
    )
  }

  /// The type that is a rule, and its line.
  private static func declaration(_ lines: [Substring]) -> (type: String, line: Int)? {
    for (number, line) in lines.enumerated() {
      let words = line.split(separator: " ")
      guard ["struct", "enum"].contains(words.first), words.count > 2,
        protocols.contains(String(words[2].prefix { $0 != "," }))
      else { continue }
      return (String(words[1].prefix { $0 != ":" }), number)
    }
    return nil
  }

  private static func declarations(in text: String) -> [String: String] {
    var found: [String: String] = [:]
    for name in ["traits", "deed", "thresholds", "terms"] {
      guard let start = text.firstRange(of: "  static let \(name)"),
        let equals = text[start.upperBound...].firstRange(of: "=")
      else { continue }
      found[name] = expression(text[equals.upperBound...])
    }
    return found
  }

  /// The text up to the end of the line in which all its brackets are closed.
  private static func expression(_ text: Substring) -> String {
    let text = text.drop(while: \.isWhitespace)
    var depth = 0
    var isQuoted = false
    let end = text.indices.first { place in
      switch text[place] {
      case "\"": isQuoted.toggle()
      case "(", "[": depth += isQuoted ? 0 : 1
      case ")", "]": depth -= isQuoted ? 0 : 1
      case "\n": return depth == 0
      default: break
      }
      return false
    }
    return String(text[..<(end ?? text.endIndex)])
  }
}

/// A documentation comment as the parts of a page.
struct Page {
  private(set) var ids: [String] = []
  private(set) var bodies: [String: String] = [:]

  private static let idsPart = "ids"

  init(_ lines: [Substring]) {
    var part = "Summary"
    for line in lines.map({ $0.trimmingCharacters(in: .whitespaces) }) where !line.isEmpty {
      if line.hasPrefix("## ") {
        part = String(line.dropFirst(3))
        continue
      }
      if line.hasPrefix("# ") { part = Self.idsPart }
      if part == Self.idsPart {
        // The list of ids may take several lines.
        ids += line.drop { "# ".contains($0) }.split(separator: ",")
          .map { $0.trimmingCharacters(in: .whitespaces) }
      } else {
        let text = line.replacingOccurrences(of: "`", with: "")
        bodies[part] = bodies[part].map { "\($0) \(text)" } ?? text
      }
    }
  }

  /// What is missing or too much.
  var problem: String? {
    if ids.isEmpty { return "names no rule" }
    if let part = RuleSource.parts.first(where: { bodies[$0] == nil }) {
      return "lacks the part '\(part)'"
    }
    let unknown = bodies.keys.sorted().first { $0 != "Summary" && !RuleSource.parts.contains($0) }
    return unknown.map { "has an unknown part '\($0)'" }
  }
}
