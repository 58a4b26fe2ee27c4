import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Egress path: a host leaves the network by another way")
struct EgressPathTests {
  private static let endpoint = Remembered.labelled(.egress, Remembered.host, "gateway endpoint")

  /// The bit of a value of the field.
  private static func bit(_ value: Int) -> UInt8 { 1 << (value - 1) }

  private static func use(
    _ paths: UInt8,
    host: IPAddress = Remembered.host,
    out: UInt64 = 1000
  ) -> Observations {
    .uses(Remembered.use(host, out: out, paths: paths))
  }

  @Test(
    "The eight values of the field by their names; those within the VPC and none at all are no way out",
    arguments: [
      (0, []), (1, []), (2, ["internet gateway"]), (3, ["virtual private gateway"]),
      (4, ["peering in the region"]), (5, ["peering between regions"]), (6, ["local gateway"]),
      (7, ["gateway endpoint"]), (8, ["internet gateway"]),
    ]
  )
  func names(value: Int, names: [String]) {
    #expect(EgressPath.names(value == 0 ? 0 : Self.bit(value)) == names)
  }

  @Test("Several values are several ways, each once")
  func several() {
    let ways = ["internet gateway", "virtual private gateway"]
    #expect(EgressPath.names(Self.bit(2) | Self.bit(8) | Self.bit(3) | Self.bit(1)) == ways)
  }

  @Test(
    "Fires when a host leaves by a way by which it never left",
    arguments: [(7, 0), (1, 0), (2, 1), (8, 1), (4, 1)]
  )
  func ways(value: Int, findings: Int) {
    let network = Remembered.network([Remembered.outward(), Self.endpoint])
    #expect(EgressPath().found(in: Self.use(Self.bit(value)), network).count == findings)
  }

  @Test("Does not fire without a baseline of a week with paths, and for hosts without any")
  func silent() {
    let use = Self.use(Self.bit(2))
    let known = [Remembered.outward(), Self.endpoint]
    #expect(EgressPath().found(in: use, Remembered.network(days: 6, known)).isEmpty)
    #expect(EgressPath().found(in: use, Remembered.network([Remembered.outward()])).isEmpty)
    #expect(EgressPath().found(in: use, Example.network(own: 20)).isEmpty)
    #expect(EgressPath().found(in: use, Remembered.network(known)).count == 1)
    // Known, but from a log without the field.
    let other = Self.use(Self.bit(2), host: Example.own(9))
    let both = known + [Remembered.outward(Example.own(9))]
    #expect(EgressPath().found(in: other, Remembered.network(both)).isEmpty)
    #expect(EgressPath().found(in: other, Remembered.network(known)).isEmpty)
  }

  @Test("The score combines bytes out and the internet gateway, and stays at most 60")
  func score() throws {
    func score(_ value: Int, _ bytes: UInt64) throws -> Double {
      let network = Remembered.network([Remembered.outward(), Self.endpoint])
      let use = Self.use(Self.bit(value), out: bytes)
      return try #require(EgressPath().found(in: use, network).first).exactScore
    }
    // 1e9 bytes: 0.5; internet gateway: 0.3. 40 + 29 * (1 - 0.5 * 0.7) = 58.85
    #expect(abs(try score(2, 1_000_000_000) - 58.85) < 1e-9)
    #expect(abs(try score(3, 1_000_000_000) - 54.5) < 1e-9)
    #expect(try score(3, 10_000) == 40)
    #expect(try score(2, .max) <= 60)
  }

  @Test("It has the new path and the earlier paths; its networks are joined")
  func words() throws {
    let uses = Observations.uses(
      Remembered.use(out: 1000, paths: Self.bit(2)),
      Remembered.use(Remembered.host, Example.stranger(1), out: 4000, paths: Self.bit(8))
    )
    let peering = Remembered.labelled(.egress, Remembered.host, "peering in the region")
    let network = Remembered.network([Remembered.outward(), Self.endpoint, peering])
    let findings = EgressPath().found(in: uses, network)
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.title == "New egress path")
    #expect(
      finding.detail
        == "via internet gateway, 4.8 KiB sent; previously via gateway endpoint, peering in the region"
    )
    #expect(finding.stage == .p4)
    #expect(finding.actor == .address(Remembered.host))
    #expect(
      finding.suppressWith
        == #"- {rule: egress-path, source: "192.0.2.3", destination: "198.51.100.1", port: 443, reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.source == IPNetwork("192.0.2.3"))
    #expect(finding.evidenceQuery.destinationNetwork == IPNetwork("198.51.100.0/24"))
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let hosts = (0..<5).map(Example.own)
    let network = Remembered.network(
      hosts.flatMap {
        [Remembered.outward($0), Remembered.labelled(.egress, $0, "gateway endpoint")]
      }
    )
    let batches = hosts.map { Self.use(Self.bit(2) | Self.bit(4), host: $0) }
    let answers = EgressPath().answers(batches, network)
    #expect(answers.count == 1)
    #expect(answers.first?.count == 10)
  }
}
