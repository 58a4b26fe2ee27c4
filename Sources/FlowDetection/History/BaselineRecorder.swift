package import FlowAggregation
package import FlowFindings
internal import FlowModel

/// Records the traffic of this run as baseline entries for later runs.
package struct BaselineRecorder: ObservationConsumer {
  /// The most baseline entries, and the most hours of hosts (those of 16,000 hosts in a day), that one run records.
  ///
  /// If there are more, those with the smallest hashes are kept, independent of the order.
  private let limit: Int
  private let network: NetworkContext
  private var facts = RunObservations()
  private var used: Set<IPAddress> = []
  /// Whether the run exceeded the limit.
  private var hasLeftOut = false

  /// Notices about limits of this run's baseline entries.
  package var notices: [String] {
    guard hasLeftOut else { return [] }
    return [
      "the history keeps at most \(NumberText.count(limit)) baseline entries and hours of hosts per run, and this run exceeded the limit: later runs report the dropped ones as new"
    ]
  }

  /// A baseline recorder without observations.
  package init(_ network: NetworkContext) { self.init(network, limit: 400_000) }

  init(_ network: NetworkContext, limit: Int) { (self.network, self.limit) = (network, limit) }

  /// Records a batch.
  package mutating func observe(_ observations: Observations) {
    for use in observations.uses { note(use) }
    for servicePair in observations.servicePairs { note(servicePair) }
    for endpoint in observations.served
    where endpoint.sessionsOutside + endpoint.sessionsInside > 0 {
      facts.note(
        BaselineEntry(.served, host: endpoint.address, service: endpoint.service),
        Seen(endpoint.first, endpoint.last, endpoint.bytes.addingSaturated(endpoint.replyBytes))
      )
    }
    for volume in observations.volumes { note(volume) }
    used.formUnion(IdleInterface.used(observations))
    bound()
  }

  /// Merges the state of another worker's baseline recorder.
  package mutating func merge(_ other: BaselineRecorder) {
    facts.add(other.facts)
    used.formUnion(other.used)
    hasLeftOut = hasLeftOut || other.hasLeftOut
    bound()
  }

  private mutating func note(_ use: OutwardUse) {
    let seen = Seen(use.first, use.last, use.bytes)
    facts.note(
      BaselineEntry(.outward, host: use.host, peer: use.use.network, service: use.use.service),
      seen
    )
    for path in EgressPath.names(use.paths) {
      facts.note(BaselineEntry(.egress, host: use.host, label: path), seen)
    }
    if let service = network.listedAWSService(use.sample) {
      facts.note(BaselineEntry(.awsService, host: use.host, label: service), seen)
    }
    if use.bytes >= network.thresholds.newOrigin.bytes {
      for origin in network.originLabels(use.sample) {
        facts.note(BaselineEntry(.origin, host: use.host, label: origin), seen)
      }
    }
  }

  private mutating func note(_ servicePair: HostServicePair) {
    let seen = Seen(
      servicePair.sums.first,
      servicePair.sums.last,
      servicePair.sums.bytes.addingSaturated(servicePair.replyBytes)
    )
    if servicePair.trafficDirection == .lateral, servicePair.isAnswered {
      facts.note(.inner(servicePair), seen)
    }
    if NewAdministrator.isAdministration(servicePair, network) {
      facts.note(
        BaselineEntry(
          .admin,
          host: servicePair.destination,
          peer: IPNetwork(around: servicePair.source),
          service: servicePair.service
        ),
        seen
      )
      for origin in network.originLabels(servicePair.source) {
        facts.note(BaselineEntry(.origin, host: servicePair.destination, label: origin), seen)
      }
    }
  }

  private mutating func note(_ volume: HostVolume) {
    for hour in volume.hours {
      var sum = HourVolume()
      (sum.bytesOut, sum.bytesIn) = (hour.bytesOut, hour.bytesIn)
      sum.conversations = hour.conversations
      facts.volumes[HostHour(host: volume.host, hour: hour.hour), default: HourVolume()].add(sum)
    }
  }

  private mutating func bound() {
    if facts.baselineEntries.count > limit || facts.volumes.count > limit { hasLeftOut = true }
    if facts.baselineEntries.count > 2 * limit { facts.keep(limit) }
    if facts.volumes.count > 2 * limit { facts.keepHours(limit) }
  }

  /// The baseline entries of the run, without the hours of hosts with serious findings.
  ///
  /// - Parameter findings: with a score of 70 or more, their traffic is not recorded: neither the hours of their hosts
  ///   between their first and last record, nor the traffic that those hosts initiated within them.
  /// - Returns: all baseline entries of the run that can be recorded.
  package func facts(without findings: [Finding]) -> RunObservations {
    var historyRun = facts
    historyRun.keep(limit)
    historyRun.keepHours(limit)
    for interface in network.interfaces {
      let seen = Seen(network.logStart, network.logEnd, 0)
      historyRun.note(.interface(interface.id), seen)
      if let address = interface.address, used.contains(address) {
        historyRun.note(.interfaceUsed(interface.id), seen)
      }
    }
    let tainted = TaintedHours(findings)
    guard !tainted.isEmpty else { return historyRun }
    historyRun.volumes = historyRun.volumes.filter { !tainted.contains($0.key) }
    historyRun.baselineEntries = historyRun.baselineEntries.filter {
      !tainted.covers($0.value, of: $0.key)
    }
    return historyRun
  }
}

extension Seen {
  fileprivate init(_ first: UInt32, _ last: UInt32, _ bytes: UInt64) {
    self.init(first: first, last: max(first, last), bytes: bytes)
  }
}

extension RunObservations {
  /// Keeps the limit of baseline entries: those with the smallest hashes.
  fileprivate mutating func keep(_ limit: Int) {
    guard baselineEntries.count > limit else { return }
    let ranked = baselineEntries.keys.map { ($0.stableHash, $0) }.sorted { $0.0 < $1.0 }
    for (_, baselineEntry) in ranked[limit...] { baselineEntries[baselineEntry] = nil }
  }
}

extension RunObservations {
  /// Keeps the limit of hours: those of the hosts with the smallest hashes.
  fileprivate mutating func keepHours(_ limit: Int) {
    guard volumes.count > limit else { return }
    let ranked = volumes.keys.map { (BaselineEntry(.served, host: $0.host).stableHash, $0) }
      .sorted { ($0.0, $0.1.hour) < ($1.0, $1.1.hour) }
    for (_, hour) in ranked[limit...] { volumes[hour] = nil }
  }
}

extension BaselineEntry {
  /// The same in every run.
  fileprivate var stableHash: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func mix(_ value: UInt64) {
      hash = (hash ^ value) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 29
    }
    for byte in kind.rawValue.utf8 { mix(UInt64(byte)) }
    mix(host.high)
    mix(host.low)
    mix(peer?.base.high ?? 0)
    mix(peer?.base.low ?? 0)
    mix(UInt64(service.protocolNumber) << 16 | UInt64(service.port))
    for byte in label.utf8 { mix(UInt64(byte)) }
    return hash
  }
}

/// The hours of hosts that are excluded from the baseline.
private struct TaintedHours {
  /// Findings with this score or more are excluded from the baseline.
  private static let least = 70

  private var spans: [IPAddress: [ClosedRange<UInt32>]] = [:]

  init(_ findings: [Finding]) {
    for finding in findings where finding.score >= Self.least {
      let span = finding.firstSeen / 3600...max(finding.firstSeen, finding.lastSeen) / 3600
      for host in finding.hosts { spans[host, default: []].append(span) }
    }
  }

  var isEmpty: Bool { spans.isEmpty }

  func contains(_ hour: HostHour) -> Bool {
    spans[hour.host]?.contains { $0.contains(hour.hour) } ?? false
  }

  /// Whether the traffic started within such hours.
  ///
  /// Traffic that outlasts an attack can be its purpose.
  func covers(_ seen: Seen, of baselineEntry: BaselineEntry) -> Bool {
    spans[baselineEntry.host]?.contains {
      $0.contains(seen.first / 3600)
    } ?? false
  }
}

extension Finding {
  /// The addresses of the finding, as far as it lists them.
  fileprivate var hosts: [IPAddress] {
    var hosts = targets.sample.map(\.address)
    if case .address(let address) = actor { hosts.append(address) }
    return hosts
  }
}
