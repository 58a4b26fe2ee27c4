import FlowModel
import FlowTestSupport
import Testing

@testable import FlowParsing

@Suite("A line")
struct LineTests {
  @Test("Of a record without traffic nothing counts but its interface and times")
  func filledNoData() {
    let values: [FieldName: String] = [.protocolNumber: "8080", .sourcePort: "none"]
    var idle = values
    idle[.logStatus] = "NODATA"
    let parsed = Parsed([Parsed.line(), Parsed.line(values), Parsed.line(idle)])
    #expect(parsed.counts.records.ok == 1 && parsed.counts.records.noData == 1)
    #expect(parsed.counts.rejected == [.badPort: 1])
  }

  private static let header = RecordFormat.standard.header
  private static let good = Parsed.line()

  struct Dressed: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var testDescription: String { name }
  }

  @Test(
    "is read whatever editors, terminals and spreadsheets did to it",
    arguments: [
      Dressed(name: "carriage return", text: good + "\r"),
      Dressed(name: "two carriage returns", text: good + "\r\r"),
      Dressed(name: "byte order mark", text: "\u{feff}" + good),
      Dressed(name: "blanks before", text: "   " + good),
      Dressed(name: "blanks behind", text: good + "   "),
      Dressed(name: "tabs", text: replacing(good, " ", "\t")),
      Dressed(name: "doubled blanks", text: replacing(good, " ", "  ")),
      Dressed(name: "blanks and tabs", text: replacing(good, " ", " \t ")),
      Dressed(name: "colour", text: "\u{1b}[31m" + good + "\u{1b}[0m"),
      Dressed(name: "colour inside", text: replacing(good, "ACCEPT", "\u{1b}[1;32mACCEPT\u{1b}[m")),
      Dressed(name: "all at once", text: "\u{feff}\u{1b}[1m \t" + good + " \u{1b}[0m\t\r"),
    ]
  )
  func dressed(_ line: Dressed) throws {
    let plain = try #require(Parsed([Self.header, Self.good]).rows.first)
    for first in [Self.header, line.text] {
      var expected = plain
      let parsed = Parsed([first, Self.good, line.text])
      #expect(parsed.counts.rejectedTotal == 0)
      #expect(parsed.rows.count == (first == Self.header ? 2 : 3))
      for row in parsed.rows {
        expected.line = row.line
        #expect(row == expected)
      }
      #expect(parsed.rows.last?.line == 3)
    }
  }

  @Test(
    "that names the columns may be dressed as well",
    arguments: [
      header + "\r", "\u{feff}" + header, "  " + header, replacing(header, " ", "\t"),
      "\u{1b}[1m" + header + "\u{1b}[0m",
    ]
  )
  func dressedHeader(_ header: String) {
    let parsed = Parsed([header, Self.good])
    #expect(parsed.counts.headers == 1)
    #expect(parsed.formats.map(\.header) == [Self.header])
    #expect(parsed.rows.count == 1)
  }

  @Test(
    "that is blank or a comment is counted and left alone",
    arguments: [
      "", " ", "\t", "\r", "   \t \r", "\u{feff}", "\u{1b}[0m", "#", "# exported today",
      "  # indented", "\u{feff}# first", "#" + good, "# \0",
    ]
  )
  func blank(_ line: String) {
    let counts = Parsed([line, Self.header, Self.good, line, Self.good, line]).counts
    #expect(counts.lines == 6 && counts.headers == 1 && counts.records.ok == 2)
    #expect(counts.rejectedTotal == 0)
  }

  struct Reject: Sendable, CustomTestStringConvertible {
    var reason: RejectReason
    var line: String
    var testDescription: String { reason.rawValue }
  }

  static let rejects = [
    Reject(reason: .tooFewFields, line: "2 123456789012 eni-1 192.0.2.1 198.51.100.1 1 2"),
    Reject(reason: .tooFewFields, line: "who knows"),
    Reject(reason: .tooFewFields, line: "-"),
    Reject(reason: .tooManyFields, line: good + " more"),
    Reject(reason: .tooManyFields, line: good + " # more"),
    Reject(reason: .badAddress, line: Parsed.line([.sourceAddress: "192.0.2.300"])),
    Reject(reason: .badPort, line: Parsed.line([.destinationPort: "65536"])),
    Reject(reason: .badProtocol, line: Parsed.line([.protocolNumber: "256"])),
    Reject(reason: .badCounter, line: Parsed.line([.bytes: "18446744073709551616"])),
    Reject(reason: .badTime, line: Parsed.line([.start: "soon"])),
    Reject(reason: .badAction, line: Parsed.line([.action: "DROP"])),
    Reject(reason: .badLogStatus, line: Parsed.line([.logStatus: "FINE"])),
    Reject(reason: .tooLong, line: good + String(repeating: " x", count: 40_000)),
    Reject(reason: .tooLong, line: String(repeating: "y", count: 65_537)),
    Reject(reason: .tooLong, line: "#" + String(repeating: "y", count: 65_536)),
    Reject(
      reason: .tooLong,
      line: Parsed.line([.accountId: String(repeating: "1", count: 65_537)])
    ),
    Reject(reason: .notText, line: Parsed.line([.accountId: "12\0 34"])),
    Reject(reason: .notText, line: "\u{1}\u{2}\u{3}"),
    Reject(reason: .notText, line: good + "\0"),
    Reject(reason: .notText, line: Parsed.line([.sourcePort: "80\0"])),
  ]

  @Test("that is no record says why, and leaves the others alone", arguments: rejects)
  func rejected(_ reject: Reject) {
    let parsed = Parsed([
      Self.header, Self.good, reject.line, Self.good, reject.line, "  " + Self.good,
    ])
    #expect(parsed.counts.rejected == [reject.reason: 2])
    #expect(parsed.counts.firstRejects == [reject.reason: 3])
    #expect(parsed.rows.map(\.line) == [2, 4, 6])
    #expect(parsed.counts.lines == 6)
  }

  @Test("is rejected for every reason that there is")
  func everyReason() {
    // The others have tests of their own: two here, and those of documents.
    let others: Set<RejectReason> = [
      .unknownFormat, .cutOff, .noFlowFields, .badJSON, .badRow, .badPayload,
    ]
    let covered = Set(Self.rejects.map(\.reason)).union(others)
    #expect(covered == Set(RejectReason.allCases))
  }

  @Test("of the longest length is a record, one byte more makes it none", arguments: [0, 1])
  func longest(_ beyond: Int) {
    let length = 65_536 - (Self.good.utf8.count - 12) + beyond
    let line = Parsed.line([.accountId: String(repeating: "1", count: length)])
    #expect(line.utf8.count == 65_536 + beyond)
    let counts = Parsed([Self.header, line]).counts
    #expect(counts.records.ok == (beyond == 0 ? 1 : 0))
    #expect(counts.rejected == (beyond == 0 ? [:] : [.tooLong: 1]))
  }

  @Test("in which the input broke off is counted")
  func cutOff() {
    var parser = RecordParser(.analysis, registry: InterfaceRegistry())
    var batch = parser.makeBatch()
    let block = Parsed.bytes([Self.header, Self.good])
    var position = 0
    parser.parse(block.span, from: &position, to: block.count, into: &batch)
    parser.noteCutLine()
    #expect(parser.counts.lines == 3)
    #expect(parser.counts.firstReject == FirstReject(line: 3, reason: .cutOff))
    #expect(parser.counts.records.ok == 1)
  }

  @Test("about an interval without records is counted, not handed out")
  func intervals() {
    let noData = Parsed.line([
      .sourceAddress: "-", .destinationAddress: "-", .sourcePort: "-", .destinationPort: "-",
      .protocolNumber: "-", .packets: "-", .bytes: "-", .action: "-", .logStatus: "NODATA",
    ])
    func skipData(_ interface: String, _ start: Int) -> String {
      Parsed.line([
        .interfaceId: interface, .start: "\(start)", .end: "\(start + 60)", .logStatus: "SKIPDATA",
      ])
    }
    let parsed = Parsed([
      Self.header, noData, skipData("eni-1", 60), Self.good, "  " + noData, skipData("eni-1", 60),
      " " + skipData("eni-2", 60), skipData("eni-1", 120), noData,
    ])
    #expect(parsed.counts.records.noData == 3)
    #expect(parsed.counts.records.skipData == 4)
    #expect(parsed.counts.records.ok == 1 && parsed.counts.records.total == 8)
    #expect(parsed.counts.firstStart == 60)
    #expect(parsed.rows.map(\.line) == [4])
    let windows = parsed.windows.map { "\(parsed.names[Int($0.interface)]) \($0.start) \($0.end)" }
    #expect(windows.sorted() == ["eni-1 120 180", "eni-1 60 120", "eni-2 60 120"])
  }

  @Test(
    "about an interval without records may lack its times",
    arguments: ["NODATA", "SKIPDATA"],
    [("-", "-"), ("60", "-"), ("-", "120")]
  )
  func withoutTimes(status: String, times: (start: String, end: String)) {
    let line = Parsed.line([.start: times.start, .end: times.end, .logStatus: status])
    let parsed = Parsed([Self.header, line, Self.good, " " + line])
    #expect(parsed.counts.rejected.isEmpty)
    #expect(parsed.counts.records.total == 3 && parsed.counts.records.ok == 1)
    #expect(parsed.counts.reversedTimes == 0)
    let alone = Parsed([Self.header, Self.good])
    #expect(parsed.counts.firstStart == alone.counts.firstStart)
    #expect(parsed.counts.lastEnd == alone.counts.lastEnd)
    #expect(Parsed([Self.header, line]).counts.firstStart == nil)
  }

  @Test("with traffic is malformed without its times, wherever its log-status stands")
  func trafficWithoutTimes() {
    let header = "log-status srcaddr start end"
    let parsed = Parsed([header, "OK 192.0.2.1 - 5", "NODATA - - -", "OK 192.0.2.1 5 6"])
    #expect(parsed.counts.rejected == [.badTime: 1])
    #expect(parsed.counts.records.noData == 1 && parsed.rows.count == 1)
  }

  @Test("of Cloud WAN whose ends could not be matched is a record")
  func incomplete() {
    let parsed = Parsed([Self.header, Parsed.line([.logStatus: "INCOMPLETEDATA"])])
    #expect(parsed.counts.records.ok == 1 && parsed.rows.count == 1)
  }

  static func replacing(_ text: String, _ old: String, _ new: String) -> String {
    text.replacing(old, with: new)
  }
}
