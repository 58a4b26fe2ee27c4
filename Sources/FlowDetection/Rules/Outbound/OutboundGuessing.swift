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
/// an own or internal address makes at least 20 tries by SSH to log in to one outside address that look like guesses (see
/// ssh.bruteforce), or at least 5, by SSH or another service, to each of 5 outside addresses. Conversations that succeed by their size do not count.
/// ## Score
/// P5, 70 to 89: 0.5 log attempts 10..1000, 0.25 share alike 0.5..1, 0.2 log targets 2..50
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
struct OutboundGuessing: Detector {
  static let traits: RuleTraits = [.isBruteForce, .continuesChain, .isAttack]
  static let deed = RuleDeed(
    "guessed {service} passwords of {whom}",
    afterwards: "guessed passwords elsewhere",
    isOfInternalHost: true
  )

  private static let attemptsAtOne: UInt32 = 20
  private static let attemptsAtEach: UInt32 = 5
  private static let targetsOfEach = 5

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for source in observations.logins where source.isInternal {
      let outside = Dictionary(grouping: source.targets.filter(Self.isGuess), by: \.service)
      for (service, targets) in outside where Self.isAttack(targets) {
        var guessing = GuessingSource(source.address, isInternal: true, service)
        for target in targets { guessing.add(target, isGuessing: true) }
        found.add(finding(guessing))
      }
    }
  }

  mutating func merge(_ other: OutboundGuessing) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private static func isGuess(_ target: LoginSource.Target) -> Bool {
    let attempts = target.attempts
    return !target.isInside && attempts.attempts >= attemptsAtEach
      && !GuessingThreshold.isAutomation(attempts, isInternal: true)
      && attempts.flatness >= 0.5 && target.service != .mail && target.service != .ldap
  }

  private static func isAttack(_ targets: [LoginSource.Target]) -> Bool {
    targets.count >= targetsOfEach
      || targets.contains { $0.service == .ssh && $0.attempts.attempts >= attemptsAtOne }
  }

  private func finding(_ source: GuessingSource) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "\(source.service.name) guessing by own host",
      stage: .p5,
      actor: .address(source.address)
    )
    draft.key = [source.service.id]
    draft.score = GuessingScore.of(
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
