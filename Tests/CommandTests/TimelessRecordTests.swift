import Foundation
import Testing

@Suite("Records that show no times")
struct TimelessRecordTests {
  private static let traffic = Log.line("10.0.0.5", "203.0.113.30", 40_000, 443, action: "ACCEPT")

  private static func quiet(
    _ interface: String,
    _ times: String = "1767607200 1767607260",
    _ status: String = "NODATA"
  ) -> String {
    "2 123456789012 \(interface) - - - - - - - \(times) - \(status)\n"
  }

  @Test("NODATA without times is no malformed line, and moves no time")
  func withoutTimes() throws {
    let program = try Program()
    defer { program.remove() }
    let lines = [
      Self.quiet("eni-0a1b2c3d4e5f60718", "- -"), Self.traffic,
      Self.quiet("eni-0a1b2c3d4e5f60718", "- -", "SKIPDATA"),
    ]
    try program.write("a.log", Log.header + lines.joined())
    try program.write("alone.log", Log.header + Self.traffic)
    let outcome = try program.shell("weir a.log")
    #expect(outcome.status == 0)
    #expect(outcome.stdout.contains("Complete: 0 malformed lines, NODATA 1, SKIPDATA 1 record\n"))
    let json = try program.shell("weir --format json a.log")
    let alone = try program.shell("weir --format json alone.log")
    for key in ["firstStart", "lastEnd"] {
      let value = { (text: String) in
        text.split(separator: "\n").first { $0.contains("\"\(key)\"") }
      }
      #expect(value(json.stdout) != nil)
      #expect(value(json.stdout) == value(alone.stdout))
    }
    for option in ["--since 2026-01-01", "--until 2026-02-01", "--last 1h"] {
      let window = try program.shell("weir \(option) --format json a.log")
      #expect(window.status == 0 && window.stdout.contains("\"noData\": 1"), "\(option)")
    }
    // Times alone tell which minutes the log covers; a record without them tells none.
    #expect(!json.stdout.contains("1970-01-01"))
    try program.write("quiet.log", Log.header + lines[0])
    #expect(try program.shell("weir quiet.log").status == 0)
  }
}
