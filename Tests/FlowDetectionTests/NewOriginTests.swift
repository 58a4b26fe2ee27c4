import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("New origin: a country or owner with which a network never dealt")
struct NewOriginTests {
  private static let dutch = ["NL", "AS64500"].map {
    Remembered.labelled(.origin, Example.own(9), $0)
  }

  /// 198.51.100.0/24 is Dutch, everything else Brazilian.
  private static func network(
    days: Int = 7,
    _ known: [BaselineEntry] = dutch,
    origins: any AddressOrigins = TwoOrigins()
  ) -> NetworkContext {
    var network = Remembered.network(days: days, known)
    network.origins = origins
    return network
  }

  private static func use(_ bytes: UInt64, _ peer: IPAddress = Example.stranger(1)) -> Observations
  {
    .uses(Remembered.use(Remembered.host, peer, out: bytes - bytes / 4, back: bytes / 4))
  }

  private static func visit(seconds: UInt32, out: UInt64 = 1000) -> Observations {
    .servicePairs(
      Remembered.servicePair(
        Example.stranger(1),
        Remembered.host,
        .ssh,
        .inbound,
        out: out,
        seconds: seconds
      )
    )
  }

  @Test(
    "A megabyte in both directions with it",
    arguments: [(999_999, 0), (1_000_000, 2)] as [(UInt64, Int)]
  )
  func bytes(bytes: UInt64, findings: Int) {
    #expect(NewOrigin().found(in: Self.use(bytes), Self.network()).count == findings)
  }

  @Test(
    "Or administration from there",
    arguments: [(129, 0), (130, 2)] as [(UInt32, Int)]
  )
  func administration(seconds: UInt32, findings: Int) {
    #expect(NewOrigin().found(in: Self.visit(seconds: seconds), Self.network()).count == findings)
  }

  @Test("Does not fire without a baseline of a week with databases, and without these")
  func silent() {
    let use = Self.use(1 << 40)
    #expect(NewOrigin().found(in: use, Self.network(days: 6)).isEmpty)
    #expect(NewOrigin().found(in: use, Self.network([Remembered.outward()])).isEmpty)
    #expect(NewOrigin().found(in: use, Remembered.network(Self.dutch)).isEmpty)
    #expect(NewOrigin().found(in: use, Example.network(own: 20)).isEmpty)
    #expect(NewOrigin().found(in: use, Self.network()).count == 2)
    #expect(NewOrigin().found(in: Self.use(1 << 40, Example.other(1)), Self.network()).isEmpty)
  }

  @Test("What any host dealt with is known to all")
  func known() {
    let brazil = Remembered.labelled(.origin, Example.own(8), "BR")
    let findings = NewOrigin().found(in: Self.use(1 << 30), Self.network(Self.dutch + [brazil]))
    #expect(findings.map(\.title) == ["New network owner"])
    #expect(findings.map(\.stage) == [.p2])
  }

  @Test("Countries and administration are unusual, owners alone are not")
  func stages() {
    func stages(_ observations: Observations) -> [String: Stage] {
      let findings = NewOrigin().found(in: observations, Self.network())
      return Dictionary(findings.map { ($0.title, $0.stage) }) { first, _ in first }
    }
    #expect(stages(Self.use(1 << 30)) == ["New country": .p4, "New network owner": .p2])
    #expect(stages(Self.visit(seconds: 600)) == ["New country": .p4, "New network owner": .p4])
  }

  /// The country whose code is the prefix of an AS number.
  private struct Samoa: AddressOrigins {
    func origin(of address: IPAddress) -> AddressOrigin? { AddressOrigin(country: "AS") }
  }

  @Test("American Samoa is a country")
  func samoa() {
    let network = Self.network(origins: Samoa())
    let findings = NewOrigin().found(in: Self.use(1 << 30), network)
    #expect(findings.map(\.title) == ["New country"])
    #expect(findings.map(\.stage) == [.p4])
  }

  @Test("The score combines bytes and administration, and stays at most 60")
  func score() throws {
    func score(_ observations: Observations) throws -> Double {
      let findings = NewOrigin().found(in: observations, Self.network())
      return try #require(findings.first { $0.title == "New country" }).exactScore
    }
    // 1e9 bytes: 0.4; administration: 0.3. 40 + 29 * (1 - 0.6 * 0.7) = 56.82
    #expect(abs(try score(Self.visit(seconds: 0, out: 1_000_000_000)) - 56.82) < 1e-9)
    #expect(abs(try score(Self.use(1_000_000_000)) - 51.6) < 1e-9)
    #expect(try score(Self.use(1_000_000)) == 40)
  }

  @Test("It has the direction, the label and the suppression")
  func words() throws {
    let outward = NewOrigin().found(in: Self.use(4_000_000), Self.network())
    let country = try #require(outward.first { $0.title == "New country" })
    #expect(country.detail == "connects to BR, 3.8 MiB in both directions, not seen before")
    #expect(country.evidenceQuery.destination == Example.stranger(1))
    #expect(country.evidenceQuery.isOutward)
    #expect(
      country.suppressWith
        == #"- {rule: geo.new, source: "192.0.2.3", destination: "203.0.113.1", port: 443, reason: "say why"}"#
    )
    let inward = NewOrigin().found(in: Self.visit(seconds: 600), Self.network())
    let visit = try #require(inward.first { $0.title == "New country" })
    #expect(visit.detail == "administered from BR, 1000 B in both directions, not seen before")
    #expect(visit.evidenceQuery.source == IPNetwork("203.0.113.1"))
    #expect(visit.evidenceQuery.destination == Remembered.host)
    #expect(!visit.evidenceQuery.isOutward)
    #expect(visit.id != country.id)
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let batches = (1...5).map { number -> Observations in
      var batch = Self.visit(seconds: 130 * UInt32(number))
      batch.uses = [Remembered.use(Remembered.host, Example.stranger(number), out: 1_000_000)]
      return batch
    }
    let answers = NewOrigin().answers(batches, Self.network())
    #expect(answers.count == 1)
    #expect(answers.first?.count == 4)
  }
}
