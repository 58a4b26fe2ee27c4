internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// An own host that guesses passwords elsewhere.
///
/// # outbound.bruteforce
/// ## Title
/// An own host guesses passwords outside
/// ## Sees
/// sizes, times and order of the conversations of an own host with outside login services
/// ## Fires when
/// an own or internal address makes at least {attempts} tries by SSH to log in to one outside address that look like
/// guesses (see ssh.bruteforce), or at least {attempts-at-each}, by SSH or another service, to each of {targets}
/// outside addresses. Conversations that succeed by their size do not count.
/// ## Score
/// {P5}: {terms}
/// ## Evidence
/// attempts, the usual size, targets
/// ## Blind spots
/// Deployments that fail again and again with a wrong key look the same.
/// ## Techniques
/// T1110
/// ## Source
/// GuardDuty's SSHBruteForce with the own instance as actor; sizes as in ssh.bruteforce
/// ## Respond
/// Isolate the host: it attacks others in your name. Then look at how it was taken.
struct OutboundBruteForce: Detector {
  static let traits: RuleTraits = [.isBruteForce, .continuesChain, .isAttack]
  static let deed = RuleDeed(
    "guessed {service} passwords of {whom}",
    afterwards: "guessed passwords elsewhere",
    isOfInternalHost: true
  )
  static let thresholds: [Threshold] = [
    .count("attempts", 20, of: "attempts by SSH at one outside address"),
    .count("attempts-at-each", 5, of: "attempts at each of several outside addresses"),
    .count("targets", 5, of: "outside addresses that get so many"),
    .share("alike-share", 0.5, of: "part of the attempts that are alike"),
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
      "\(source.attempts) attempts, usually \(source.mode.clientPackets) packets/\(source.mode.clientBytes) B"
    return draft.finding
  }
}
