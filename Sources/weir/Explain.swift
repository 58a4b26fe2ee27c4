import ArgumentParser
import FlowDetection
import FlowFindings
import SystemFiles

/// `weir explain RULE`.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what a rule sees, when it fires, how it scores and what to do."
  )

  @Argument(
    help: "The rule, such as scan.horizontal; without one, all rules are listed.",
    completion: .list(RuleCatalog.ids.map(\.rawValue))
  )
  var rule: String?

  func run() throws {
    guard let rule else {
      let names = RuleCatalog.rules.map(\.id.rawValue)
      let width = names.map(\.count).max() ?? 0
      let lines = zip(names, RuleCatalog.rules).map { name, rule in
        name + String(repeating: " ", count: width + 2 - name.count) + rule.page.title
      }
      return Output.write(lines.joined(separator: "\n") + "\n", to: .standardOutput)
    }
    guard let known = RuleID(rawValue: rule.lowercased()).rule else {
      let names = RuleCatalog.rules.map(\.id.rawValue).joined(separator: ", ")
      throw ValidationError("there is no rule '\(rule)'; the rules are \(names)")
    }
    Output.write(known.text(width: 78), to: .standardOutput)
  }
}

extension Rule {
  /// Its page with its parts under their names, broken into lines.
  func text(width: Int) -> String {
    let parts = [
      ("Sees", page.sees), ("Fires when", page.firesWhen), ("Score", page.score),
      ("Evidence", page.evidence), ("Blind spots and false alarms", page.blindSpots),
      ("Technique", techniques.joined(separator: ", ")),
      ("Source", page.source), ("Respond", page.respond),
    ]
    let blocks = parts.map { name, body in
      ([name] + Self.wrapped(body, width - 4).map { "    " + $0 }).joined(separator: "\n")
    }
    let others = ids.dropFirst().map(\.rawValue).joined(separator: ", ")
    let names = Self.wrapped(others.isEmpty ? "" : "Also: \(others)", width)
    let head = (["\(id)  \(page.title)"] + names).joined(separator: "\n")
    return "\(head)\n\n" + blocks.joined(separator: "\n\n") + "\n"
  }

  private static func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
