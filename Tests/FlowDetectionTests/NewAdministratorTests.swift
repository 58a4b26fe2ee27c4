import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("New administrator: administration from a network without earlier administration")
struct NewAdministratorTests {
  private static let office = BaselineEntry(
    .admin,
    host: Example.own(9),
    peer: IPNetwork(around: Example.other(1)),
    service: .tcp(3389)
  )
  private static let network = Remembered.network([office])

  private static func servicePair(
    from source: IPAddress = Example.stranger(1),
    _ service: Service = .ssh,
    _ trafficDirection: TrafficDirection = .inbound,
    _ outcomes: OutcomeCounts = OutcomeCounts(sessions: 1),
    out: UInt64 = 1000,
    back: UInt64 = 0,
    seconds: UInt32 = 130
  ) -> Observations {
    .servicePairs(
      Remembered.servicePair(
        source,
        Remembered.host,
        service,
        trafficDirection,
        outcomes,
        out: out,
        back: back,
        seconds: seconds
      )
    )
  }

  @Test(
    "A session of 130 seconds, or 20 kB in both directions",
    arguments: [
      (129, 19_000, 999, 0), (130, 1, 0, 1), (0, 19_000, 1000, 1), (0, 0, 20_000, 1),
    ] as [(UInt32, UInt64, UInt64, Int)]
  )
  func size(seconds: UInt32, out: UInt64, back: UInt64, findings: Int) {
    let servicePair = Self.servicePair(out: out, back: back, seconds: seconds)
    #expect(NewAdministrator().found(in: servicePair, Self.network).count == findings)
  }

  @Test(
    "Inbound TCP on administrative ports and databases",
    arguments: [
      (.ssh, .inbound, 1), (.tcp(5432), .inbound, 1), (.web, .inbound, 0), (.udp(22), .inbound, 0),
      (.ssh, .lateral, 0), (.ssh, .outbound, 0),
    ] as [(Service, TrafficDirection, Int)]
  )
  func services(service: Service, trafficDirection: TrafficDirection, findings: Int) {
    let servicePair = Self.servicePair(service, trafficDirection)
    #expect(NewAdministrator().found(in: servicePair, Self.network).count == findings)
  }

  @Test("Login attempts are no sessions")
  func attempts() {
    let servicePair = Self.servicePair(.ssh, .inbound, OutcomeCounts(blocked: 9, touched: 900))
    #expect(NewAdministrator().found(in: servicePair, Self.network).isEmpty)
  }

  @Test("Does not fire without a baseline of a week, and for networks with earlier administration")
  func silent() {
    let stranger = Self.servicePair()
    #expect(
      NewAdministrator().found(in: stranger, Remembered.network(days: 6, [Self.office])).isEmpty
    )
    #expect(NewAdministrator().found(in: stranger, Example.network(own: 20)).isEmpty)
    #expect(NewAdministrator().found(in: stranger, Self.network).count == 1)
    let colleague = Self.servicePair(from: Example.other(250))
    #expect(NewAdministrator().found(in: colleague, Self.network).isEmpty)
  }

  @Test("The score combines how long and how much")
  func score() throws {
    func score(_ bytes: UInt64, _ seconds: UInt32) throws -> Double {
      let servicePair = Self.servicePair(out: bytes / 2, back: bytes / 2, seconds: seconds)
      return try #require(NewAdministrator().found(in: servicePair, Self.network).first).exactScore
    }
    // 7200 s: 0.5; 1e8 bytes: 0.3. 40 + 29 * (1 - 0.5 * 0.7) = 58.85
    #expect(abs(try score(100_000_000, 7200) - 58.85) < 1e-9)
    #expect(abs(try score(100_000_000, 0) - 48.7) < 1e-9)
    #expect(try score(20_000, 130) == 40)
  }

  @Test("Sources of one network are one finding for each host and service")
  func network() throws {
    let both = Observations.servicePairs(
      Self.servicePair(from: Example.stranger(2), out: 5000, back: 400, seconds: 600).servicePairs[
        0
      ],
      Self.servicePair(from: Example.stranger(1), out: 3000, back: 100, seconds: 200).servicePairs[
        0
      ]
    )
    let findings = NewAdministrator().found(in: both, Self.network)
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.title == "New SSH administrator")
    #expect(finding.actor == .prefix(try #require(IPNetwork("203.0.113.0/24"))))
    #expect(finding.members?.sample == [Example.stranger(1), Example.stranger(2)])
    #expect(!finding.actorIsInternal)
    #expect(finding.targets.sample == [Target(address: Remembered.host, port: 22)])
    #expect(finding.counts.conversations == 2)
    #expect(
      finding.detail
        == "10 min, 7.8 KiB received, 500 B sent; administration from 1 other network before"
    )
    #expect(
      finding.suppressWith
        == #"- {rule: admin.new-source, source: "203.0.113.0/24", destination: "192.0.2.3", port: 22, reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.source == IPNetwork("203.0.113.0/24"))
    #expect(finding.evidenceQuery.destination == Remembered.host)
    #expect(!finding.evidenceQuery.isOutward)
    // One of them alone is named, under the same id.
    let alone = NewAdministrator().found(in: Self.servicePair(), Self.network)
    #expect(alone.map(\.actor) == [.address(Example.stranger(1))])
    #expect(alone.map(\.members) == [nil])
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let batches = (1...5).map {
      Self.servicePair(from: Example.stranger($0), out: UInt64($0) * 999, seconds: 130 * UInt32($0))
    }
    let answers = NewAdministrator().answers(batches, Self.network)
    #expect(answers.count == 1)
    #expect(answers.first?.count == 1)
  }
}
