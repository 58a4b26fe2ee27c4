import FlowModel
import FlowTestSupport
import Testing

@Suite("A field of a record")
struct FieldTests {
  struct Value: Sendable, CustomTestStringConvertible {
    var field: FieldName
    var text: String
    var check: @Sendable (Row) -> Bool
    var testDescription: String { "\(field.rawValue) \(text)" }

    init(_ field: FieldName, _ text: String, _ check: @escaping @Sendable (Row) -> Bool) {
      (self.field, self.text, self.check) = (field, text, check)
    }
  }

  @Test(
    "is read",
    arguments: [
      Value(.sourceAddress, "::") { $0.source == IPAddress("::") && $0.missing.isEmpty },
      Value(.sourceAddress, "0.0.0.0") { $0.source == IPAddress(v4: 0) },
      Value(.sourceAddress, "255.255.255.255") { $0.source == IPAddress(v4: .max) },
      Value(.sourceAddress, "192.0.2.1") { $0.source == IPAddress(v4: 0xc000_0201) },
      Value(.sourceAddress, "1.22.203.4") { $0.source == IPAddress(v4: 0x0116_cb04) },
      Value(.sourceAddress, "::ffff:192.0.2.1") { $0.source == IPAddress(v4: 0xc000_0201) },
      Value(.sourceAddress, "2001:db8::1") { $0.source == IPAddress("2001:db8::1") },
      Value(.sourceAddress, "2001:DB8:0:0:0:0:0:1") { $0.source == IPAddress("2001:db8::1") },
      Value(.sourceAddress, "-") { $0.missing == [.sourceAddress] },
      Value(.destinationAddress, "203.0.113.254") { $0.destination == IPAddress(v4: 0xcb00_71fe) },
      Value(.destinationAddress, "fe80::1%eth0") { $0.destination == IPAddress("fe80::1") },
      Value(.destinationAddress, "-") { $0.missing == [.destinationAddress] },
      Value(.sourcePort, "0") { $0.sourcePort == 0 && $0.protocolNumber == 6 },
      Value(.sourcePort, "65535") { $0.sourcePort == 65_535 },
      Value(.sourcePort, "00022") { $0.sourcePort == 22 },
      Value(.sourcePort, "-") { $0.sourcePort == 0 && $0.missing == [.sourcePort] },
      Value(.destinationPort, "0") { $0.destinationPort == 0 },
      Value(.destinationPort, "65535") { $0.destinationPort == 65_535 },
      Value(.destinationPort, "-") { $0.missing == [.destinationPort] },
      Value(.protocolNumber, "0") { $0.protocolNumber == 0 },
      Value(.protocolNumber, "17") { $0.protocolNumber == 17 },
      Value(.protocolNumber, "255") { $0.protocolNumber == 255 && $0.missing.isEmpty },
      Value(.protocolNumber, "-") { $0.missing == [.protocolNumber] },
      Value(.packets, "0") { $0.packets == 0 },
      Value(.packets, "1234567") { $0.packets == 1_234_567 },
      Value(.packets, "12345678") { $0.packets == 12_345_678 },
      Value(.packets, "123456789") { $0.packets == 123_456_789 },
      Value(.packets, "123456789012345") { $0.packets == 123_456_789_012_345 },
      Value(.packets, "1234567890123456") { $0.packets == 1_234_567_890_123_456 },
      Value(.packets, "12345678901234567") { $0.packets == 12_345_678_901_234_567 },
      Value(.packets, "18446744073709551613") { $0.packets == .max - 2 },
      Value(.packets, "-") { $0.packets == 0 && $0.missing == [.packets] },
      Value(.bytes, "0") { $0.bytes == 0 },
      Value(.bytes, "000000000000000000000000000007") { $0.bytes == 7 },
      Value(.bytes, "18446744073709551613") { $0.bytes == .max - 2 },
      Value(.bytes, "-") { $0.bytes == 0 && $0.missing == [.bytes] },
      Value(.start, "0") { $0.start == 0 },
      Value(.start, "4294967295") { $0.start == .max },
      Value(.start, "1767607200123") { $0.start == 1_767_607_200 },
      Value(.start, "100000000001") { $0.start == 100_000_000 },
      Value(.end, "1767607260999") { $0.end == 1_767_607_260 },
      Value(.end, "1") { $0.end == 1 },
      Value(.action, "ACCEPT") { $0.action == .accept },
      Value(.action, "REJECT") { $0.action == .reject },
      Value(.action, "-") { $0.action == .unknown },
      Value(.interfaceId, "eni-0123456789abcdef0") { $0.interface == "eni-0123456789abcdef0" },
      Value(.interfaceId, "eni-12345678") { $0.interface == "eni-12345678" },
      Value(.interfaceId, "e") { $0.interface == "e" },
      Value(.interfaceId, "-") { $0.interface == "-" },
      Value(.interfaceId, String(repeating: "e", count: 64)) { $0.interface.count == 64 },
      Value(.interfaceId, String(repeating: "e", count: 65)) { $0.interface == "-" },
      Value(.logStatus, "OK") { $0.packets == 10 },
      Value(.version, "-") { $0.packets == 10 },
    ]
  )
  func read(_ value: Value) throws {
    let parsed = Parsed([RecordFormat.standard.header, Parsed.line([value.field: value.text])])
    let row = try #require(parsed.rows.first)
    #expect(value.check(row))
    #expect(parsed.rows.count == 1 && parsed.counts.records.ok == 1)
    #expect(parsed.counts.rejectedTotal == 0)
  }

  @Test(
    "that says the way out is a number up to 15; another one is no fault, and none that anybody knows",
    arguments: [
      ("1", 1), ("8", 8), ("9", 9), ("15", 15), ("16", 0), ("0", 0), ("-", 0), ("255", 0),
      ("18446744073709551613", 0),
    ] as [(String, UInt8)]
  )
  func trafficPath(text: String, value: UInt8) throws {
    let format = try #require(
      RecordFormat(logFormat: RecordFormat.standard.header + " traffic-path")
    )
    let line = RecordLine([.trafficPath: text]).text(format)
    let parsed = Parsed([format.header, line])
    #expect(parsed.rows.map(\.trafficPath) == [value])
    #expect(parsed.counts.rejectedTotal == 0)
    // Where nobody asks, nothing is read.
    let without = Projection.analysis.subtracting([.trafficPath])
    #expect(Parsed([format.header, line], wanted: without).rows.map(\.trafficPath) == [0])
  }

  @Test("stands in the column of its own, and no other")
  func columns() throws {
    let values: [FieldName: String] = [
      .interfaceId: "eni-1", .sourceAddress: "192.0.2.1", .destinationAddress: "198.51.100.2",
      .sourcePort: "3", .destinationPort: "4", .protocolNumber: "5", .packets: "6", .bytes: "7",
      .start: "8", .end: "9", .action: "REJECT", .tcpFlags: "10",
    ]
    let format = try #require(
      RecordFormat(logFormat: RecordFormat.standard.header + " tcp-flags")
    )
    var expected = Row()
    expected.source = IPAddress(v4: 0xc000_0201)
    expected.destination = IPAddress(v4: 0xc633_6402)
    (expected.sourcePort, expected.destinationPort, expected.protocolNumber) = (3, 4, 5)
    (expected.packets, expected.bytes, expected.start, expected.end) = (6, 7, 8, 9)
    (expected.action, expected.tcpFlags, expected.interface) = (.reject, 10, "eni-1")
    expected.line = 1
    let parsed = Parsed([RecordLine(values).text(format)], logFormat: format)
    #expect(parsed.rows == [expected])
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    var field: FieldName
    var reason: RejectReason
    var texts: [String]
    var testDescription: String { field.rawValue }
  }

  static let addresses = [
    "x", "192.0.2", "192.0.2.256", "192.0.2.1.", "192.0.2.01", "192.0.2.1.1", "0192.0.2.1",
    "192.0.2.1:80", "2001:db8", "--", "192.0.2.1/32", "1000.0.2.1", ".", "192..2.1",
  ]
  static let numbers = ["x", "--", "-1", "+1", "1.0", "0x1", "1e3", "1,000", "1-", "٣"]
  static let counters =
    numbers + [
      "18446744073709551614", "18446744073709551615", "18446744073709551616",
      "99999999999999999999", "123456789012345678901234567890123456789012",
      "12345678x", "123456789012345x",
    ]

  @Test(
    "that is no value of its kind makes the line none",
    arguments: [
      Bad(field: .sourceAddress, reason: .badAddress, texts: addresses),
      Bad(field: .destinationAddress, reason: .badAddress, texts: addresses),
      Bad(
        field: .sourcePort,
        reason: .badPort,
        texts: numbers + ["65536", "18446744073709551616"]
      ),
      Bad(field: .destinationPort, reason: .badPort, texts: numbers + ["65536", "4295032832"]),
      Bad(field: .protocolNumber, reason: .badProtocol, texts: numbers + ["256", "tcp"]),
      Bad(field: .packets, reason: .badCounter, texts: counters),
      Bad(field: .bytes, reason: .badCounter, texts: counters),
      Bad(field: .tcpFlags, reason: .badCounter, texts: numbers + ["256"]),
      // Every record with traffic has its times, so that even a dash is none.
      Bad(field: .start, reason: .badTime, texts: counters + ["-", "4294967296", "100000000000"]),
      Bad(field: .end, reason: .badTime, texts: counters + ["-", "4294967296000000"]),
      Bad(
        field: .action,
        reason: .badAction,
        texts: ["accept", "ACCEPTED", "ACCEP", "REJECTX", "DROP", "--", "OK"]
      ),
      Bad(
        field: .logStatus,
        reason: .badLogStatus,
        texts: ["ok", "-", "OKAY", "NODAT", "NODATAX", "SKIPDAT", "SKIPDATAX", "NO", "ERROR"]
      ),
    ]
  )
  func refused(_ bad: Bad) throws {
    let names = RecordFormat.standard.header + (bad.field == .tcpFlags ? " tcp-flags" : "")
    let format = try #require(RecordFormat(logFormat: names))
    for text in bad.texts {
      let good = RecordLine().text(format)
      let parsed = Parsed(
        [names, good, RecordLine([bad.field: text]).text(format), good])
      #expect(parsed.counts.rejected == [bad.reason: 1], "\(text)")
      #expect(parsed.counts.firstReject == FirstReject(line: 3, reason: bad.reason), "\(text)")
      #expect(parsed.rows.map(\.line) == [2, 4], "\(text)")
    }
  }

  @Test("may be missing in every column of an OK record but its times")
  func allMissing() {
    let parsed = Parsed([
      RecordFormat.standard.header,
      Parsed.line([
        .version: "-", .accountId: "-", .interfaceId: "-", .sourceAddress: "-",
        .destinationAddress: "-", .sourcePort: "-", .destinationPort: "-", .protocolNumber: "-",
        .packets: "-", .bytes: "-", .start: "1", .end: "2", .action: "-",
      ]),
    ])
    var expected = Row()
    (expected.start, expected.end, expected.line) = (1, 2, 2)
    let timeless = Projection.analysis.subtracting([.start, .end, .logStatus])
    expected.missing = Set(timeless.fields.filter(RecordFormat.standard.contains))
    #expect(parsed.rows == [expected])
  }

  @Test("that nobody wants is not looked at")
  func unwanted() {
    let line = Parsed.line([
      .sourcePort: "garbage", .destinationPort: "70000", .protocolNumber: "many", .packets: "x",
      .bytes: "y", .action: "maybe",
    ])
    let lines = [RecordFormat.standard.header, line]
    let parsed = Parsed(lines, wanted: [.sourceAddress, .start])
    #expect(parsed.counts.records.ok == 1)
    #expect(parsed.counts.rejectedTotal == 0)
    #expect(parsed.rows.map(\.source) == [IPAddress("192.0.2.10")])
    #expect(parsed.rows.map(\.destinationPort) == [0])
    #expect(parsed.rows.map(\.protocolNumber) == [0])
    #expect(Parsed(lines).counts.rejected == [.badPort: 1])
  }

  @Test("that nobody wants still tells intervals and times")
  func alwaysWanted() {
    let lines = [
      RecordFormat.standard.header, Parsed.line([.logStatus: "NODATA"]),
      Parsed.line([.start: "x"]), Parsed.line([.logStatus: "x"]), Parsed.line(),
    ]
    let counts = Parsed(lines, wanted: []).counts
    #expect(counts.records.ok == 1 && counts.records.noData == 1)
    #expect(counts.rejected == [.badTime: 1, .badLogStatus: 1])
  }

  @Test("of time makes the span, and counts where the end lies before the start")
  func times() {
    let counts = Parsed([
      RecordFormat.standard.header, Parsed.line([.start: "500", .end: "600"]),
      Parsed.line([.start: "700", .end: "650"]), Parsed.line([.start: "400", .end: "400"]),
      "  " + Parsed.line([.start: "900", .end: "300"]),
    ]).counts
    #expect(counts.reversedTimes == 2)
    #expect(counts.firstStart == 400 && counts.lastEnd == 650)
  }

  @Test(
    "of time that the format lacks is not taken for 1970",
    arguments: ["srcaddr dstaddr", "srcaddr dstaddr start", "srcaddr dstaddr end"]
  )
  func withoutTimes(_ header: String) {
    let format = RecordFormat(names: header, origin: .header)
    let line = RecordLine().text(format)
    let counts = Parsed([header, line, "  " + line]).counts
    #expect(counts.records.ok == 2)
    #expect(counts.firstStart == nil && counts.lastEnd == nil)
    #expect(counts.reversedTimes == 0)
  }

  @Test("that names an interface has one number for all records of that interface")
  func interfaces() {
    // More interfaces than the parser's own table has places at first, each of them twice.
    let first: UInt128 = 0x1_0000_0000_0000_0000
    let ids = (0..<1500).map { "eni-" + String(first + UInt128($0), radix: 16) }
    let lines = (ids + ids).map { Parsed.line([.interfaceId: $0]) }
    let parsed = Parsed([RecordFormat.standard.header] + lines)
    #expect(ids.allSatisfy { $0.utf8.count == 21 })
    #expect(parsed.rows.map(\.interface) == ids + ids)
    #expect(parsed.names == ["-"] + ids)
  }
}
