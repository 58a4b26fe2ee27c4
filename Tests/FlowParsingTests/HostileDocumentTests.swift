import FlowModel
import FlowTestSupport
import LogInput
import Testing

@testable import FlowParsing

@Suite("Hostile and broken documents")
struct HostileDocumentTests {
  private static let record = DocumentTests.records[0]

  private struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var ok: UInt64
    var rejected: [RejectReason: UInt64]
    var testDescription: String { name }
  }

  private static let cases = [
    Case(
      name: "arrays nested without end",
      text: String(repeating: "[", count: 100_000),
      ok: 0,
      rejected: [.badJSON: 1]
    ),
    Case(
      name: "objects nested without end",
      text: String(repeating: "{\"a\":", count: 100_000),
      ok: 0,
      rejected: [.cutOff: 1]
    ),
    Case(
      name: "a deep member beside a record",
      text: "{\"x\":" + String(repeating: "{\"y\":", count: 500) + "1"
        + String(repeating: "}", count: 500) + ",\"message\":\"\(record)\"}",
      ok: 1,
      rejected: [:]
    ),
    Case(
      name: "a string that the line cuts, and a whole document behind it",
      text: "{\"message\":\"\(record.prefix(40))\n{\"message\":\"\(record)\"}\n",
      ok: 1,
      rejected: [.badJSON: 1]
    ),
    Case(
      name: "the last of two members of one name counts",
      text: "{\"message\":\"x\",\"message\":\"\(record)\"}",
      ok: 1,
      rejected: [:]
    ),
    Case(
      name: "base64 that is none",
      text: "{\"awslogs\":{\"data\":\"H4sI!!!!!!!!!!!!!!!!!!!!\"}}{\"message\":\"\(record)\"}",
      ok: 1,
      rejected: [.badPayload: 1]
    ),
    Case(
      name: "gzip that is none",
      text: "{\"awslogs\":{\"data\":\"H4sIAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}}",
      ok: 0,
      rejected: [.badPayload: 1]
    ),
    Case(
      name: "an answer without records, and one of another service",
      text: "{\"events\":[],\"searchedLogStreams\":[]}{\"Volumes\":[{\"Size\":1}]}",
      ok: 0,
      rejected: [.noFlowFields: 1]
    ),
    Case(
      name: "sums of a query are no records",
      text:
        "{\"results\":[[{\"field\":\"srcAddr\",\"value\":\"192.0.2.1\"},{\"field\":\"sum(bytes)\",\"value\":\"5\"}]]}",
      ok: 0,
      rejected: [.noFlowFields: 1]
    ),
    Case(
      name: "a mark of the reader's own in a message",
      text: "{\"message\":\"\\u0001H\"}{\"message\":\"\(record)\"}",
      ok: 1,
      rejected: [.unknownFormat: 1]
    ),
    Case(
      name: "mixed line ends, a mark of byte order in mid-stream and blank lines",
      text:
        "\u{feff}{\"message\":\"\(record)\"}\r\n\n\r\n\u{feff}{\"message\":\"\(record)\\r\\n\"}",
      ok: 2,
      rejected: [:]
    ),
    Case(
      name: "a quote that never ends",
      text: "timestamp,message\n1,\"\(record)\n" + String(repeating: "1,\(record)\n", count: 4000),
      ok: 4000,
      rejected: [.badRow: 1]
    ),
    Case(
      name: "a row with too few values",
      text: "srcaddr,dstaddr,bytes,packets\n192.0.2.1,192.0.2.2,1,1\n192.0.2.1,192.0.2.2\n",
      ok: 1,
      rejected: [.badRow: 1]
    ),
    Case(
      name: "numbers out of range, and names in their place",
      text:
        "srcaddr,dstaddr,srcport\n192.0.2.1,192.0.2.2,65536\n192.0.2.1,192.0.2.2,http\nhost,192.0.2.2,1\n192.0.2.1,192.0.2.2,-1\n",
      ok: 0,
      rejected: [.badPort: 3, .badAddress: 1]
    ),
    Case(
      name: "another header in mid-stream",
      text:
        "srcaddr,dstaddr,bytes\n192.0.2.1,192.0.2.2,1\nbytes,dstaddr,srcaddr\n2,192.0.2.2,192.0.2.1\n",
      ok: 2,
      rejected: [:]
    ),
  ]

  @Test("Each gives what is whole in it and names the rest", arguments: cases)
  private func table(example: Case) {
    let whole = Documents(Array(example.text.utf8))
    #expect(whole.counts.records.ok == example.ok)
    #expect(whole.counts.rejected == example.rejected)
    for size in [1, 5, 4096] where size > 1 || example.text.utf8.count < 5000 {
      #expect(Documents(Array(example.text.utf8), pieces: size) == whole)
    }
  }

  @Test("A document that is too long is passed over, and the next one is read")
  func longDocument() {
    let long = "{\"a\":\"" + String(repeating: "x", count: JSONReader.longestDocument + 10) + "\"}"
    let read = Documents(
      Array((long + "{\"message\":\"\(Self.record)\"}").utf8),
      pieces: 1 << 18
    )
    #expect(read.counts.records.ok == 1)
    #expect(read.counts.rejected == [.tooLong: 1])
  }

  @Test("A payload that inflates to too much is rejected")
  func bomb() {
    let payload = GzipWriter.member([UInt8](repeating: 32, count: 3 << 20))
    let text = "{\"awslogs\":{\"data\":\"\(Base64Text.encode(payload))\"}}"
    #expect(Documents(Array(text.utf8)).counts.rejected == [.badPayload: 1])
  }

  @Test("Changed bytes break no reader", arguments: DeliveryForm.allCases)
  func changedBytes(form: DeliveryForm) {
    let bytes = form.bytes(DocumentTests.records)
    let envelope = Documents(bytes).envelope
    guard envelope != nil else { return }
    var random = SplitMix(form.rawValue.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    for _ in 0..<150 {
      var changed = bytes
      for _ in 0...random.below(3) {
        let place = random.below(changed.count)
        switch random.below(3) {
        case 0: changed[place] = UInt8(random.below(256))
        case 1: changed.remove(at: place)
        default: changed.insert(contentsOf: Self.pieces[random.below(Self.pieces.count)], at: place)
        }
      }
      let whole = Documents(changed, envelope: envelope)
      let counts = whole.counts
      #expect(
        counts.records.total + counts.rejectedTotal + counts.headers <= counts.lines
      )
      #expect(Documents(changed, pieces: 1 + random.below(40), envelope: envelope) == whole)
    }
  }

  private static let pieces = [
    "\"", "{", "}", "[", "]", "\\", ",", "\n", "\r", "\t", ":", "\u{0}", "\u{1}", "é", "1e9",
    "null", " ",
  ]
  .map { Array($0.utf8) }
}
