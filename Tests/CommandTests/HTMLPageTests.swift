import Foundation
import Testing

/// The page in a real browser: what no look at its text can prove.
///
/// Chromium is driven by Tests/Tools/browse-page.py; without it these tests fail.
@Suite("HTML page in Chromium")
struct HTMLPageTests {
  /// What the browser said.
  private struct Visit: Decodable {
    var values: [String]
    var console: [String]
    var requests: [String]
    var dialogs: [String]
  }

  private struct Missing: Error, CustomStringConvertible {
    var description: String
  }

  /// A step of the script, as the browser's driver reads it.
  private static func evaluate(_ expression: String) -> [String] { ["evaluate", expression] }
  private static func press(_ key: String, times: Int = 1) -> [[String]] {
    Array(repeating: ["key", key], count: times)
  }

  private static func visit(
    _ program: Program,
    _ page: String,
    width: Int = 1280,
    _ steps: [[String]]
  ) throws -> Visit {
    let script = try JSONEncoder().encode(steps)
    try program.write("steps.json", Array(script))
    let driver = Program.repository.appending(path: "Tests/Tools/browse-page.py").path
    let run = try program.shell(
      "python3 '\(driver)' \(page) \(width)",
      environment: ["IN": program.folder.appending(path: "steps.json").path]
    )
    guard run.status == 0 else {
      throw Missing(description: "no browser: install chromium and python3\n\(run.stderr)")
    }
    return try JSONDecoder().decode(Visit.self, from: Data(run.stdout.utf8))
  }

  /// The scan of the example log, with names that would like to be more than names.
  private static func program() throws -> Program {
    let program = try Program()
    let hostile =
      #"<script>pwned()</script><img src=x onerror=pwned()><x-hostile>\" onfocus=pwned() autofocus x=\""#
    try program.write("a<img src=x onerror=pwned()>.log", Log.header + Log.scan())
    try program.write(
      "names.yaml",
      "\"198.51.100.7\": \"\(hostile)\"\n\"10.0.0.1\": \"{{title}}\"\n"
    )
    let run = try program.shell("weir --names names.yaml --format html --output page.html a*.log")
    #expect(run.stderr.hasSuffix("1 file written\n") && run.status == 0)
    return program
  }

  @Test(
    "No request, no console message, nothing of the log comes alive, and everything works from the keyboard"
  )
  func page() throws {
    let program = try Self.program()
    defer { program.remove() }
    let focus =
      "`${document.activeElement.tagName} ${document.activeElement.id || document.activeElement.textContent.trim().slice(0, 20)}`"
    let sweeps =
      "[...document.querySelectorAll('table.sortable')].find(t => t.parentNode.getAttribute('aria-label') === 'SSH sources')"
    let visit = try Self.visit(
      program,
      "page.html",
      [
        Self.evaluate(
          "`${document.scripts.length} ${document.images.length} ${document.querySelectorAll('x-hostile, [onerror], [onfocus], [style]').length} ${typeof pwned}`"
        ),
        Self.evaluate(
          "document.body.textContent.includes('<script>pwned()</script>') && document.body.textContent.includes('{{title}}') ? 'as text' : 'lost'"
        ),
      ]
        + Self.press("Tab") + [Self.evaluate(focus)]
        + Self.press("Tab", times: 6) + [Self.evaluate(focus), ["type", "nothing like this"]]
        + [
          Self.evaluate(
            "[...document.querySelectorAll('#findings > details')].filter(d => !d.hidden).length + ' left'"
          )
        ]
        + [Self.evaluate("document.getElementById('filter-tables').focus(), 'there'")]
        + Self.press("Tab", times: 3) + [Self.evaluate(focus)]
        + Self.press("Enter")
        + [Self.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')")]
        + Self.press("Space")
        + [Self.evaluate("document.activeElement.closest('th').getAttribute('aria-sort')")]
        + [Self.evaluate("[...\(sweeps).tBodies[0].rows].map(r => r.cells[1].textContent).join()")]
    )
    #expect(visit.console == [])
    #expect(visit.dialogs == [])
    #expect(visit.requests.count(where: { !$0.hasPrefix("data:,") }) == 1)
    #expect(visit.requests.first?.hasSuffix("/page.html") == true)
    #expect(
      visit.values == [
        "1 0 0 undefined", "as text", "A Skip to the findings", "INPUT filter-findings", "0 left",
        "there", "BUTTON Destinations", "ascending", "descending", "12",
      ]
    )
  }
}
