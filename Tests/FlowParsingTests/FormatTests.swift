import FlowModel
import FlowTestSupport
import Testing

@Suite("The format of a log")
struct FormatTests {
  private static let standard = RecordFormat.standard.header

  @Test(
    "is what its header says, in whatever order and selection",
    arguments: 1...20 as ClosedRange<UInt64>
  )
  func shuffled(seed: UInt64) throws {
    var random = SplitMix(seed)
    var fields = FieldName.allCases.shuffled(using: &random).prefix(1 + random.below(40))
    fields.append(contentsOf: fields.contains(.start) ? [] : [.start])
    let format = RecordFormat(columns: fields.map(FormatColumn.field), origin: .header)
    let parsed = Parsed([format.header, RecordLine().text(format)])
    var expected = Row()
    expected.line = 2
    if format.contains(.sourceAddress) { expected.source = IPAddress(v4: 0xc000_020a) }
    if format.contains(.destinationAddress) { expected.destination = IPAddress(v4: 0xc633_6414) }
    if format.contains(.sourcePort) { expected.sourcePort = 49_152 }
    if format.contains(.destinationPort) { expected.destinationPort = 443 }
    if format.contains(.protocolNumber) { expected.protocolNumber = 6 }
    if format.contains(.packets) { expected.packets = 10 }
    if format.contains(.bytes) { expected.bytes = 8400 }
    if format.contains(.start) { expected.start = 1_767_607_200 }
    if format.contains(.end) { expected.end = 1_767_607_260 }
    if format.contains(.action) { expected.action = .accept }
    if format.contains(.tcpFlags) { expected.tcpFlags = 19 }
    if format.contains(.trafficPath) { expected.trafficPath = 1 }
    if format.contains(.interfaceId) { expected.interface = "eni-0123456789abcdef0" }
    #expect(parsed.rows == [expected])
    #expect(parsed.formats == [format])
    #expect(parsed.counts.headers == 1)
  }

  @Test("may have columns that Weir does not know")
  func opaque() {
    let header = "version srcaddr new-field dstaddr another_1 start end"
    let parsed = Parsed([header, "11 192.0.2.1 [x;y] 198.51.100.1 - 5 6"])
    #expect(parsed.formats.map(\.opaqueNames) == [["new-field", "another_1"]])
    #expect(parsed.rows.map(\.destination) == [IPAddress("198.51.100.1")])
    #expect(parsed.rows.map(\.end) == [6])
  }

  @Test(
    "is named in the spelling of other tools as well",
    arguments: [
      "srcAddr dstAddr startTime endTime", "SRCADDR DSTADDR START END",
      "src_addr dst_addr start_time end_time", "srcaddr\tdstaddr\tstart\tend",
    ]
  )
  func spellings(_ header: String) {
    let parsed = Parsed([header, "192.0.2.1 198.51.100.1 5 6"])
    #expect(parsed.formats.map(\.header) == ["srcaddr dstaddr start end"])
    #expect(parsed.formats.map(\.origin) == [.header])
    #expect(parsed.rows.map(\.source) == [IPAddress("192.0.2.1")])
  }

  @Test("changes where another header stands, and each is noted once")
  func change() {
    let other = "start end dstaddr srcaddr"
    let parsed = Parsed([
      Self.standard, Parsed.line(), Self.standard, Parsed.line(), other,
      "7 8 198.51.100.9 192.0.2.9", Self.standard, Parsed.line(),
    ])
    #expect(parsed.formats.map(\.header) == [Self.standard, other])
    #expect(parsed.counts.headers == 4)
    #expect(parsed.rows.map(\.line) == [2, 4, 6, 8])
    #expect(parsed.rows.map(\.start) == [1_767_607_200, 1_767_607_200, 7, 1_767_607_200])
    #expect(
      parsed.rows.map(\.source).map(\.description)
        == ["192.0.2.10", "192.0.2.10", "192.0.2.9", "192.0.2.10"]
    )
  }

  @Test(
    "is told by a header even where no column of it is checked",
    arguments: ["interface-id vpc-id", "vpc-id subnet-id", "interface-id account-id new-field"]
  )
  func unchecked(_ header: String) {
    let line = RecordLine().text(RecordFormat(names: header, origin: .header))
    let parsed = Parsed([header, line, header, line])
    #expect(parsed.counts.headers == 2)
    #expect(parsed.rows.map(\.line) == [2, 4])
  }

  @Test("is the default one where no header stands, if the content is")
  func headerless() {
    let parsed = Parsed([Parsed.line(), Parsed.line([.action: "REJECT"])])
    #expect(parsed.formats == [.standard])
    #expect(parsed.formats.map(\.origin) == [.defaultFormat])
    #expect(parsed.counts.headers == 0)
    #expect(parsed.rows.map(\.action) == [.accept, .reject])
  }

  @Test(
    "is recognized by content without a header",
    arguments: RecordFormat.presets,
    [false, true]
  )
  func presets(_ format: RecordFormat, _ isV6: Bool) {
    let v6: [FieldName: String] = [
      .sourceAddress: "2001:db8::10", .destinationAddress: "2001:db8::20",
      .packetSource: "2001:db8::11", .packetDestination: "2001:db8::21", .type: "IPv6",
    ]
    let line = RecordLine(isV6 ? v6 : [:]).text(format)
    let parsed = Parsed([line, "# a comment", line])
    #expect(parsed.formats == [format])
    #expect(parsed.formats.map(\.origin) == [.inferred])
    #expect(
      parsed.rows.map(\.source).map(\.description)
        == [String](repeating: isV6 ? "2001:db8::10" : "192.0.2.10", count: 2)
    )
    #expect(parsed.rows.map(\.line) == [1, 3])
  }

  @Test("is recognized by a line that shows traffic, also when an interval without comes first")
  func noDataFirst() {
    let noData = Parsed.line([
      .sourceAddress: "-", .destinationAddress: "-", .sourcePort: "-", .destinationPort: "-",
      .protocolNumber: "-", .packets: "-", .bytes: "-", .action: "-", .logStatus: "NODATA",
    ])
    let parsed = Parsed([noData, Parsed.line()])
    #expect(parsed.formats == [.standard])
    #expect(parsed.counts.records.noData == 1 && parsed.counts.records.ok == 1)
  }

  @Test(
    "is not brute-forced where two fit, or none does",
    arguments: [
      Array(repeating: "-", count: 29).joined(separator: " "),
      Array(repeating: "-", count: 13).joined(separator: " "),
      "a b c", "{\"Records\": []}", "2 123456789012 eni-1 192.0.2.1",
      RecordLine([.start: "5"]).text(), RecordLine([.interfaceId: "vpc-1"]).text(),
      RecordLine().text() + " extra",
    ]
  )
  func unknown(_ line: String) {
    let parsed = Parsed([line, line])
    #expect(parsed.formats.isEmpty)
    #expect(parsed.counts.rejected == [.unknownFormat: 2])
    #expect(parsed.counts.firstReject == FirstReject(line: 1, reason: .unknownFormat))
    #expect(parsed.rows.isEmpty)
  }

  @Test("is known only from the line on that tells it")
  func later() {
    let parsed = Parsed(["who knows what this is?", Parsed.line(), Self.standard, Parsed.line()])
    #expect(parsed.counts.rejected == [.unknownFormat: 1])
    #expect(parsed.rows.map(\.line) == [2, 4])
    #expect(parsed.formats.map(\.origin) == [.defaultFormat, .header])
  }

  @Test(
    "may have a time, and a stream's name, before the record",
    arguments: [
      "2026-01-05T10:00:00.000Z", "2026-01-05T10:00:00Z", "2026-01-05T10:00:00",
      "2026-01-05T10:00:00.000000+00:00",
      "2026-01-05T10:00:00.000000+00:00 eni-0123456789abcdef0-all",
      "2026-01-05T10:00:00.000Z eni-0123456789abcdef0-accept",
      "2026-01-05T10:00:00.000Z eni-0123456789abcdef0-reject",
    ]
  )
  func prefix(_ prefix: String) throws {
    let lines = [Parsed.line(), Parsed.line([.action: "REJECT"])].map { "\(prefix) \($0)" }
    let given = try #require(RecordFormat(logFormat: Self.standard))
    for logFormat in [nil, given] {
      let parsed = Parsed(lines, logFormat: logFormat)
      #expect(parsed.formats == [logFormat ?? .standard])
      #expect(parsed.rows.map(\.action) == [.accept, .reject])
      #expect(parsed.rows.map(\.interface) == ["eni-0123456789abcdef0", "eni-0123456789abcdef0"])
      #expect(parsed.counts.rejectedTotal == 0)
    }
  }

  @Test("is the one that the user gives, as long as no header says otherwise")
  func given() throws {
    let format = try #require(RecordFormat(logFormat: "${end},${start},${srcaddr}"))
    let header = "srcaddr start end"
    let parsed = Parsed(
      ["# from the archive", "9 8 192.0.2.1", header, "192.0.2.2 6 7"],
      logFormat: format
    )
    #expect(parsed.formats.map(\.header) == [format.header, header])
    #expect(parsed.formats.map(\.origin) == [.option, .header])
    #expect(parsed.rows.map(\.start) == [8, 6])
    #expect(parsed.rows.map(\.source).map(\.description) == ["192.0.2.1", "192.0.2.2"])
  }

  @Test("that the user gives may begin with what looks like a prefix")
  func givenWithoutPrefix() throws {
    let format = try #require(RecordFormat(logFormat: "instance-tag start end srcaddr"))
    let parsed = Parsed(["2026-01-05T10:00:00Z 5 6 192.0.2.1"], logFormat: format)
    #expect(parsed.rows.map(\.source) == [IPAddress("192.0.2.1")])
  }
}
