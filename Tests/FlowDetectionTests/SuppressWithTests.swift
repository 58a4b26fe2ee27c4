import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Suppress with: the line that every finding offers silences it")
struct SuppressWithTests {
  /// The entry that the line stands for.
  private static func entry(_ line: String) throws -> Suppression {
    func value(_ key: String) -> String? {
      guard let start = line.firstRange(of: "\(key): ") else { return nil }
      let word = line[start.upperBound...].prefix { $0 != "," }
      return String(word).replacing("\"", with: "")
    }
    let rule = try #require(value("{rule"))
    var entry = Suppression(rule: rule, reason: "say why", path: "quiet.yaml", line: 1)
    entry.source = try value("source").map { try #require(IPNetwork($0)) }
    entry.destination = try value("destination").map { try #require(IPNetwork($0)) }
    entry.port = try value("port").map { try #require(UInt16($0)) }
    #expect(line.hasSuffix(#"reason: "say why"}"#))
    return entry
  }

  /// Observations in which every rule finds something.
  private static func observations() -> Observations {
    var observations = Observations()
    let swarm = (0..<3).map { number in
      SourceProfile.failing(
        at: (0..<10).map {
          FailedServicePair(destination: Example.own(number * 10 + $0), service: .tcp(8081))
        },
        from: IPAddress(v4: 0xcb00_7180 + UInt32(number))
      )
    }
    let host = Example.own(3)
    // The sweep follows the login.
    var sweep = ServiceAttempts.tried(.ssh, failed: 60)
    (sweep.sums.first, sweep.sums.last) = (Example.start + 3000, Example.start + 4000)
    observations.sourcePrefixes = SourcePrefix.of(
      swarm + [
        .trying([.each(.ssh, blocked: 12)], from: Example.stranger(1)),
        .trying([], victims: [.closed(40)], from: Example.stranger(2)),
        .trying([.each(.ssh, blocked: 2)], from: Example.other(3)),
        .trying([.each(.icmp, blocked: 7)], from: Example.other(4)),
        .trying([.each(.udp(53), blocked: 4)], from: Example.strangerV6(5)),
        .outbound(
          [sweep, .tried(.tcp(25), failed: 0, answered: 20)],
          victims: [.closed(60, of: Example.other(1))],
          heavy: [.got(200_000, in: 60)],
          from: host
        ),
        .lateral([.tried(.tcp(445), failed: 20)], rejected: [.times(500, hours: 1)], from: host),
        .peering(400, services: 300, from: Example.own(6)),
      ]
    )
    let login = LoginAttempts.tries(30)
      .with(LoginCandidate(.refused(plus: 80, bytes: 40_000), lasting: 300))
    let campaign = (0..<5).map {
      LoginSource.bruteForce(.tries(9, shape: .refused(plus: 5, bytes: 0)), from: Example.other($0))
    }
    observations.logins =
      campaign + [
        .trying([.ssh(host, login)]),
        .trying(
          [.at(Example.other(1), .ssh, isInside: false, .tries(50))],
          from: host,
          isInternal: true
        ),
      ]
    observations.exposures = [.open(networks: 20)]
    observations.threats = [
      .with(inside: Example.own(9), isOutbound: true, OutcomeCounts(sessions: 1)),
      .with(isOutbound: false, OutcomeCounts(blocked: 1)),
    ]
    observations.threats.append(
      .with(inside: Example.own(8), isOutbound: true, OutcomeCounts(sessions: 1), list: 1)
    )
    addChannels(&observations)
    addMemory(&observations)
    return observations
  }

  /// Findings without a baseline: series, single host-service pairs, services.
  private static func addChannels(_ observations: inout Observations) {
    observations.series = [
      .connections(144, shape: .scoring(0.95)), .lasting(6 * 3600, .tcp(6667)),
      .lasting(7200, .tcp(3333)), .sending(700_000_000, .tcp(8443)),
    ]
    observations.servicePairs = [
      .told(.tcp(8080), OutcomeCounts(touched: 100_000)),
      .told(.udp(53), packets: 20_000, bytes: 3_000_000),
      .told(.icmp, packets: 1000, bytes: 500_000),
      .told(Service(protocolNumber: 47, port: 0)),
      .told(.web, bytes: 20_000_000_000, to: Example.other(7)),
    ]
    let own = Example.own(5)
    var unanswered = HostServicePair.told(
      .tcp(9200),
      OutcomeCounts(silent: 30),
      back: 0,
      .lateral,
      to: own
    )
    unanswered.isAnsweredElsewhere = true
    observations.servicePairs.append(unanswered)
    var relay = ServedEndpoint.visited(.web, at: Example.own(3))
    relay.answeredInside = 4
    observations.served = [
      .visited(.web, sources: 20_000), relay,
      .visited(.udp(123), sources: 100, answered: 100, back: 60_000_000),
    ]
  }

  /// What is found because it was never seen before.
  private static func addMemory(_ observations: inout Observations) {
    let servicePairs: [HostServicePair] = [
      .told(.ssh, longest: 300, .inbound, from: Example.stranger(9), to: Example.own(1)),
      .told(.tcp(5985), OutcomeCounts(sessions: 1), .lateral, to: Example.own(6)),
      .told(.web, OutcomeCounts(sessions: 1), .lateral, to: IPAddress(v4: 0x0a01_0001)),
    ]
    observations.servicePairs += servicePairs
    var service = ServedEndpoint.visited(.tcp(8443), sources: 1, answered: 1, at: Example.own(4))
    service.sessionsOutside = 1
    observations.served.append(service)
    observations.uses = [
      .session(.web, out: 20_000_000),
      .session(.tcp(7070), with: Example.other(7)),
      .session(.web, paths: 1 << 1, with: Example.other(7)),
    ]
    observations.volumes = [
      HostVolume(
        host: Example.own(3),
        hours: [
          .init(
            hour: Example.start / 3600,
            bytesOut: 1_000_000_000,
            bytesIn: 0,
            conversations: 1
          )
        ]
      )
    ]
  }

  /// A network with the data of all rules, and a baseline of eight days without it.
  private static func network() -> NetworkContext {
    var network = Example.network(own: 30, ownV6: 30)
    (network.logStart, network.logEnd) = (Example.start, Example.start + 86_400)
    network.threats = [
      AddressLists.List(name: "bad.txt", entries: 1, changed: nil),
      AddressLists.List(name: "tor.txt", entries: 1, changed: nil),
    ]
    network.interfaces = [.init(id: "eni-idle", address: Example.own(29))]
    network.awsPrefixes = AWSPrefixes([
      AWSPrefix(
        network: IPNetwork(only: Example.other(7)),
        service: "S3",
        region: "eu-west-1"
      )
    ])
    network.origins = EverywhereNew()
    network.baseline = baseline
    return network
  }

  private static var baseline: Baseline {
    let host = Example.own(3)
    let start = Example.start - 8 * 86_400
    let baselineEntries = [
      BaselineEntry(
        .outward,
        host: host,
        peer: IPNetwork(around: Example.other(7)),
        service: .tcp(81)
      ),
      BaselineEntry(.served, host: Example.own(4), service: .web),
      BaselineEntry(.egress, host: host, label: "gateway endpoint"),
      BaselineEntry(.awsService, host: host, label: "EC2 eu-west-1"),
      BaselineEntry(.origin, host: host, label: "NL"),
      BaselineEntry.interface("eni-idle"),
    ]
    let volumes = (0..<8 * 24).map { number in
      var volume = HourVolume()
      volume.bytesOut = 1_000_000 + UInt64(number % 7) * 1000
      return (hour: start / 3600 + UInt32(number), volume: volume)
    }
    return Baseline(
      days: 8,
      firstStart: start,
      lastEnd: Example.start,
      baselineEntries: Dictionary(
        uniqueKeysWithValues: baselineEntries.map { ($0, Seen(first: start, last: start + 3600)) }
      ),
      volumes: [host: volumes]
    )
  }

  /// All addresses are in a country without earlier traffic.
  private struct EverywhereNew: AddressOrigins {
    func origin(of address: IPAddress) -> AddressOrigin? { AddressOrigin(country: "AQ") }
  }

  @Test("Every finding of every rule is matched by the line that it offers")
  func everyRule() throws {
    var detectors = Detectors(Self.network())
    detectors.observe(Self.observations())
    var quality = LogQuality()
    quality.holes = 1
    let findings = detectors.findings(CompleteContext(Self.network(), quality: quality)).findings
    #expect(Set(findings.map(\.rule)) == Set(RuleCatalog.rules.map(\.id)))
    for finding in findings {
      let entry = try Self.entry(finding.suppressWith)
      #expect(entry.rule == finding.rule.rawValue)
      #expect(entry.matches(finding), "\(finding.suppressWith)")
    }
  }

  @Test("It has more than the rule alone, except for global findings")
  func narrow() {
    var detectors = Detectors(Example.network(own: 30, ownV6: 30))
    var observations = Self.observations()
    observations.threats = []
    detectors.observe(observations)
    for finding in detectors.findings().findings {
      let keys = ["source: ", "destination: ", "port: "].filter(finding.suppressWith.contains)
      #expect(!keys.isEmpty, "\(finding.suppressWith)")
    }
  }
}
