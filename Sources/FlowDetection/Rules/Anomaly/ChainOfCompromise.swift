internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that was attacked and now attacks.
///
/// # chain.compromise
/// ## Title
/// A host that was got into now attacks
/// ## Sees
/// the findings of the other rules
/// ## Fires when
/// an own host is the target of a likely login after guessing (ssh.likely-success and its kin), and within {seconds|24
/// hours} after that begins what it had not done before in this log: outbound.sweep, outbound.portscan,
/// outbound.bruteforce, outbound.dos, outbound.smtp, lateral.scan, guessing inside, or a call to a listed address that
/// is answered. After a possible login, or at a host of exposure.probed, only the first four and lateral.scan count,
/// with a score of 70 or more. When the finding of the entry is suppressed, so is the chain.
/// ## Score
/// {P6}: {terms}
/// ## Evidence
/// both parts in order of time: who got in and when, what the host did and when
/// ## Blind spots
/// What the host does on ports that look like its daily work is not seen. exposure.probed alone proves no entry.
/// ## Techniques
/// T1078, T1190, T1046
/// ## Source
/// The attack sequences of GuardDuty, from flow logs alone
/// ## Respond
/// Isolate the host now, keep its memory and disk, revoke its instance role's sessions, and look at every host that it
/// reached.
enum ChainOfCompromise: FindingJoin {
  static let traits: RuleTraits = [.isProtected]
  static let thresholds: [Threshold] = [
    .seconds("seconds", 86_400, of: "time after the entry within which the host begins")
  ]
  static let terms: [ScoreTerm] = [
    .each("kind of behaviour afterwards", most: 3, weight: 0.4),
    .fact("within an hour", weight: 0.3),
  ]

  private static func isBehaviour(_ finding: Finding) -> Bool {
    let traits = finding.rule.traits
    return finding.actorIsInternal
      && (traits.contains(.continuesChain)
        || traits.contains(.continuesChainInP5) && finding.stage == .p5)
  }

  /// Whether the behaviour follows from the entry: what may be none needs an attack behind it.
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
      kindOfBehaviourAfterwards: kinds.map { "afterwards: \($0)" },
      withinAnHour: first.firstSeen <= entry.firstSeen &+ 3600
    )
    draft.outcome = .likelySuccess
    draft.actorIsInternal = true
    // The targets of several behaviours may overlap; their sum is marked as what it is.
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

  /// What happened, in order of time.
  private static func story(_ entry: Finding, _ after: [Finding]) -> String {
    let steps = after.prefix(4).map { "\(clock($0.firstSeen)) \($0.title)" }
    let more = after.count > 4 ? "; \(after.count - 4) more" : ""
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
