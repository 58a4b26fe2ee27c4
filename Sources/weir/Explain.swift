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
    completion: .list(RuleCatalog.pages.flatMap(\.rules))
  )
  var rule: String?

  func run() throws {
    guard let rule else {
      let width = RuleCatalog.pages.map(\.rule.count).max() ?? 0
      let lines = RuleCatalog.pages.map { page in
        page.rule + String(repeating: " ", count: width + 2 - page.rule.count) + page.title
      }
      return Output.write(lines.joined(separator: "\n") + "\n", to: .standardOutput)
    }
    guard let page = RuleCatalog.pages.first(where: { $0.rules.contains(rule.lowercased()) }) else {
      let known = RuleCatalog.pages.map(\.rule).joined(separator: ", ")
      throw ValidationError("there is no rule '\(rule)'; the rules are \(known)")
    }
    Output.write(page.text(width: 78), to: .standardOutput)
  }
}

extension RulePage {
  /// The page with its parts under their names, broken into lines.
  func text(width: Int) -> String {
    let parts = [
      ("Sees", sees), ("Fires when", firesWhen), ("Score", score), ("Evidence", evidence),
      ("Blind spots and false alarms", blindSpots),
      ("Technique", techniques.joined(separator: ", ")),
      ("Source", source), ("Respond", respond),
    ]
    let blocks = parts.map { name, body in
      ([name] + Self.wrapped(body, width - 4).map { "    " + $0 }).joined(separator: "\n")
    }
    let names =
      rules.count > 1
      ? "\n\(Self.wrapped("Also: " + rules.dropFirst().joined(separator: ", "), width).joined(separator: "\n"))"
      : ""
    return "\(rule)  \(title)\(names)\n\n" + blocks.joined(separator: "\n\n") + "\n"
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
