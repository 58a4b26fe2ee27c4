import Foundation

// generate-rule-pages catalog|types OUTPUT RULE.swift ...
//
// Reads the documentation comment in front of each type that conforms to `Detector` and writes them as `RulePage` values
// (catalog), or gives each of the types its page (types). A comment that lacks a part is an error with file and line, so
// a rule without a whole page does not build.

let parts = [
  "Title", "Sees", "Fires when", "Score", "Evidence", "Blind spots", "Techniques", "Source",
  "Respond",
]

struct Fault: Error {
  var text: String
}

/// The comment lines right before the declaration of a detector, and the name of its type.
func documentation(in text: String, path: String) throws -> (
  type: String, lines: [Substring], line: Int
)? {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  for (number, line) in lines.enumerated() {
    let words = line.split(separator: " ")
    guard ["struct", "enum"].contains(words.first), words.count > 2,
      ["Detector", "FindingJoin", "GuessingRule"].contains(words[2])
    else { continue }
    let type = words[1].prefix { $0 != ":" && $0 != " " }
    let comment = lines[..<number].reversed().prefix { $0.hasPrefix("///") }.reversed()
    return (String(type), comment.map { $0.dropFirst(3) }, number + 1)
  }
  return nil
}

func paragraph(_ lines: [Substring]) -> String {
  lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    .joined(separator: " ").replacingOccurrences(of: "`", with: "")
}

func literal(_ text: String) -> String {
  "\""
    + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
    + "\""
}

func page(_ path: String) throws -> (type: String, code: String)? {
  let text = try String(contentsOfFile: path, encoding: .utf8)
  guard let (type, lines, line) = try documentation(in: text, path: path) else { return nil }
  var rules: [String] = []
  var bodies: [String: [Substring]] = [:]
  var part = "Summary"
  for line in lines {
    let text = line.trimmingCharacters(in: .whitespaces)
    if text.hasPrefix("## ") {
      part = String(text.dropFirst(3))
    } else if text.hasPrefix("# ") {
      rules = text.dropFirst(2).split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    } else {
      bodies[part, default: []].append(line)
    }
  }
  if rules.isEmpty {
    throw Fault(text: "\(path):\(line): error: the page of \(type) names no rule")
  }
  for part in parts where paragraph(bodies[part] ?? []).isEmpty {
    throw Fault(text: "\(path):\(line): error: the page of \(type) lacks the part '\(part)'")
  }
  for part in bodies.keys where part != "Summary" && !parts.contains(part) {
    throw Fault(text: "\(path):\(line): error: the page of \(type) has an unknown part '\(part)'")
  }
  func body(_ part: String) -> String { literal(paragraph(bodies[part] ?? [])) }
  let techniques = paragraph(bodies["Techniques"] ?? []).split(separator: ",")
    .map { literal($0.trimmingCharacters(in: .whitespaces)) }
  let code = """
      static let \(name(of: type)) = RulePage(
        rules: [\(rules.map(literal).joined(separator: ", "))],
        title: \(body("Title")),
        sees: \(body("Sees")),
        firesWhen: \(body("Fires when")),
        score: \(body("Score")),
        evidence: \(body("Evidence")),
        blindSpots: \(body("Blind spots")),
        techniques: [\(techniques.joined(separator: ", "))],
        source: \(body("Source")),
        respond: \(body("Respond"))
      )
    """
  return (type, code)
}

/// The name of a type's page among the pages.
func name(of type: String) -> String { type.prefix(1).lowercased() + type.dropFirst() }

func catalog(_ pages: [(type: String, code: String)]) -> String {
  """
  extension RuleCatalog {
    /// The pages of all rules, by file.
    static let all: [RulePage] = [\(pages.map { name(of: $0.type) }.joined(separator: ", "))]
  \(pages.map { $0.code.replacing("static let", with: "package static let") }.joined(separator: "\n"))
  }

  """
}

func types(_ pages: [(type: String, code: String)]) -> String {
  "internal import FlowFindings\n\n"
    + pages.map {
      "extension \($0.type) {\n  static var page: RulePage { RuleCatalog.\(name(of: $0.type)) }\n}\n"
    }.joined(separator: "\n")
}

do {
  let (kind, output) = (CommandLine.arguments[1], CommandLine.arguments[2])
  let pages = try CommandLine.arguments.dropFirst(3).compactMap(page)
  let text = kind == "catalog" ? catalog(pages) : types(pages)
  try ("// Made from the documentation comments of the rules.\n\n" + text)
    .write(toFile: output, atomically: true, encoding: .utf8)
} catch let fault as Fault {
  FileHandle.standardError.write(Data((fault.text + "\n").utf8))
  exit(1)
}
