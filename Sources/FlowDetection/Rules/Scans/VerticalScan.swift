internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// One source that tries many ports of one local address.
///
/// # scan.vertical
/// ## Title
/// Port scan of one address
/// ## Input
/// addresses, ports, protocol, packets, bytes and action; tcp-flags if the log format includes them
/// ## Fires when
/// One external source gets no response (blocked, unanswered, or answered with bare resets) on at least {ports}
/// distinct TCP or UDP ports of one local address over the whole input. The direction is certain for at least
/// {sure-share|half} of its conversations with that address.
/// ## Score
/// {P1}: {terms}
/// ## Evidence
/// ports tried, lowest and highest port, ports that answered, first and last record, slow-scan label
/// ## Blind spots
/// Late packets of closed connections and backscatter from spoofed requests are excluded. Traffic of peer-to-peer
/// programs to closed ports cannot be distinguished from a scan.
/// ## Techniques
/// T1046, T1595.002
/// ## Source
/// CERT NetSA rwscan, Zeek scan detection; no time window, because slow scans take days
/// ## Respond
/// Check the ports that answered. Give priority to a source that found an open port and returned with longer
/// conversations. Remove the public inbound rule for each port that needs no public access.
struct VerticalScan: Detector {
  static let traits: RuleTraits = [.isScan, .isPortProbe]
  static let thresholds: [Threshold] = [
    .count(
      "ports",
      10,
      atLeast: 5,
      of: "ports of one local address on which one source gets no response"
    ),
    .share(
      "sure-share",
      0.5,
      of: "share of its conversations with that address with a certain direction"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("failed ports", 10...1000, weight: 0.6),
    .log("local addresses", 1...50, weight: 0.2),
    .log("hours from first to last", 24...720, weight: 0.2),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for sourcePrefix in observations.sourcePrefixes {
      for profile in sourcePrefix.sources where profile.trafficDirection == .inbound {
        let victims = profile.victims.filter { ScanThreshold.isVertical($0, network) }
        if !victims.isEmpty { found.add(finding(victims, profile)) }
      }
    }
  }

  mutating func merge(_ other: VerticalScan) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func finding(_ victims: [VictimPorts], _ profile: SourceProfile) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Port scan",
      stage: .p1,
      actor: .address(profile.address)
    )
    draft.take(victims, of: profile)
    let most = victims.map(\.failedPorts).max() ?? 0
    draft.score = score(ports: most, victims: victims.count, draft.sums)
    return draft.finding
  }

  private func score(ports: UInt64, victims: Int, _ sums: RecordSums) -> Score {
    Self.score(
      failedPorts: Double(ports),
      localAddresses: Double(victims),
      hoursFromFirstToLast: Finding.hours(sums.first, sums.last)
    )
  }
}

extension FindingDraft {
  /// Copies the attempts of one source at the ports of some addresses.
  mutating func take(_ victims: [VictimPorts], of profile: SourceProfile) {
    var outcomes = OutcomeCounts()
    var sure: UInt64 = 0
    for victim in victims {
      outcomes.add(victim.outcomes)
      sums.add(victim.sums)
      sure += victim.sure
    }
    note(outcomes, sure: sure)
    actorIsInternal = profile.isInternal
    targets = Targets(
      count: UInt64(victims.count),
      isExact: true,
      sample: victims.prefix(8).map { Target(address: $0.address, port: nil) }
    )
    isSlow = victims.allSatisfy {
      ScanThreshold.isSlow(busiestHour: $0.busiestHour, first: $0.sums.first, last: $0.sums.last)
    }
    let most = victims.map(\.failedPorts).max() ?? 0
    let open = victims.map(\.openPorts).max() ?? 0
    let (lowest, highest) = (victims.map(\.lowest).min() ?? 0, victims.map(\.highest).max() ?? 0)
    detail =
      "\(NumberText.count(most)) closed ports in \(lowest)–\(highest)"
      + (open > 0 ? ", \(NumberText.count(open)) open" : "")
    suppression = SuppressionScope(source: profile.address.description)
    evidence = EvidenceQuery(
      source: IPNetwork(only: profile.address),
      destination: victims.first?.address,
      protocols: [ProtocolNumber.tcp, ProtocolNumber.udp]
    )
    evidence.isOutward = profile.trafficDirection == .outbound
  }
}
