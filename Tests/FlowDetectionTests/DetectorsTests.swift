import FlowTestSupport
import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Detectors: pages, merging, ranking")
struct DetectorsTests {
  @Test("Every detector has a page, and no rule has two")
  func rules() {
    #expect(
      RuleCatalog.rules.map(\.id) == [
        "admin.new-source", "aws-service.unexpected", "beacon", "chain.compromise",
        "cross-vpc.unexpected", "dns.tunnel", "dns.unapproved", "egress-path", "eni.idle",
        "exfil.volume", "exposure.probed", "geo.new", "icmp.tunnel", "inbound.flood",
        "lateral.new-admin-edge", "lateral.scan", "log.quality", "long-connection", "nat.to-aws",
        "new.external", "new.service", "oneway.accept", "outbound.bruteforce", "outbound.dos",
        "outbound.mining", "outbound.p2p", "outbound.portscan", "outbound.smtp", "outbound.sweep",
        "port.unusual", "proto.unusual", "reflector", "reject.storm", "scan.distributed",
        "scan.horizontal",
        "scan.icmp", "scan.probe", "scan.udp", "scan.vertical", "sg.too-open",
        "ssh.bruteforce", "ssh.bruteforce.campaign", "ssh.likely-success", "strobe", "threat-list",
        "tor", "volume.unusual",
      ]
    )
    let all = RuleCatalog.ids
    #expect(Set(all).count == all.count)
  }

  @Test("Every part of a page has text", arguments: 0..<47)
  func parts(index: Int) throws {
    let page = try #require(RuleCatalog.rules.dropFirst(index).first).page
    let parts = [
      page.title, page.input, page.firesWhen, page.score, page.evidence,
      page.blindSpots, page.source, page.respond,
    ]
    for part in parts { #expect(part.count > 2) }
    #expect(!page.techniques.isEmpty)
    for technique in page.techniques {
      #expect(technique.wholeMatch(of: /T\d{4}(\.\d{3})?/) != nil)
    }
  }

  /// The data that must not depend on the split among workers.
  private struct Essence: Equatable {
    var id: String
    var score: Double
    var confidence: Confidence
    var outcome: FindingOutcome
    var detail: String
    var members: Members?
    var targets: Targets
    var times: [UInt32]
    var counts: FindingCounts
    var why: [Reason]

    init(_ finding: Finding) {
      id = finding.id
      score = finding.exactScore
      confidence = finding.confidence
      outcome = finding.outcome
      detail = finding.detail
      members = finding.members
      targets = finding.targets
      times = [finding.firstSeen, finding.lastSeen]
      counts = finding.counts
      why = finding.why
    }
  }

  /// Networks whose sources make every rule fire, two of them share a service to probe.
  private static let networks: [SourcePrefix] = {
    func pairs(_ first: Int) -> [FailedServicePair] {
      (first..<first + 10).map { .init(destination: Example.own($0), service: .tcp(8081)) }
    }
    let swarm = (0..<3).map {
      SourceProfile.failing(
        at: pairs($0 * 10),
        from: IPAddress(v4: 0xcb00_7180 + UInt32($0)),
        hours: 2
      )
    }
    return SourcePrefix.of(
      swarm + [
        .trying([.each(.ssh, blocked: 12)], from: Example.stranger(1)),
        .trying([], victims: [.closed(40)], from: Example.stranger(2)),
        .trying([.each(.ssh, blocked: 2)], from: Example.other(3)),
        .trying([.each(.icmp, blocked: 7)], from: Example.other(4)),
        .trying([.each(.udp(53), blocked: 4)], from: Example.strangerV6(5)),
        .trying([.each(.ssh, touched: 1, own: Example.ownV6)], from: Example.strangerV6(6)),
        .trying([.each(.ssh, blocked: 1)], from: IPAddress(v4: 0xc612_0001)),
      ]
    )
  }()

  private static let network = Example.network(own: 30, ownV6: 30)

  private static func observations(_ networks: [SourcePrefix]) -> Observations {
    var observations = Observations()
    observations.sourcePrefixes = networks
    return observations
  }

  private static func detectors(_ networks: [SourcePrefix]) -> Detectors {
    var detectors = Detectors(network)
    detectors.observe(Self.observations(networks))
    return detectors
  }

  @Test("All scan rules fire on the example")
  func example() {
    let findings = Self.detectors(Self.networks).findings().findings
    let scans = RuleCatalog.rules.map(\.id).filter { $0.rawValue.hasPrefix("scan.") }
    #expect(Set(findings.map(\.rule)) == Set(scans))
    #expect(Set(findings.map(\.id)).count == findings.count)
  }

  @Test("Two workers' findings are the same in both merge orders", arguments: 0...4)
  func eitherOrder(cut: Int) {
    let whole = Self.detectors(Self.networks).findings().findings.map(Essence.init)
    let first = Self.detectors(Array(Self.networks.prefix(cut)))
    let second = Self.detectors(Array(Self.networks.dropFirst(cut)))
    var forth = first
    forth.merge(second)
    var back = second
    back.merge(first)
    #expect(forth.findings().findings.map(Essence.init) == whole)
    #expect(back.findings().findings.map(Essence.init) == whole)
  }

  @Test(
    "Any split among workers, shown network by network, gives the same findings",
    arguments: 1...20
  )
  func anySplit(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    var workers = (0..<3).map { _ in Detectors(Self.network) }
    for sourcePrefix in Self.networks.shuffled(using: &numbers) {
      workers[Int.random(in: 0..<3, using: &numbers)].observe(Self.observations([sourcePrefix]))
    }
    var all = Detectors(Self.network)
    for worker in workers.shuffled(using: &numbers) { all.merge(worker) }
    let whole = Self.detectors(Self.networks).findings().findings.map(Essence.init)
    #expect(all.findings().findings.map(Essence.init) == whole)
  }
}

@Suite("Ranking: a total order of findings")
struct RankingTests {
  private static func finding(
    _ id: String,
    score: Double,
    last: UInt32,
    rule: RuleID = "scan.vertical"
  ) throws -> Finding {
    var finding = try #require(
      VerticalScan().found(in: [.trying([], victims: [.closed(10)])]).first
    )
    (finding.id, finding.exactScore, finding.lastSeen, finding.rule) = (id, score, last, rule)
    return finding
  }

  private static func permutations(_ findings: [Finding]) -> [[Finding]] {
    guard findings.count > 1 else { return [findings] }
    return findings.indices.flatMap { index in
      var others = findings
      let first = others.remove(at: index)
      return permutations(others).map { [first] + $0 }
    }
  }

  @Test("By score, then the latest, then rule and id, whatever the order before")
  func total() throws {
    let findings = [
      try Self.finding("f", score: 20, last: 10),
      try Self.finding("e", score: 19.999, last: 900),
      try Self.finding("d", score: 10, last: 500),
      try Self.finding("c", score: 10, last: 499, rule: "scan.horizontal"),
      try Self.finding("a", score: 10, last: 499),
      try Self.finding("b", score: 10, last: 499),
    ]
    let orders = Self.permutations(findings)
    #expect(orders.count == 720)
    for order in orders {
      #expect(Ranking.sorted(order).map(\.id) == ["f", "e", "d", "c", "a", "b"])
    }
  }
}
