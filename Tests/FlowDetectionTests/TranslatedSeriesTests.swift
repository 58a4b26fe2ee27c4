import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Translated series: a NAT gateway repeats the connections of its clients")
struct TranslatedSeriesTests {
  private static let client = Example.own(3)
  private static let gateway = Example.own(1)

  private static func series(
    _ host: IPAddress,
    to peer: IPAddress = Example.other(9),
    _ change: (inout ConnectionSeries) -> Void = { _ in }
  ) -> ConnectionSeries {
    var series = ConnectionSeries.connections(144, shape: .scoring(0.9), from: host, to: peer)
    change(&series)
    return series
  }

  private static func findings(
    _ series: [ConnectionSeries],
    probed: [IPAddress] = [gateway],
    hosts: Int = 2,
    of active: Int = 7
  ) -> [Finding] {
    var observations = Observations()
    observations.series = series
    observations.served = probed.map { .visited(.ssh, at: $0) }
    let network = Example.network(own: 20).used(by: hosts, of: active)
    return Beacon().found(in: observations, network)
  }

  @Test("Both are one beacon of the client, in any order")
  func oneBeacon() throws {
    let both = [Self.series(Self.client), Self.series(Self.gateway)]
    for order in [both, both.reversed()] {
      let findings = Self.findings(order)
      #expect(findings.map(\.actor) == [.address(Self.client)])
      let detail = try #require(findings.first?.detail)
      #expect(detail.contains("; 192.0.2.1 has the same connections as a NAT gateway; "))
      #expect(detail.hasSuffix("used by 1 of 6 hosts"))
    }
    #expect(Self.findings([both[1]]).map(\.actor) == [.address(Self.gateway)])
  }

  struct Difference: Sendable, CustomTestStringConvertible {
    var what: String
    var change: @Sendable (inout ConnectionSeries) -> Void
    var findings: Int
    var testDescription: String { "\(what) → \(findings)" }
  }

  @Test(
    "Connections correspond one to one",
    arguments: [
      Difference(what: "one more", change: { $0.connections += 1 }, findings: 2),
      Difference(what: "2 % more bytes", change: { $0.bytesOut = 73_469 }, findings: 1),
      Difference(what: "more than 2 %", change: { $0.bytesOut = 73_470 }, findings: 2),
      Difference(what: "other responses", change: { $0.bytesIn *= 2 }, findings: 2),
      Difference(what: "other packets", change: { $0.packetsOut += 99 }, findings: 2),
      Difference(what: "a window later", change: { $0.first += 60 }, findings: 1),
      Difference(what: "more than a window later", change: { $0.first += 61 }, findings: 2),
      Difference(what: "ends earlier", change: { $0.last -= 61 }, findings: 2),
      Difference(what: "another service", change: { $0.service = .tcp(8443) }, findings: 2),
      Difference(what: "another peer", change: { $0.peer = Example.other(8) }, findings: 2),
    ]
  )
  func oneToOne(_ difference: Difference) {
    let gateway = Self.series(Self.gateway, difference.change)
    #expect(Self.findings([Self.series(Self.client), gateway]).count == difference.findings)
  }

  @Test("The gateway is the one that is probed, or else the one with more peers")
  func gateways() {
    let both = [Self.series(Self.client), Self.series(Self.gateway)]
    #expect(Self.findings(both, probed: []).count == 2)
    #expect(Self.findings(both, probed: [Self.client]).map(\.actor) == [.address(Self.gateway)])
    let other = Self.series(Self.gateway, to: Example.other(7)) { $0.connections += 9 }
    let actors = Self.findings(both + [other], probed: [Self.client, Self.gateway]).map(\.actor)
    #expect(Set(actors) == [.address(Self.client), .address(Self.gateway)])
    #expect(actors.count == 2)
    let mapped = [Self.series(IPAddress(v4: 0x0a00_0003)), Self.series(Self.gateway)]
    #expect(
      Self.findings(mapped, probed: []).map(\.actor) == [.address(IPAddress(v4: 0x0a00_0003))]
    )
  }

  @Test("Of three hosts with the same connections none repeats another")
  func three() {
    let all = [Self.series(Self.client), Self.series(Self.gateway), Self.series(Example.own(5))]
    #expect(Self.findings(all).count == 3)
  }
}
