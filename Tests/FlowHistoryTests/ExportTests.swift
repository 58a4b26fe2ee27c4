import FlowDetection
import FlowModel
import FlowTestSupport
import Foundation
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite("The export: JSON Lines that anyone can read")
struct ExportTests {
  private func history() throws -> History {
    let history = try Place().open()
    let host = IPAddress.of("10.0.0.1")
    let seen = Seen(first: dayZero + 5, last: dayZero + 9, bytes: 1234)
    let hour = dayZero / 3600
    try history.remember(
      .of(
        [
          .outward("2001:db8::1", "198.51.0.0/16"): seen,
          BaselineEntry(.origin, host: host, label: "a \"b\"\n\u{1b}[2J\u{202e}é\u{1f5c4}"): seen,
        ],
        volumes: [
          HostHour(host: host, hour: hour + 3): .of(1, 2, 3),
          HostHour(host: host, hour: hour): .of(4, 5, 6),
        ],
        objects: ["/logs/a.gz"],
        findings: [.of("f1", score: 95)]
      )
    )
    return history
  }

  @Test("Every line as documented")
  func lines() throws {
    #expect(
      try history().lines() == [
        #"{"record":"history","schema":"weir.history/1"}"#,
        #"{"record":"run","number":1,"firstStart":1728000000,"lastEnd":1728086399,"records":1000,"complete":true,"critical":1,"high":0,"medium":0,"low":0,"info":0}"#,
        #"{"record":"finding","run":1,"id":"f1","rule":"scan.horizontal","title":"Horizontal scan","actor":"203.0.113.9","score":95,"targets":25,"firstSeen":1728000000,"lastSeen":1728000060,"since":1728000000}"#,
        #"{"record":"object","name":"/logs/a.gz","size":10,"last":1728086399}"#,
        #"{"record":"sighting","kind":"origin","host":"10.0.0.1","label":"a \"b\"\u000a\u001b[2J\u202eé🗄","first":1728000005,"last":1728000009,"days":1,"bytes":1234}"#,
        #"{"record":"sighting","kind":"outward","host":"2001:db8::1","peer":"198.51.0.0/16","protocol":6,"port":443,"first":1728000005,"last":1728000009,"days":1,"bytes":1234}"#,
        #"{"record":"volume","host":"10.0.0.1","day":20000,"hours":[{"hour":0,"bytesOut":4,"bytesIn":5,"conversations":6},{"hour":3,"bytesOut":1,"bytesIn":2,"conversations":3}]}"#,
      ]
    )
  }

  @Test("Every line is JSON that says what it is")
  func json() throws {
    let history = try Place().open()
    try history.remember(BusyNetwork(hosts: 5, outside: 9, objects: 4, findings: 3).historyRun(0))
    for line in try history.lines() {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["record"] is String)
    }
  }

  @Test("Whoever has read enough ends it")
  func enough() throws {
    var seen = 0
    try history().export { _ in
      seen += 1
      return seen < 3
    }
    #expect(seen == 3)
  }

  @Test(
    "Texts are quoted as JSON",
    arguments: [
      "", "plain", "\"\\", "\u{0}\u{7f}\u{9f}", "\u{2028}", "\u{feff}", "\u{e0001}", "🗄é日",
    ]
  )
  func quoted(text: String) throws {
    let quoted = JSONLine.quoted(text)
    let back = try JSONSerialization.jsonObject(with: Data("[\(quoted)]".utf8)) as? [String]
    #expect(back == [text])
    #expect(!quoted.unicodeScalars.contains { $0.value < 32 || 0x7f...0x9f ~= $0.value })
  }
}
