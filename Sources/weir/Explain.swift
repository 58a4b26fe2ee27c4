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
    help:
      "A rule such as scan.horizontal, the beginning of its id, words of its title, or a stage such as P5. Default: list all rules.",
    completion: .list(RuleCatalog.ids.map(\.rawValue))
  )
  var words: [String] = []

  @Option(help: ArgumentHelp("A settings file.", valueName: "file"), completion: .file())
  var config: String?

  private var rule: String? { words.isEmpty ? nil : words.joined(separator: " ") }

  func run() throws {
    if let stage = Stage.allCases.first(where: { $0.rawValue.lowercased() == rule?.lowercased() }) {
      return Output.write(stage.explanation + "\n", to: .standardOutput)
    }
    let rules = rule.map(RuleSearch.rules) ?? RuleCatalog.rules
    guard let first = rules.first else {
      throw ValidationError(RuleSearch.notFound(rule ?? ""))
    }
    guard rules.count == 1 else {
      return Output.write(RuleSearch.list(rules), to: .standardOutput)
    }
    let settings = try Analyze.settingsOrExit { () throws(SettingsError) in
      try Configuration(path: config, environment: environment)
    }
    Output.write(first.text(settings.thresholds, width: 78), to: .standardOutput)
  }
}

extension Rule {
  /// Its page with the values in force, its parts under their names, broken into lines.
  func text(_ thresholds: Thresholds, width: Int) -> String {
    let parts = [
      ("Input", page.input), ("Fires when", firesWhen(thresholds)),
      ("Score", scoreText(thresholds)),
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
