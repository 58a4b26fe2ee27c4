internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that attacks other hosts after it was attacked.
///
/// # chain.compromise
/// ## Title
/// Compromised host that attacks other hosts
/// ## Input
/// findings of the other rules
/// ## Fires when
/// An internal host is the target of a likely successful login after brute force (ssh.likely-success and related
/// rules). Within {seconds|24 hours} afterwards it starts one of the following for the first time in this log:
/// outbound.sweep, outbound.portscan, outbound.bruteforce, outbound.dos, outbound.smtp, lateral.scan, internal brute
/// force, or an answered connection to a listed address. After a possible success, or at a host with exposure.probed,
/// only the first four and lateral.scan with a score of 70 or more are considered. If the finding of the initial access
/// is suppressed, the chain is suppressed as well.
/// ## Score
/// {P6}: {terms}
/// ## Evidence
/// initial access and subsequent behavior in order of time: sources, targets and times
/// ## Blind spots
/// Subsequent behavior on ports that the host uses regularly is not detected. exposure.probed alone does not prove
/// initial access.
/// ## Techniques
/// T1078, T1190, T1046
/// ## Source
/// Attack sequences of GuardDuty, from flow logs alone
/// ## Respond
/// Replace the security groups of the instance with an isolation group. Capture the memory of the instance and snapshot
/// its volumes. Revoke the sessions of its instance role. Investigate every host that it reached. Check CloudTrail for
/// the use of its credentials.
enum ChainOfCompromise: FindingJoin {
  static let traits: RuleTraits = [.isProtected]
  static let thresholds: [Threshold] = [
    .seconds(
      "seconds",
      86_400,
      of: "time after the initial access within which the behavior starts"
    )
  ]
  static let terms: [ScoreTerm] = [
    .each("kind of behavior afterwards", most: 3, weight: 0.4),
    .fact("within an hour", weight: 0.3),
  ]

  private static func isBehaviour(_ finding: Finding) -> Bool {
    let traits = finding.rule.traits
    return finding.actorIsInternal
      && (traits.contains(.continuesChain)
        || traits.contains(.continuesChainInP5) && finding.stage == .p5)
  }

  /// Whether the behavior follows from the initial access.
  ///
  /// A possible success requires an attack afterwards.
  private static func follows(_ finding: Finding, _ entry: Finding) -> Bool {
    entry.outcome == .likelySuccess
      || finding.stage == .p5 && finding.rule.traits.contains(.isAttack)
  }

  static func findings(from findings: [Finding], _ context: CompleteContext) -> [Finding] {
    var behaviours: [IPAddress: [Finding]] = [:]
    for finding in findings where isBehaviour(finding) {
      if case .address(let host) = finding.actor { behaviours[host, default: []].append(finding) }
    }
    var entries: [IPAddress: [Finding]] = [:]
    for finding in findings where finding.rule.traits.contains(.opensChain) {
      guard let host = finding.targets.sample.first?.address, behaviours[host] != nil else {
        continue
      }
      entries[host, default: []].append(finding)
    }
    let limits = context.thresholds.chainOfCompromise
    return entries.keys.sorted().compactMap { host in
      let ranked = Ranking.sorted(entries[host] ?? [])
      return ranked.lazy.compactMap {
        chain(host, $0, behaviours[host] ?? [], within: limits.seconds)
      }.first
    }
  }

  private static func chain(
    _ host: IPAddress,
    _ entry: Finding,
    _ behaviours: [Finding],
    within seconds: UInt64
  ) -> Finding? {
    let after = behaviours.filter {
      follows($0, entry) && $0.firstSeen >= entry.firstSeen
        && UInt64($0.firstSeen) <= UInt64(entry.lastSeen) + seconds
    }.sorted { ($0.firstSeen, $0.id) < ($1.firstSeen, $1.id) }
    guard let first = after.first else { return nil }
    var kinds: [RuleID] = []
    for finding in after where !kinds.contains(finding.rule) { kinds.append(finding.rule) }
    var draft = FindingDraft(
      rule,
      title: "Compromised host",
      stage: .p6,
      actor: .address(host)
    )
    draft.score = score(
      kindOfBehaviorAfterwards: kinds.map { "afterwards: \($0)" },
      withinAnHour: first.firstSeen <= entry.firstSeen &+ 3600
    )
    draft.outcome = .likelySuccess
    draft.actorIsInternal = true
    // The targets of several findings can overlap, so their sum is marked as an estimate.
    draft.targets = Targets(
      count: after.reduce(0) { $0 &+ $1.targets.count },
      isExact: after.count == 1,
      sample: Array(after.flatMap(\.targets.sample).prefix(8))
    )
    draft.conversations = after.reduce(0) { $0 &+ $1.counts.conversations }
    draft.countsRecords = false
    draft.sums.first = entry.firstSeen
    draft.sums.last = after.map(\.lastSeen).max() ?? entry.lastSeen
    draft.sums.activity = after.reduce(entry.activity) { $0 | $1.activity }
    for finding in after {
      var part = RecordSums()
      (part.packets, part.bytes) = (finding.counts.packets, finding.counts.bytes)
      draft.sums.add(part)
    }
    draft.detail = story(entry, after)
    draft.suppression = SuppressionScope(source: host.description)
    draft.evidence = entry.evidenceQuery
    var chain = draft.finding
    chain.joins = [entry.id] + after.map(\.id)
    return chain
  }

  /// The events in order of time.
  private static func story(_ entry: Finding, _ after: [Finding]) -> String {
    let steps = after.prefix(4).map { "\(clock($0.firstSeen)) \($0.title)" }
    let more = after.count > 4 ? "; \(NumberText.count(after.count - 4)) more" : ""
    return "\(clock(entry.firstSeen)) \(entry.title), from \(entry.actor.description); "
      + steps.joined(separator: "; ") + more
  }

  /// The time of day in UTC.
  private static func clock(_ time: UInt32) -> String {
    let minutes = time % 86_400 / 60
    let (hour, minute) = (minutes / 60, minutes % 60)
    return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
  }
}
