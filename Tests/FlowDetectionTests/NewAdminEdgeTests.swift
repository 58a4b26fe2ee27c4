import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("New admin edge: two internal hosts without earlier administration")
struct NewAdminEdgeTests {
  private static let (source, target) = (Example.own(3), Example.own(4))
  /// Both hosts are known for the web.
  private static let known = [Remembered.inner(source, target, .web)]

  private static func servicePair(
    _ service: Service = .ssh,
    _ trafficDirection: TrafficDirection = .lateral,
    _ outcomes: OutcomeCounts = OutcomeCounts(sessions: 1),
    out: UInt64 = 1000,
    back: UInt64 = 0
  ) -> Observations {
    .servicePairs(
      Remembered.servicePair(
        source,
        target,
        service,
        trafficDirection,
        outcomes,
        out: out,
        back: back
      )
    )
  }

  private static func edges(_ count: Int, from source: IPAddress? = nil) -> [BaselineEntry] {
    (0..<count).map {
      Remembered.inner(source ?? Example.own(100 + $0), Example.own(50 + $0), .ssh)
    }
  }

  @Test(
    "Internal TCP sessions on administrative ports and databases",
    arguments: [
      (.ssh, .lateral, 1), (.tcp(5432), .lateral, 1), (.web, .lateral, 0), (.udp(22), .lateral, 0),
      (.ssh, .inbound, 0), (.ssh, .outbound, 0),
    ] as [(Service, TrafficDirection, Int)]
  )
  func services(service: Service, trafficDirection: TrafficDirection, findings: Int) {
    let network = Remembered.network(Self.known)
    #expect(
      NewAdminEdge().found(in: Self.servicePair(service, trafficDirection), network).count
        == findings
    )
  }

  @Test("Short answers are no administration")
  func touches() {
    let servicePair = Self.servicePair(.ssh, .lateral, OutcomeCounts(blocked: 9, touched: 90))
    #expect(NewAdminEdge().found(in: servicePair, Remembered.network(Self.known)).isEmpty)
  }

  @Test("Does not fire without a baseline of a week, and for a known edge")
  func silent() {
    let servicePair = Self.servicePair()
    #expect(NewAdminEdge().found(in: servicePair, Remembered.network(days: 6, Self.known)).isEmpty)
    #expect(NewAdminEdge().found(in: servicePair, Example.network(own: 20)).isEmpty)
    #expect(NewAdminEdge().found(in: servicePair, Remembered.network(Self.known)).count == 1)
    let seen = Self.known + [Remembered.inner(Self.source, Self.target, .ssh)]
    #expect(NewAdminEdge().found(in: servicePair, Remembered.network(seen)).isEmpty)
    let back = Self.known + [Remembered.inner(Self.target, Self.source, .ssh)]
    #expect(NewAdminEdge().found(in: servicePair, Remembered.network(back)).count == 1)
  }

  @Test("A source that administers five hosts is an administrator", arguments: [(4, 1), (5, 0)])
  func administrator(hosts: Int, findings: Int) {
    let network = Remembered.network(Self.known + Self.edges(hosts, from: Self.source))
    #expect(NewAdminEdge().found(in: Self.servicePair(), network).count == findings)
  }

  @Test("A host that is absent from the baseline is new itself")
  func newHosts() {
    let source = Remembered.outward(Self.source)
    let target = Remembered.served(Self.target, .web)
    let cases = [([source, target], Stage.p4), ([source], .p2), ([target], .p2), ([], .p2)]
    for (known, stage) in cases {
      let findings = NewAdminEdge().found(in: Self.servicePair(), Remembered.network(known))
      #expect(findings.map(\.stage) == [stage])
    }
  }

  @Test("The score combines surprise, the kind of port and bytes")
  func score() throws {
    func score(_ known: [BaselineEntry], _ service: Service, _ bytes: UInt64) throws -> Double {
      let servicePair = Self.servicePair(service, out: bytes / 2, back: bytes / 2)
      let network = Remembered.network(Self.known + known)
      return try #require(NewAdminEdge().found(in: servicePair, network).first).exactScore
    }
    // 31 edges, none to the target: -log2(0.5 / 32) = 6 bits, 3 / 7 * 0.5 = 0.2142857; administration 0.3;
    // 1e6 bytes: ln 100 / ln 1e4 * 0.2 = 0.1. 40 + 29 * (1 - 0.7857143 * 0.7 * 0.9) = 54.645
    #expect(abs(try score(Self.edges(31), .ssh, 1_000_000) - 54.645) < 1e-6)
    // No edge of the port at all: 1 bit. A database: nothing.
    #expect(try score([], .tcp(5432), 10_000) == 40)
    // All edges of the port lead to the target: no surprise at all.
    let here = (0..<3).map { Remembered.inner(Example.own(100 + $0), Self.target, .ssh) }
    #expect(abs(try score(here, .ssh, 10_000) - 48.7) < 1e-9)
  }

  @Test(
    "It has the number of earlier sources",
    arguments: [(0, "0 other sources"), (1, "1 other source"), (2, "2 other sources")]
  )
  func words(sources: Int, words: String) throws {
    let before = (0..<sources).map { Remembered.inner(Example.own(100 + $0), Self.target, .ssh) }
    let network = Remembered.network(Self.known + before)
    let servicePair = Self.servicePair(out: 1234, back: 56_789)
    let finding = try #require(NewAdminEdge().found(in: servicePair, network).first)
    #expect(finding.title == "New internal SSH administrator")
    #expect(finding.detail == "60 s, 1.2 KiB sent, 55.4 KiB received; \(words) used it before")
    #expect(finding.actor == .address(Self.source))
    #expect(finding.actorIsInternal)
    #expect(finding.targets.sample == [Target(address: Self.target, port: 22)])
    #expect(
      finding.suppressWith
        == #"- {rule: lateral.new-admin-edge, source: "192.0.2.3", destination: "192.0.2.4", port: 22, reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.destination == Self.target)
    #expect(!finding.evidenceQuery.isOutward)
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let batches = (0..<5).map {
      Observations.servicePairs(
        Remembered.servicePair(Example.own($0), Example.own($0 + 1), .ssh, .lateral)
      )
    }
    let answers = NewAdminEdge().answers(batches, Remembered.network(Self.known))
    #expect(answers.count == 1)
    #expect(answers.first?.count == 5)
  }
}
