import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Reflector: a local UDP service that returns many more bytes than it receives")
struct ReflectorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var service = Service.udp(123)
    var bytes: UInt64 = 2_000_000
    var back: UInt64 = 10_000_000
    var answered: UInt64 = 1
    var stage: Stage?
    var testDescription: String { "\(what) → \(stage?.rawValue ?? "silent")" }
  }

  @Test(
    "Five times as much, and ten megabytes or fifty addresses",
    arguments: [
      Case(what: "10 MB back for 2 MB", stage: .p4),
      Case(what: "just less than 10 MB", bytes: 1_000_000, back: 9_999_999, stage: nil),
      Case(what: "just less than 5 times", bytes: 2_000_001, stage: nil),
      Case(what: "49 addresses", bytes: 1000, back: 5000, answered: 49, stage: nil),
      Case(what: "50 addresses", bytes: 1000, back: 5000, answered: 50, stage: .p4),
      Case(what: "as much as came", bytes: 5000, back: 5000, answered: 500, stage: nil),
      Case(what: "no external address was answered", answered: 0, stage: nil),
      Case(what: "100 MB, 10 times", bytes: 10_000_000, back: 100_000_000, stage: .p5),
      Case(what: "100 MB, 9 times", bytes: 11_000_000, back: 100_000_000, stage: .p4),
      Case(what: "99 MB, 10 times", bytes: 9_000_000, back: 99_999_999, stage: .p4),
      Case(what: "DNS", service: .udp(53), stage: .p4),
      Case(what: "memcached", service: .udp(11211), stage: .p4),
      Case(what: "memcached over TCP", service: .tcp(11211), stage: nil),
      Case(what: "a video over QUIC", service: .udp(443), stage: nil),
      Case(what: "the web", service: .web, stage: nil),
    ]
  )
  func threshold(_ example: Case) {
    let endpoint = ServedEndpoint.visited(
      example.service,
      sources: example.answered,
      answered: example.answered,
      bytes: example.bytes,
      back: example.back
    )
    let findings = Reflector().found(served: [endpoint])
    #expect(findings.map(\.stage) == (example.stage.map { [$0] } ?? []))
  }

  @Test(
    "The score combines response bytes and the factor",
    arguments: [
      (2_000_000, 10_000_000, 40),
      // 50 MB: 0.5 * ln 5 / ln 1000 = 0.1165; 27.5 times: 0.2. 40 + 29 * (1 - 0.8835 * 0.8) = 48.503
      (1_818_182, 50_000_000, 48.503),
      // The next stage: 100 MB, 0.5 / 3; 50 times: 0.4. 70 + 19 * (1 - 0.83333 * 0.6) = 79.5
      (2_000_000, 100_000_000, 79.5),
      // Tops: 70 + 19 * (1 - 0.5 * 0.6) = 83.3
      (0, 10_000_000_000, 83.3),
    ] as [(UInt64, UInt64, Double)]
  )
  func score(bytes: UInt64, back: UInt64, score: Double) throws {
    let endpoint = ServedEndpoint.visited(.udp(123), answered: 1, bytes: bytes, back: back)
    let finding = try #require(Reflector().found(served: [endpoint]).first)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding is about the local service; the answered addresses are its targets")
  func content() throws {
    let endpoint = ServedEndpoint.visited(
      .udp(123),
      sources: 90,
      answered: 60,
      bytes: 200_000,
      back: 40_000_000
    )
    let finding = try #require(Reflector().found(served: [endpoint]).first)
    #expect(finding.rule == "reflector")
    #expect(finding.title == "NTP reflector")
    #expect(finding.detail == "195.3 KiB received, 38.1 MiB returned to 60 external addresses")
    #expect(finding.actor == .address(Example.own(1)))
    #expect(finding.actorIsInternal)
    #expect(finding.targets.count == 60)
    #expect(finding.targets.sample == [Target(address: Example.stranger(1))])
    #expect(finding.counts.conversations == 90)
    #expect(finding.evidenceQuery.destination == Example.own(1))
    #expect(finding.evidenceQuery.protocols == [17])
    #expect(finding.evidenceQuery.port == 123)
    #expect(
      finding.suppressWith
        == #"- {rule: reflector, source: "192.0.2.1", port: 123, reason: "say why"}"#
    )
  }

  @Test("Any split of endpoints among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.served = [
        .visited(.udp(123), answered: 70, back: 1_000_000, at: Example.own(number))
      ]
      return observations
    }
    let orders = Reflector().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
