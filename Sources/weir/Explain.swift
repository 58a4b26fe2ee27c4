import ArgumentParser
import FlowFindings
import FlowSettings
import SystemFiles

/// `weir explain RULE`.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the input, firing condition, score and response of a rule."
  )

  @Argument(
    help: "The rule, such as scan.horizontal. Without one, all rules are listed.",
    completion: .list(RuleCatalog.ids.map(\.rawValue))
  )
  var rule: String?

  @Option(help: ArgumentHelp("A file of settings.", valueName: "file"), completion: .file())
  var config: String?

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
    let settings = try Analyze.settingsOrExit { () throws(SettingsError) in
      try Configuration(path: config, environment: environment)
    }
    Output.write(known.text(settings.thresholds, width: 78), to: .standardOutput)
  }
}

extension Rule {
  /// Its page with the values in force, its parts under their names, broken into lines.
  func text(_ thresholds: Thresholds, width: Int) -> String {
    let parts = [
      ("Input", page.input), ("Fires when", firesWhen(thresholds)), ("Score", scoreText(thresholds)),
      ("Evidence", page.evidence), ("Blind spots and false positives", page.blindSpots),
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
