import Foundation
import Testing

@Suite("Interfaces without traffic")
struct UnusedInterfaceTests {
  private static let traffic = Log.line("10.0.0.5", "203.0.113.30", 40_000, 443, action: "ACCEPT")

  private static func quiet(
    _ interface: String,
    _ times: String = "1767607200 1767607260",
    _ status: String = "NODATA"
  ) -> String {
    "2 123456789012 \(interface) - - - - - - - \(times) - \(status)\n"
  }

  @Test("an interface without traffic occurs, with its windows")
  func unusedInterface() throws {
    let program = try Program()
    defer { program.remove() }
    let (unused, lost) = ("eni-00d6a9de417287f0f", "eni-00d6a9de417287f00")
    let lines = [
      Self.traffic, Self.quiet(unused), Self.quiet(unused, "1767607260 1767607320"),
      Self.quiet(lost, "1767607200 1767607260", "SKIPDATA"), Self.quiet(lost, "- -"),
    ]
    try program.write("a.log", Log.header + lines.joined())
    for format in ["text", "markdown", "html"] {
      let outcome = try program.shell("weir pivot --format \(format) \(unused) a.log")
      #expect(outcome.status == 0)
      #expect(!outcome.stdout.contains("does not occur"), "\(format)")
      #expect(outcome.stdout.contains("has no traffic: 2 windows without data"), "\(format)")
    }
    let both = try program.shell("weir pivot \(lost) a.log")
    #expect(
      both.stdout.contains("has no traffic: 1 window without data, 1 window with lost records")
    )
    let json = try program.shell("weir pivot --format json \(unused) a.log")
    let compact = json.stdout.filter { !$0.isWhitespace }
    #expect(compact.contains(#""occurs":true,"quiet":{"noData":2,"skipData":0,"firstSeen":"#))
    #expect(compact.contains(#""lastSeen":"2026-01-05T10:02:00Z"}"#), "\(compact.prefix(2000))")
    let none = try program.shell("weir pivot eni-0ffffffffffffffff a.log")
    #expect(none.stdout.contains("does not occur in 5 records"))
    let window = try program.shell("weir pivot --since 2026-02-01 \(unused) a.log")
    #expect(window.stdout.contains("does not occur"))
  }
}
