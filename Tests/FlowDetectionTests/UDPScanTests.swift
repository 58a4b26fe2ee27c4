import FlowAggregation
import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("UDP probes: an external source that tries UDP services without success")
struct UDPScanTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var own = 20
    /// Local addresses without a response, by port.
    var blocked: [UInt16: Int]
    var isInternal = false
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "Five pairs in all, or one amplifying service on three addresses",
    arguments: [
      Case(what: "4 pairs", blocked: [40001: 4], fires: false),
      Case(what: "5 pairs", blocked: [40001: 5], fires: true),
      Case(what: "5 ports of an address", blocked: [1: 1, 2: 1, 3: 1, 4: 1, 5: 1], fires: true),
      Case(what: "DNS on 2", blocked: [53: 2], fires: false),
      Case(what: "DNS on 3", blocked: [53: 3], fires: true),
      Case(what: "NTP on 3", blocked: [123: 3], fires: true),
      Case(what: "DNS and NTP on 2 each", blocked: [53: 2, 123: 2], fires: false),
      Case(what: "DNS and NTP on 3 and 2", blocked: [53: 3, 123: 2], fires: true),
      Case(what: "3 of a plain service", blocked: [40001: 3], fires: false),
      Case(what: "internal", blocked: [53: 9], isInternal: true, fires: false),
      Case(what: "on 9 of 20", blocked: [53: 9], fires: true),
      Case(what: "on 10 of 20, a scan", blocked: [53: 10], fires: false),
      Case(what: "on 3 of 6, a scan", own: 6, blocked: [53: 3], fires: false),
    ]
  )
  func threshold(_ example: Case) {
    let services = example.blocked.sorted { $0.key < $1.key }.map {
      ServiceAttempts.each(.udp($0.key), blocked: $0.value)
    }
    let source = SourceProfile.trying(services, isInternal: example.isInternal)
    let findings = UDPScan().found(in: [source], Example.network(own: example.own))
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("TCP, answers and long conversations do not count")
  func others() {
    var long = ServiceAttempts.each(.udp(53), blocked: 9)
    long.tinyTargets = 0
    #expect(UDPScan().found(in: [.trying([long])]).isEmpty)
    #expect(UDPScan().found(in: [.trying([.each(.tcp(53), blocked: 9)])]).isEmpty)
    #expect(UDPScan().found(in: [.trying([.each(.udp(53), touched: 9)])]).isEmpty)
    #expect(UDPScan().found(in: [.trying([.each(.udp(53), blocked: 9)])]).count == 1)
  }

  @Test("A source that scans ports is reported by that rule alone", arguments: [9, 10])
  func verticalScanner(ports: Int) {
    let source = SourceProfile.trying([.each(.udp(53), blocked: 3)], victims: [.closed(ports)])
    #expect(UDPScan().found(in: [source]).isEmpty == (ports == 10))
    #expect(VerticalScan().found(in: [source]).isEmpty == (ports == 9))
  }

  @Test("IPv6 sources probe, too", arguments: [(4, 0), (5, 1)])
  func addressFamily(pairs: Int, findings: Int) {
    let source = SourceProfile.trying(
      [.each(.udp(40001), blocked: pairs, own: Example.ownV6)],
      from: Example.strangerV6(1)
    )
    let network = Example.network(own: 0, ownV6: 30)
    #expect(UDPScan().found(in: [source], network).count == findings)
  }

  @Test("One service is named, several are joined")
  func content() throws {
    let one = try #require(
      UDPScan().found(in: [.trying([.each(.udp(53), blocked: 6)])]).first
    )
    #expect(one.service == .udp(53))
    #expect(one.detail == "6 pairs, 6 with amplifying services")
    #expect(one.targets.isExact)
    let sources = [
      SourceProfile.trying([
        .each(.udp(53), blocked: 4), .each(.udp(40001), blocked: 2, own: { Example.own($0 + 3) }),
      ])
    ]
    let two = try #require(UDPScan().found(in: sources).first)
    #expect(two.service == nil)
    #expect(two.detail == "6 pairs, 4 with amplifying services")
    #expect(two.counts.conversations == 6)
    #expect(two.targets.sample.map(\.address) == (0..<5).map(Example.own))
    #expect(two.targets.count == 5)
    #expect(two.targets.isExact)
    #expect(two.id == one.id)
    #expect(two.evidenceQuery.protocols == [17])
  }

  @Test("Joined targets beyond the list are a lower bound")
  func lowerBound() throws {
    let source = SourceProfile.trying([
      .each(.udp(53), blocked: 9), .each(.udp(40001), blocked: 1),
    ])
    let finding = try #require(UDPScan().found(in: [source]).first)
    #expect(finding.targets.count == 9)
    #expect(!finding.targets.isExact)
  }

  @Test("The score combines pairs and amplifying pairs")
  func score() throws {
    // 50 pairs: 0.5 * ln 10 / ln 100 = 0.25; 30 amplifying: 0.3 * ln 10 / ln 100 = 0.15.
    // 5 + 24 * (1 - 0.75 * 0.85) = 13.7
    let ports = [17, 19, 53, 123, 161].map { ServiceAttempts.each(.udp($0), blocked: 6) }
    let plain = [40001, 40002, 40003, 40004].map { ServiceAttempts.each(.udp($0), blocked: 5) }
    let finding = try #require(UDPScan().found(in: [.trying(ports + plain)]).first)
    #expect(abs(finding.exactScore - 13.7) < 0.0001)
  }
}
