import FlowTestSupport
import Foundation
import Testing

/// The page in a real browser: what no look at its text can prove.
///
/// Tests/Tools/browse-page.py drives Chromium; without Chromium or python3 it is skipped.
@Suite("HTML page in Chromium", .needs(.chromium))
struct HTMLPageTests {
  /// What the browser said.
  private struct Visit: Decodable {
    var values: [String]
    var console: [String]
    var requests: [String]
    var dialogs: [String]
  }

  private struct NoBrowser: Error, CustomStringConvertible {
    var description: String
  }

  /// A step, and what it should lead to where it is a question.
  private struct Step {
    var words: [String]
    var answer: String?

    static func ask(_ expression: String, _ answer: String) -> Step {
      Step(words: ["evaluate", expression], answer: answer)
    }
    static func press(_ key: String, times: Int = 1) -> [Step] {
      Array(repeating: Step(words: ["key", key]), count: times)
    }
    static func set(_ what: String, _ value: String) -> Step { Step(words: [what, value]) }
  }

  private static func visit(_ program: Program, _ page: String, _ steps: [Step]) throws -> Visit {
    try program.write("steps.json", Array(JSONEncoder().encode(steps.map(\.words))))
    let driver = Program.repository.appending(path: "Tests/Tools/browse-page.py").path
    let run = try program.shell(
      "python3 '\(driver)' \(page)",
      environment: ["IN": program.folder.appending(path: "steps.json").path]
    )
    guard run.status == 0 else {
      throw NoBrowser(
        description: "the browser failed; are chromium and python3 there?\n\(run.stderr)"
      )
    }
    return try JSONDecoder().decode(Visit.self, from: Data(run.stdout.utf8))
  }

  /// A name that would like to be more than a name.
  private static let hostile =
    #"<script>pwned()</script><img src=x onerror=pwned()><x-hostile>" onfocus=pwned() autofocus x="{{title}}"#

  /// Three sources that scan twelve, three and one of the local addresses.
  private static func log() -> String {
    Log.scan()
      + (1...3).map { Log.line("198.51.100.8", "10.0.0.\($0)", 40_000 + $0, 22) }.joined()
      + Log.line("198.51.100.9", "10.0.0.1", 40_000, 22)
  }

  /// A folder with the page of a log that has hostile paths and names.
  private static func program() throws -> Program {
    let program = try Program()
    try program.write("a<img src=x onerror=pwned()>.log", Log.header + log())
    try program.write(".weir.yaml", "hosts: {198.51.100.7: '\(hostile)'}\n")
    let run = try program.shell("weir --format html --output page.html a*.log")
    #expect(run.stderr.hasSuffix("1 file written\n") && run.status == 0)
    return program
  }

  private static let focus =
    "`${document.activeElement.tagName} ${document.activeElement.id || document.activeElement.textContent}`"
  private static let order = "document.activeElement.closest('th').getAttribute('aria-sort')"
  private static let counts =
    "[...document.activeElement.closest('table').tBodies[0].rows].map(r => r.cells[1].textContent).join()"
  private static let paper = "getComputedStyle(document.body).backgroundColor"

  /// Nothing of the log has come alive; all of it is there as text.
  private static let inert: [Step] = [
    .ask("`${document.scripts.length} ${document.images.length} ${typeof pwned}`", "1 0 undefined"),
    .ask("`${document.querySelectorAll('x-hostile, [onerror], [onfocus], [style]').length}`", "0"),
    .ask("`${document.body.textContent.includes(\(quoted(hostile)))}`", "true"),
  ]

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: #"\'"#).replacing("</", with: #"<\/"#) + "'"
  }

  /// From the top by the keyboard alone: the first stop skips to the findings, the seventh filters them.
  private static let filtering: [Step] =
    Step.press("Tab") + [.ask(focus, "A Skip to the findings")] + Step.press("Tab", times: 6)
    + [
      .ask(focus, "INPUT filter-findings"), .set("type", "nothing like this"),
      .ask("`${document.querySelectorAll('#findings > details:not([hidden])').length}`", "0"),
      .ask("document.querySelector('#findings output').textContent.slice(0, 5)", "0 of "),
    ]

  /// From the filter of the tables on to the second column's head, and sorting by numbers with Enter and the space bar.
  private static let sorting: [Step] =
    [.ask("document.getElementById('filter-tables').focus(), 'there'", "there")]
    + Step.press("Tab", times: 3)
    + [.ask(focus, "BUTTON Destinations"), .ask(order, "descending")]
    + Step.press("Enter")
    + [
      .ask(order, "ascending"),
      .ask(counts, "1,3,12"),
    ]
    + Step.press("Space") + [.ask(order, "descending")]

  /// Light, dark by the system's wish, light by a press on the button; paper is always light.
  private static let themes: [Step] = [
    .set("scheme", "light"), .ask(paper, "rgb(255, 255, 255)"),
    .set("scheme", "dark"), .ask(paper, "rgb(20, 23, 27)"),
    .ask("document.getElementById('theme').click(), \(paper)", "rgb(255, 255, 255)"),
    .ask("document.getElementById('theme').click(), \(paper)", "rgb(20, 23, 27)"),
    .set("media", "print"), .ask(paper, "rgb(255, 255, 255)"), .set("media", ""),
  ]

  /// On a telephone nothing sticks out.
  private static let telephone: [Step] = [
    .set("width", "400"),
    .ask("`${innerWidth} ${document.documentElement.scrollWidth <= innerWidth}`", "400 true"),
  ]

  /// The policy holds even against what runs in the page; the browser complains, so this comes last.
  private static let policy: [Step] = [
    Step(words: ["console", ""], answer: "0"),
    .ask(
      """
      (() => {
        const script = document.createElement('script');
        try { script.text = 'window.pwned = 1'; } catch { script.append('window.pwned = 1'); }
        document.body.append(script);
        return typeof pwned;
      })()
      """,
      "undefined"
    ),
  ]

  @Test("Nothing is loaded, nothing of the log comes alive, and everything works from the keyboard")
  func page() throws {
    let program = try Self.program()
    defer { program.remove() }
    let steps =
      Self.inert + Self.filtering + Self.sorting + Self.themes + Self.telephone + Self.policy
    let visit = try Self.visit(program, "page.html", steps)
    #expect(visit.values == steps.compactMap(\.answer))
    #expect(visit.dialogs == [])
    // The page itself, and its empty icon.
    #expect(visit.requests.filter { $0 != "data:," }.map { $0.suffix(10) } == ["/page.html"])
  }
}
