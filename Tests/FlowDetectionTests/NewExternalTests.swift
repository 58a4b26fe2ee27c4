import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("New external: external networks to which a host connects for the first time")
struct NewExternalTests {
  private static let known = IPAddress(v4: 0xc633_0001)

  @Test(
    "10 MB in both directions with an unknown network is a separate finding",
    arguments: [
      (9_999_999, false, Stage.p2), (10_000_000, false, .p4), (5_000_000_000, true, .p2),
    ] as [(UInt64, Bool, Stage)]
  )
  func size(bytes: UInt64, isKnownToOthers: Bool, stage: Stage) {
    let network = Remembered.network(
      [Remembered.knownHost] + Remembered.others(3)
        + (isKnownToOthers ? [Remembered.outward(Example.own(9))] : [])
    )
    let use = Remembered.use(out: bytes - 1000, back: 1000)
    let findings = NewExternal().found(in: .uses(use), network)
    #expect(findings.map(\.stage) == [stage])
    #expect(
      findings.map(\.title) == [stage == .p4 ? "New external network" : "New external networks"]
    )
  }

  @Test("Does not fire without a baseline of a week", arguments: [0, 1, 6])
  func days(days: Int) {
    let use = Observations.uses(Remembered.use(out: 1 << 40))
    #expect(NewExternal().found(in: use, Remembered.network(days: days)).isEmpty)
    #expect(NewExternal().found(in: use, Example.network(own: 20)).isEmpty)
    #expect(NewExternal().found(in: use, Remembered.network(days: 7)).count == 1)
  }

  @Test("Known is the service of the /24, whichever address answered")
  func sourcesOfPrefix() {
    let network = Remembered.network([Remembered.knownHost, Remembered.outward()])
    func found(_ peer: IPAddress, _ service: Service) -> Int {
      NewExternal().found(in: .uses(Remembered.use(Remembered.host, peer, service)), network).count
    }
    #expect(found(Example.other(200), .web) == 0)
    #expect(found(Example.other(1), .ssh) == 1)
    #expect(found(Example.other(1), .udp(443)) == 1)
    #expect(found(Example.stranger(1), .web) == 1)
    #expect(NewExternal().found(in: .uses(Remembered.use(Example.own(4))), network).count == 1)
  }

  @Test("A separate network combines surprise and bytes")
  func score() throws {
    // 15 hosts: -log2(0.5 / 16) = 5 bits, (5 - 4) / 8 * 0.5 = 0.0625; 1e9 bytes: 0.4.
    // 40 + 29 * (1 - 0.9375 * 0.6) = 52.6875
    let network = Remembered.network([Remembered.knownHost] + Remembered.others(15))
    let use = Remembered.use(out: 600_000_000, back: 400_000_000)
    let finding = try #require(NewExternal().found(in: .uses(use), network).first)
    #expect(abs(finding.exactScore - 52.6875) < 1e-9)
    #expect(finding.why.map(\.measure) == ["surprise in bits", "bytes in both directions"])
    // Half of three hosts: -log2(1.5 / 4) = 1.4 bits: nothing; 1e6 bytes: nothing. The foot of the band.
    let shared = Remembered.network(
      Remembered.others(2) + [Remembered.outward(Example.own(9))]
    )
    let small = try #require(
      NewExternal().found(in: .uses(Remembered.use(out: 1_000_000)), shared).first
    )
    #expect(small.exactScore == 20)
  }

  @Test("Small ones of one host are grouped and represented by the largest")
  func folded() throws {
    let uses = Observations.uses(
      Remembered.use(out: 1000),
      Remembered.use(Remembered.host, Example.stranger(5), .ssh, out: 2000, back: 500),
      Remembered.use(Remembered.host, Self.known, .web, out: 100),
      Remembered.use(Example.own(4), Self.known, .web, out: 100)
    )
    let findings = NewExternal().found(in: uses, Remembered.network())
    #expect(findings.count == 2)
    let finding = try #require(findings.first { $0.actor == .address(Remembered.host) })
    #expect(
      finding.detail == "203.0.113.0/24 and 2 more, 3.5 KiB in both directions, not seen before"
    )
    #expect(finding.targets.count == 3)
    #expect(finding.targets.sample.map(\.port) == [22, 443, 443])
    #expect(finding.service == nil)
    #expect(finding.actorIsInternal)
    #expect(
      finding.suppressWith == #"- {rule: new.external, source: "192.0.2.3", reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.destinationNetwork == IPNetwork("203.0.113.0/24"))
    #expect(finding.evidenceQuery.isOutward)
  }

  @Test("A separate network has its name and the suppression")
  func single() throws {
    let use = Remembered.use(out: 12_000_000, back: 345_678)
    let network = Remembered.network([Remembered.knownHost])
    let finding = try #require(NewExternal().found(in: .uses(use), network).first)
    #expect(
      finding.detail
        == "198.51.100.0/24 HTTPS, 11.4 MiB sent, 337.5 KiB received, not seen before; not used by other hosts"
    )
    #expect(
      finding.suppressWith
        == #"- {rule: new.external, source: "192.0.2.3", destination: "198.51.100.1", port: 443, reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.source == IPNetwork("192.0.2.3"))
    #expect(finding.evidenceQuery.destination == nil)
    #expect(finding.evidenceQuery.destinationNetwork == IPNetwork("198.51.100.0/24"))
    #expect((finding.firstSeen, finding.lastSeen) == (Example.start + 60, Example.start + 3600))
    #expect(finding.counts.records == nil)
    #expect(finding.counts.bytes == 12_000_000)
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let batches = (0..<4).map {
      Observations.uses(
        Remembered.use(Example.own($0), out: 20_000_000),
        Remembered.use(Example.own($0), Example.stranger(1), out: 500)
      )
    }
    let known = (0..<4).map { BaselineEntry(.served, host: Example.own($0), service: .ssh) }
    let answers = NewExternal().answers(batches, Remembered.network(known))
    #expect(answers.count == 1)
    #expect(answers.first?.count == 8)
    // Of hosts that are new themselves all is one finding.
    #expect(NewExternal().answers(batches, Remembered.network()).first?.count == 4)
  }
}
