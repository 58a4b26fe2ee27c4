import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("ICMP tunnel: data inside pings")
struct EchoTunnelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var service = Service.icmp
    var packets: UInt64 = 1000
    var bytes: UInt64
    var back: UInt64 = 0
    var hours = 1.0
    var longest: UInt32 = 60
    var trafficDirection = TrafficDirection.outbound
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }

    var servicePair: HostServicePair {
      .told(
        service,
        packets: packets,
        bytes: bytes,
        back: back,
        hours: hours,
        longest: longest,
        trafficDirection
      )
    }
  }

  static let sizes = [
    Case(what: "255 bytes a packet", packets: 1000, bytes: 255_999, fires: false),
    Case(what: "256 bytes a packet", packets: 1000, bytes: 256_000, fires: true),
    Case(what: "less than 100 kB of large ones", packets: 99, bytes: 99_999, fires: false),
    Case(what: "100 kB of large ones", packets: 99, bytes: 100_000, fires: true),
    Case(what: "100 kB in both directions", packets: 99, bytes: 50_000, back: 50_000, fires: true),
    Case(what: "just below 1 MB an hour", packets: 10_000, bytes: 999_999, fires: false),
    Case(what: "1 MB an hour", packets: 10_000, bytes: 1_000_000, fires: true),
    Case(what: "1 MB in two hours", packets: 10_000, bytes: 1_000_000, hours: 2, fires: false),
    Case(
      what: "128 bytes, an hour, in both directions",
      bytes: 128_000,
      back: 9,
      longest: 3600,
      fires: true
    ),
    Case(what: "127 bytes", bytes: 127_999, back: 9, longest: 3600, fires: false),
    Case(what: "a second less than an hour", bytes: 128_000, back: 9, longest: 3599, fires: false),
    Case(what: "one way", bytes: 128_000, longest: 3600, fires: false),
  ]

  static let kinds = [
    Case(
      what: "a monitor's pings all day, 84 bytes a second",
      packets: 86_400,
      bytes: 7_257_600,
      back: 7_257_600,
      hours: 24,
      longest: 86_400,
      fires: false
    ),
    Case(what: "inbound", bytes: 500_000, trafficDirection: .inbound, fires: true),
    Case(what: "between internal hosts", bytes: 500_000, trafficDirection: .lateral, fires: false),
    Case(what: "ICMPv6", service: .icmpV6, bytes: 500_000, fires: true),
    Case(what: "GRE", service: Service(protocolNumber: 47, port: 0), bytes: 500_000, fires: false),
    Case(what: "the web", service: .web, bytes: 500_000, fires: false),
    Case(what: "UDP echo", service: .udp(7), bytes: 500_000, fires: false),
  ]

  @Test("Large packets, a high volume per hour, or both directions for an hour", arguments: sizes)
  func threshold(_ example: Case) { check(example) }

  @Test("Only ICMP across the perimeter, without usual pings", arguments: kinds)
  func kind(_ example: Case) { check(example) }

  private func check(_ example: Case) {
    let findings = EchoTunnel().found(servicePairs: [example.servicePair])
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test(
    "The score combines bytes and bytes a packet",
    arguments: [
      // Foot of the bytes; 256 bytes: 0.4 * 128 / 872 = 0.058716. 40 + 29 * 0.058716 = 41.703
      (256_000, 1000, 41.703),
      // 31.6 MB are halfway: 0.25; 564 bytes, too: 0.2. 40 + 29 * (1 - 0.75 * 0.8) = 51.6
      (31_622_777, 56_069, 51.6),
      // Tops: 40 + 29 * (1 - 0.5 * 0.6) = 60.3
      (1_000_000_000, 1_000_000, 60.3),
    ] as [(UInt64, UInt64, Double)]
  )
  func score(bytes: UInt64, packets: UInt64, score: Double) throws {
    let servicePair = HostServicePair.told(.icmp, packets: packets, bytes: bytes, back: 0)
    let finding = try #require(EchoTunnel().found(servicePairs: [servicePair]).first)
    #expect(finding.stage == .p4)
    #expect(abs(finding.exactScore - score) < 0.001)
  }

  @Test("A finding has no port; that of an external source is not about an internal host")
  func content() throws {
    let servicePair = HostServicePair.told(
      .icmp,
      packets: 1000,
      bytes: 600_000,
      back: 70,
      longest: 3600
    )
    let finding = try #require(EchoTunnel().found(servicePairs: [servicePair]).first)
    #expect(finding.rule == "icmp.tunnel")
    #expect(finding.title == "ICMP tunnel")
    #expect(finding.detail == "585.9 KiB sent in 1,000 packets, 70 B received, longest 60 min")
    #expect(finding.actorIsInternal)
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: nil)])
    #expect(finding.evidenceQuery.protocols == [1])
    #expect(finding.evidenceQuery.port == nil)
    #expect(finding.evidenceQuery.isOutward)
    #expect(
      finding.suppressWith
        == #"- {rule: icmp.tunnel, source: "192.0.2.3", destination: "198.51.100.9", reason: "say why"}"#
    )
    var inbound = servicePair
    (inbound.source, inbound.destination) = (Example.other(9), Example.own(3))
    inbound.trafficDirection = .inbound
    let other = try #require(EchoTunnel().found(servicePairs: [inbound]).first)
    #expect(!other.actorIsInternal)
    #expect(!other.evidenceQuery.isOutward)
  }

  @Test("Any split of host-service pairs among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.servicePairs = [.told(.icmp, bytes: 500_000, to: Example.other(number))]
      return observations
    }
    let orders = EchoTunnel().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }
}
