internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An internal host that makes brute-force login attempts at external hosts.
///
/// # outbound.bruteforce
/// ## Title
/// Outbound brute-force login attempts
/// ## Input
/// sizes, times and order of the conversations of an internal host with external login services
/// ## Fires when
/// An internal host makes at least {attempts} SSH login attempts of brute-force type (see ssh.bruteforce) at one
/// external address, or at least {attempts-at-each} at each of {targets} external addresses by SSH or another service.
/// Conversations with the size of a successful login are excluded.
/// ## Score
/// {P5}: {terms}
/// ## Evidence
/// attempts, usual size, targets
/// ## Blind spots
/// Deployment jobs that fail repeatedly with a wrong key match this rule.
/// ## Techniques
/// T1110
/// ## Source
/// GuardDuty's SSHBruteForce with the local instance as actor; sizes as in ssh.bruteforce
/// ## Respond
/// Replace the security groups of the instance with an isolation group. Snapshot its volumes and revoke the sessions of
/// its instance role. Investigate the initial access with CloudTrail and GuardDuty.
struct OutboundBruteForce: Detector {
  static let traits: RuleTraits = [.isBruteForce, .continuesChain, .isAttack]
  static let deed = RuleDeed(
    "made brute-force attempts on {service} at {whom}",
    afterwards: "made brute-force attempts on other hosts",
    isOfInternalHost: true
  )
  static let thresholds: [Threshold] = [
    .count("attempts", 20, atLeast: 3, of: "SSH login attempts at one external address"),
    .count(
      "attempts-at-each",
      5,
      atLeast: 3,
      of: "login attempts at each of several external addresses"
    ),
    .count("targets", 5, of: "number of such external addresses"),
    .share("alike-share", 0.5, of: "share of the attempts with equal size"),
  ]
  static let terms = LoginBruteForce.terms

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    let thresholds = network.thresholds
    for source in observations.logins where source.isInternal {
      let guessable = source.targets.filter { Self.isBruteForceAttempt($0, thresholds) }
      let outside = Dictionary(grouping: guessable, by: \.service)
      for (service, targets) in outside where Self.isAttack(targets, thresholds.outboundBruteForce)
      {
        var bruteForce = BruteForceSource(source.address, isInternal: true, service)
        for target in targets { bruteForce.add(target, isBruteForce: true) }
        found.add(finding(bruteForce))
      }
    }
  }

  mutating func merge(_ other: OutboundBruteForce) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private static func isBruteForceAttempt(
    _ target: LoginSource.Target,
    _ thresholds: Thresholds
  ) -> Bool {
    let (attempts, limits) = (target.attempts, thresholds.outboundBruteForce)
    return !target.isInside && attempts.attempts >= limits.attemptsAtEach
      && !BruteForceThreshold.isAutomation(attempts, isInternal: true, thresholds)
      && attempts.flatness >= limits.alikeShare && target.service != .mail
      && target.service != .ldap
  }

  private static func isAttack(
    _ targets: [LoginSource.Target],
    _ limits: Thresholds.OutboundBruteForce
  ) -> Bool {
    targets.count >= limits.targets
      || targets.contains { $0.service == .ssh && $0.attempts.attempts >= limits.attempts }
  }

  private func finding(_ source: BruteForceSource) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "Outbound \(source.service.name) brute force",
      stage: .p5,
      actor: .address(source.address)
    )
    draft.key = [source.service.id]
    draft.score = BruteForceScore.of(
      attempts: source.attempts,
      flatness: source.flatness,
      sources: 1,
      targets: source.targets
    )
    draft.take(source)
    draft.outcome = .touched
    draft.evidence.isOutward = true
    draft.detail =
      "\(NumberText.count(source.attempts)) attempts, usually \(source.mode.clientSize)"
    return draft.finding
  }
}
