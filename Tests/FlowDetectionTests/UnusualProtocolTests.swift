import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Unusual protocol: accepted traffic of rare protocols")
struct UnusualProtocolTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var number: UInt8
    var isRecorded = true
    var outcomes = OutcomeCounts(sessions: 1)
    var fires: Bool
    var testDescription: String { "protocol \(number), \(outcomes.words) → \(fires)" }
  }

  @Test(
    "All but ICMP, TCP, UDP and ICMPv6, where something was accepted",
    arguments: [
      Case(number: 47, fires: true), Case(number: 50, fires: true),
      Case(number: 51, fires: true), Case(number: 0, fires: true),
      Case(number: 132, fires: true), Case(number: 254, fires: true),
      Case(number: 1, fires: false), Case(number: 6, fires: false),
      Case(number: 17, fires: false), Case(number: 58, fires: false),
      // A number that IANA reserves can be sent all the same; a record without one says nothing.
      Case(number: 255, fires: true), Case(number: 255, isRecorded: false, fires: false),
      Case(number: 47, outcomes: OutcomeCounts(silent: 1), fires: true),
      Case(number: 47, outcomes: OutcomeCounts(blocked: 99), fires: false),
    ]
  )
  func kind(_ example: Case) {
    var servicePair = HostServicePair.told(
      Service(protocolNumber: example.number, port: 0),
      example.outcomes
    )
    servicePair.isProtocolRecorded = example.isRecorded
    let findings = UnusualProtocol().found(servicePairs: [servicePair])
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  private static let gre = Service(protocolNumber: 47, port: 0)

  struct Staged: Sendable, CustomTestStringConvertible {
    var what: String
    var trafficDirection: TrafficDirection
    var memory: [BaselineEntry: UInt32]?
    var days = 7
    var stage: Stage
    var testDescription: String { "\(what) → \(stage.rawValue)" }
  }

  @Test(
    "A protocol across the perimeter that is absent from a baseline of a week is unusual",
    arguments: [
      Staged(what: "outbound, no baseline", trafficDirection: .outbound, stage: .p2),
      Staged(what: "outbound, new", trafficDirection: .outbound, memory: [:], stage: .p4),
      Staged(
        what: "outbound, short baseline",
        trafficDirection: .outbound,
        memory: [:],
        days: 6,
        stage: .p2
      ),
      Staged(
        what: "outwards, known",
        trafficDirection: .outbound,
        memory: [
          BaselineEntry(
            .outward,
            host: Example.own(3),
            peer: IPNetwork(around: Example.other(9)),
            service: gre
          ): 1
        ],
        stage: .p2
      ),
      Staged(what: "inbound, new", trafficDirection: .inbound, memory: [:], stage: .p4),
      Staged(
        what: "inwards, known",
        trafficDirection: .inbound,
        memory: [BaselineEntry(.served, host: Example.own(3), service: gre): 1],
        stage: .p2
      ),
      Staged(what: "internal, new", trafficDirection: .lateral, memory: [:], stage: .p2),
    ]
  )
  func stage(_ example: Staged) throws {
    let (own, peer) = (Example.own(3), Example.other(9))
    var network = Example.network(own: 20)
    if let memory = example.memory {
      network = network.remembering(memory, days: example.days)
    }
    let isInbound = example.trafficDirection == .inbound
    let servicePair = HostServicePair.told(
      Self.gre,
      OutcomeCounts(sessions: 1),
      example.trafficDirection,
      from: isInbound ? peer : own,
      to: isInbound ? own : peer
    )
    let findings = UnusualProtocol().found(servicePairs: [servicePair], network)
    #expect(findings.map(\.stage) == [example.stage])
  }

  @Test(
    "The score combines bytes and an external peer",
    arguments: [
      // Minimum: 20 + 19 * 0.3 = 25.7, internal 20.
      (500, TrafficDirection.outbound, 25.7), (500, .lateral, 20),
      // 1 MB in both directions is halfway: 0.25. 20 + 19 * (1 - 0.75 * 0.7) = 29.025
      (500_000, .outbound, 29.025), (500_000, .inbound, 29.025),
      // 20 + 19 * 0.25 = 24.75
      (500_000, .lateral, 24.75),
      // Top: 20 + 19 * (1 - 0.5 * 0.7) = 32.35
      (500_000_000, .outbound, 32.35),
    ] as [(UInt64, TrafficDirection, Double)]
  )
  func score(bytes: UInt64, trafficDirection: TrafficDirection, score: Double) throws {
    let servicePair = HostServicePair.told(Self.gre, bytes: bytes, back: bytes, trafficDirection)
    let finding = try #require(UnusualProtocol().found(servicePairs: [servicePair]).first)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding names the protocol and has no port")
  func content() throws {
    let servicePair = HostServicePair.told(Service(protocolNumber: 50, port: 0), packets: 12)
    let finding = try #require(UnusualProtocol().found(servicePairs: [servicePair]).first)
    #expect(finding.rule == "proto.unusual")
    #expect(finding.title == "ESP traffic")
    #expect(finding.detail == "protocol 50, 1000 B sent in 12 packets, 1000 B received")
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: nil)])
    #expect(finding.evidenceQuery.protocols == [50])
    #expect(finding.evidenceQuery.port == nil)
    #expect(
      finding.suppressWith
        == #"- {rule: proto.unusual, source: "192.0.2.3", destination: "198.51.100.9", reason: "say why"}"#
    )
  }

  @Test("Any split of pairs among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.servicePairs = [47, 50].map {
        .told(Service(protocolNumber: $0, port: 0), to: Example.other(number))
      }
      return observations
    }
    let orders = UnusualProtocol().merged(batches)
    #expect(orders[0].count == 8)
    #expect(orders[0] == orders[1])
  }
}
