import FlowAggregation
import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("Ping sweep: an external source pings local addresses")
struct PingSweepTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var own = 20
    var service = Service.icmp
    var source = Example.stranger(7)
    var targets: Int
    var conversations: UInt64?
    /// Conversations of at most two packets; nil for all.
    var tiny: UInt64?
    var isInternal = false
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  static let counts = [
    Case(what: "4 of 20 addresses", targets: 4, fires: false),
    Case(what: "5 of 20 addresses", targets: 5, fires: true),
    Case(what: "4 of 5", own: 5, targets: 4, fires: false),
    Case(what: "5 of 5", own: 5, targets: 5, fires: true),
    Case(what: "3 of 4", own: 4, targets: 3, fires: false),
    Case(what: "all 4", own: 4, targets: 4, fires: true),
    Case(what: "2 of 3", own: 3, targets: 2, fires: false),
    Case(what: "all 3", own: 3, targets: 3, fires: true),
    Case(what: "both of 2", own: 2, targets: 2, fires: false),
    Case(what: "24 pings of one", targets: 1, conversations: 24, fires: false),
    Case(what: "25 pings of one", targets: 1, conversations: 25, fires: true),
  ]

  static let kinds = [
    Case(what: "9 in 10 tiny", targets: 5, conversations: 20, tiny: 18, fires: true),
    Case(what: "less tiny", targets: 5, conversations: 20, tiny: 17, fires: false),
    Case(what: "internal", targets: 20, isInternal: true, fires: false),
    Case(what: "TCP", service: .ssh, targets: 20, fires: false),
    Case(what: "UDP", service: .udp(7), targets: 20, fires: false),
    Case(what: "GRE", service: Service(protocolNumber: 47, port: 0), targets: 20, fires: false),
    Case(
      what: "ICMPv6 from IPv6",
      service: .icmpV6,
      source: Example.strangerV6(1),
      targets: 5,
      fires: true
    ),
    Case(
      what: "too little ICMPv6",
      service: .icmpV6,
      source: Example.strangerV6(1),
      targets: 4,
      fires: false
    ),
    Case(what: "ICMPv6 from IPv4", service: .icmpV6, targets: 20, fires: false),
    Case(what: "ICMP from IPv6", source: Example.strangerV6(1), targets: 20, fires: false),
  ]

  @Test("Five addresses, all of a smaller network, or 25 conversations", arguments: counts)
  func threshold(_ example: Case) { check(example) }

  @Test("Only small inbound ICMP of the source's address family counts", arguments: kinds)
  func kind(_ example: Case) { check(example) }

  private func check(_ example: Case) {
    var attempts = ServiceAttempts.each(example.service, blocked: example.targets)
    if let conversations = example.conversations {
      attempts.outcomes = OutcomeCounts(blocked: conversations)
      attempts.tiny = example.tiny ?? conversations
    }
    let source = SourceProfile.trying(
      [attempts],
      from: example.source,
      isInternal: example.isInternal
    )
    let network = Example.network(own: example.own, ownV6: 20)
    #expect(PingSweep().found(in: [source], network).count == (example.fires ? 1 : 0))
  }

  @Test("A finding has no port, neither in its targets nor in its suppression")
  func content() throws {
    let source = SourceProfile.trying([.each(.icmp, blocked: 6)])
    let finding = try #require(PingSweep().found(in: [source]).first)
    #expect(finding.title == "Ping sweep")
    #expect(finding.service == .icmp)
    #expect(finding.detail == "all blocked")
    #expect(finding.targets.sample == (0..<6).map { Target(address: Example.own($0), port: nil) })
    #expect(finding.evidenceQuery.protocols == [1])
    #expect(finding.evidenceQuery.port == nil)
    #expect(
      finding.suppressWith == #"- {rule: scan.icmp, source: "203.0.113.7", reason: "say why"}"#
    )
  }

  @Test("The score combines addresses and conversations")
  func score() throws {
    // 50 addresses: 0.5 * ln 10 / ln 100 = 0.25; 250 conversations: 0.3 / 2 = 0.15.
    // 5 + 24 * (1 - 0.75 * 0.85) = 13.7
    var attempts = ServiceAttempts.each(.icmp, blocked: 50)
    attempts.outcomes = OutcomeCounts(blocked: 250)
    attempts.tiny = 250
    let finding = try #require(PingSweep().found(in: [.trying([attempts])]).first)
    #expect(abs(finding.exactScore - 13.7) < 0.0001)
    let least = SourceProfile.trying([.each(.icmp, blocked: 5)])
    #expect(try #require(PingSweep().found(in: [least]).first).exactScore == 5)
  }
}
