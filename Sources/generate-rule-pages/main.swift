import Foundation

// generate-rule-pages OUTPUT DETECTOR.swift ...
//
// Reads the documentation comment in front of each type that conforms to `Detector` and writes them as `RulePage` values.
// A comment that lacks a part is an error with file and line, so a detector without a whole page does not build.

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
    extension \(type) {
      static let page = RulePage(
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
    }
    """
  return (type, code)
}

do {
  let pages = try CommandLine.arguments.dropFirst(2).compactMap(page)
  let list = pages.map { "\($0.type).page" }.joined(separator: ", ")
  let text =
    "// Made from the documentation comments of the detectors.\n\n"
    + pages.map(\.code).joined(separator: "\n\n")
    + "\n\nextension RulePage {\n  static let all: [RulePage] = [\(list)]\n}\n"
  try text.write(toFile: CommandLine.arguments[1], atomically: true, encoding: .utf8)
} catch let fault as Fault {
  FileHandle.standardError.write(Data((fault.text + "\n").utf8))
  exit(1)
}
