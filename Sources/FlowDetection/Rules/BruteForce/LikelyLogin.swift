internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// The guess that got in.
///
/// # ssh.likely-success, rdp.likely-success, winrm.likely-success, smb.likely-success, telnet.likely-success,
/// ftp.likely-success, vnc.likely-success, mysql.likely-success, postgresql.likely-success, mssql.likely-success,
/// oracle.likely-success, mongodb.likely-success, redis.likely-success
/// ## Title
/// A guessing source that seems to have got in
/// ## Sees
/// the two largest conversations and the longest one of every guessing source at every target, beside its usual try
/// ## Fires when
/// for a source that guesses: (outlier) one conversation has at least 4 packets and 1,000 bytes back more than its
/// usual try, at least 150 bytes for each packet more, and no more than {outliers} or {outliers-share} of its tries are
/// so; (stopped) after it the tries end, although the log goes on and the source's campaign would have gone on; (stays)
/// a conversation lasts 130 seconds or more with 20 packets or 5 kB back, which no server grants before login, or moves
/// 20 kB. Outlier alone is possible; outlier and stopped, or stays, is likely. A long session from the /24 of a
/// guessing source at the same target within {after} is likely, too. Not counted: what comes before the third try; two
/// to four usual tries in one (a port used again); a source that is turned away within 40 seconds after it, the last
/// but one conversation, and outliers of {same-time-sources|three} sources at one target within {same-time} (lost
/// packets sent again). Other services than SSH: stays alone.
/// ## Score
/// possible: {P4s}: {P4s terms}; likely: {P5}: {P5 terms}
/// ## Evidence
/// that one conversation: when, how long, its packets and bytes beside the usual ones, and what came after it
/// ## Blind spots
/// A login that does nothing and leaves at once can be as small as a refused one. An owner who mistypes a dozen times
/// and then gets in looks the same; so does a user behind the address of a guesser.
/// ## Techniques
/// T1078, T1110, T1021.004
/// ## Source
/// SSHCure's compromise phase (Hofstede et al. 2014), with sizes relative to the attack's own and the test of bytes for
/// each packet, which tells more passwords from a shell
/// ## Respond
/// Treat the target as lost until its auth log says otherwise: look there for that minute, isolate it, see what it did
/// in the next hours (weir reports its own scans, floods and guesses), rotate what it holds, and take the port off the
/// internet.
enum LikelyLogin: DetectionRule {
  static let traits: RuleTraits = [.isLogin, .opensChain, .isProtected]
  static let thresholds: [Threshold] = [
    .count("attempts-before", 2, of: "attempts before a login that may be its success"),
    .count("outliers", 2, of: "attempts of unusual size that one source may have"),
    .share(
      "outliers-share",
      0.05,
      of: "part of the attempts that may be of unusual size where there are more"
    ),
    .seconds("seconds", 130, of: "length of a login to another service than SSH"),
    .seconds(
      "after",
      86_400,
      of: "time after the guessing within which a long session from the same network counts"
    ),
    .seconds(
      "same-time",
      300,
      of: "time within which outliers of several sources are lost packets"
    ),
    .count("same-time-sources", 3, of: "such sources"),
  ]
  static let terms: [ScoreTerm] = [
    .linear("packets more than usual", 4...16, weight: 0.4, at: .p4s),
    .log("bytes back more than usual", 1000...8000, weight: 0.4, at: .p4s),
    .linear("share of usual tries", 0.9...1, weight: 0.3, at: .p4s),
    .log("seconds", 120...3600, weight: 0.5, at: .p5),
    .log("bytes back", 5e3...5e6, weight: 0.5, at: .p5),
    .fact("attempts stopped", weight: 0.3, at: .p5),
    .log("attempts", 5...1000, weight: 0.3, at: .p5),
  ]

  /// The conversations of a guessing source at one target that stand out.
  static func suspects(
    of source: LoginSource,
    at target: LoginSource.Target,
    _ thresholds: Thresholds
  ) -> [LoginSuspect] {
    let limits = thresholds.likelyLogin
    let attempts = target.attempts
    var suspects: [LoginSuspect] = []
    for candidate in [attempts.longest, attempts.largest, attempts.secondLargest]
    where candidate.exists && !candidate.isBanned
      && candidate.attemptsBefore >= limits.attemptsBefore
    {
      let isKnown = suspects.contains { $0.candidate == candidate }
      let stays = stays(candidate, target, limits)
      guard !isKnown, stays || isOutlier(candidate, target, limits) else { continue }
      suspects.append(
        LoginSuspect(
          source: source.address,
          sourceIsInternal: source.isInternal,
          target: Target(address: target.address, port: target.port),
          service: target.service,
          candidate: candidate,
          attempts: attempts,
          stays: stays
        )
      )
    }
    return suspects
  }

  /// A long conversation of a source that does not guess.
  static func stay(of source: LoginSource, at target: LoginSource.Target) -> LoginSuspect {
    LoginSuspect(
      source: source.address,
      sourceIsInternal: source.isInternal,
      target: Target(address: target.address, port: target.port),
      service: target.service,
      candidate: target.attempts.longest,
      attempts: target.attempts,
      stays: true
    )
  }

  /// Where guesses are large by nature, only what is large beside them stands out.
  private static func stays(
    _ candidate: LoginCandidate,
    _ target: LoginSource.Target,
    _ limits: Thresholds.LikelyLogin
  ) -> Bool {
    guard candidate.stays else { return false }
    let usual = target.attempts.mode
    return target.service == .ssh
      || candidate.seconds >= limits.seconds && candidate.shape.serverBytes / 4 >= usual.serverBytes
  }

  private static func isOutlier(
    _ candidate: LoginCandidate,
    _ target: LoginSource.Target,
    _ limits: Thresholds.LikelyLogin
  ) -> Bool {
    let attempts = target.attempts
    return target.service == .ssh && candidate.shape.isOutlier(of: attempts.mode)
      && candidate.attemptsAfter != 1
      && (attempts.outliers <= limits.outliers
        || UInt64(attempts.outliers).isAtMost(limits.outliersShare, of: UInt64(attempts.attempts)))
  }

  // MARK: Findings

  static func findings(
    _ picture: BruteForceChart,
    _ campaigns: [DistributedBruteForce],
    _ network: NetworkContext
  ) -> [Finding] {
    let usual = usualAttempts(campaigns)
    var best: [String: Finding] = [:]
    let limits = network.thresholds.likelyLogin
    let artefacts = Artefacts(picture.suspects, limits)
    for suspect in picture.suspects where suspect.stays || !artefacts.hold(suspect) {
      let completed = usual[DistributedBruteForce.Member(suspect)].map {
        suspect.attempts.attempts >= $0
      }
      keep(finding(suspect, stopped: stopped(suspect, completed ?? false, network)), in: &best)
    }
    var bruteForceSources: [TimeRange: [BruteForceSource]] = [:]
    for source in picture.sources where source.isBruteForce {
      for place in TimeRange.all(of: source) {
        bruteForceSources[place, default: []].append(source)
      }
    }
    for stay in picture.stays {
      let siblings = bruteForceSources[TimeRange(stay)] ?? []
      guard siblings.prefix(siblingLimit).contains(where: { guessable($0, before: stay, limits) })
      else {
        continue
      }
      keep(finding(stay, stopped: false), in: &best)
    }
    return Array(best.values)
  }

  /// So many guessers of one network at one target are compared with each long session: the busiest ones.
  private static let siblingLimit = 256

  /// Guessers of one network at one target.
  private struct TimeRange: Hashable {
    var network: IPNetwork?
    var target: IPAddress

    init(_ stay: LoginSuspect) {
      network = DistributedBruteForce.network(of: stay.source)
      target = stay.target.address
    }

    private init(_ source: BruteForceSource, _ target: IPAddress) {
      network = DistributedBruteForce.network(of: source.address)
      self.target = target
    }

    static func all(of source: BruteForceSource) -> [TimeRange] {
      Set(source.sample.map(\.address)).map { TimeRange(source, $0) }
    }
  }

  /// One finding for each source and target: the one with the highest score.
  private static func keep(_ finding: Finding, in best: inout [String: Finding]) {
    if let rival = best[finding.id], !Ranking.isBefore(finding, rival) { return }
    best[finding.id] = finding
  }

  /// How many attempts the members of a campaign usually make, for sources that belong to one.
  private static func usualAttempts(
    _ campaigns: [DistributedBruteForce]
  ) -> [DistributedBruteForce.Member: UInt32] {
    var usual: [DistributedBruteForce.Member: UInt32] = [:]
    for campaign in campaigns {
      for source in campaign.sources {
        usual[DistributedBruteForce.Member(source)] = UInt32(
          clamping: campaign.usualAttempts.attempts
        )
      }
    }
    return usual
  }

  /// Moments of a target at which three sources had an outlier within five minutes: the server or its network did.
  private struct Artefacts {
    private let limits: Thresholds.LikelyLogin
    private var times: [Target: [(time: UInt32, source: IPAddress)]] = [:]

    init(_ suspects: [LoginSuspect], _ limits: Thresholds.LikelyLogin) {
      self.limits = limits
      for suspect in suspects where !suspect.stays {
        times[suspect.target, default: []].append((suspect.candidate.first, suspect.source))
      }
      for target in times.keys {
        times[target]?.sort { ($0.time, $0.source) < ($1.time, $1.source) }
      }
    }

    /// Whether the suspect belongs to such a moment; a look at the neighbours in time is enough.
    func hold(_ suspect: LoginSuspect) -> Bool {
      let all = times[suspect.target] ?? []
      let time = suspect.candidate.first
      var sources: Set<IPAddress> = []
      var low = 0
      var high = all.count
      while low < high {
        let middle = (low + high) / 2
        if UInt64(all[middle].time) + limits.sameTime < UInt64(time) {
          low = middle + 1
        } else {
          high = middle
        }
      }
      for near in all[low...] {
        guard UInt64(near.time) <= UInt64(time) + limits.sameTime else { break }
        sources.insert(near.source)
        if sources.count >= limits.sameTimeSources { return true }
      }
      return false
    }
  }

  /// The tries end soon after, the log goes on, and the source had not done its share of a campaign.
  private static func stopped(
    _ suspect: LoginSuspect,
    _ hasCompletedShare: Bool,
    _ network: NetworkContext
  ) -> Bool {
    let pause = max(10 * UInt64(suspect.attempts.medianGap), 900)
    let end = UInt64(suspect.candidate.last)
    return !hasCompletedShare && suspect.candidate.attemptsAfter <= 3
      && UInt64(suspect.attempts.lastStart) <= end + pause
      && UInt64(network.logEnd) >= end + pause
  }

  private static func guessable(
    _ source: BruteForceSource,
    before stay: LoginSuspect,
    _ limits: Thresholds.LikelyLogin
  ) -> Bool {
    source.isBruteForce && source.service == stay.service && source.address != stay.source
      && source.sample.contains { $0.address == stay.target.address }
      && source.first <= stay.candidate.first
      && UInt64(stay.candidate.first) <= UInt64(source.last) + limits.after
  }

  private static func finding(_ suspect: LoginSuspect, stopped: Bool) -> Finding {
    let candidate = suspect.candidate
    let isLikely = suspect.stays || stopped
    var draft = FindingDraft(
      rule,
      title: "\(isLikely ? "Likely" : "Possible") \(suspect.service.name) compromise",
      stage: isLikely ? .p5 : .p4s,
      actor: .address(suspect.source)
    )
    draft.id = "\(suspect.service.id).likely-success"
    draft.key = ["\(suspect.target.address)", "\(suspect.target.port ?? 0)"]
    draft.score = isLikely ? likelyScore(suspect, stopped: stopped) : possibleScore(suspect)
    draft.outcome = isLikely ? .likelySuccess : .possibleSuccess
    draft.service = Service(protocolNumber: ProtocolNumber.tcp, port: suspect.target.port ?? 0)
    draft.actorIsInternal = suspect.sourceIsInternal
    draft.targets = Targets(count: 1, isExact: true, sample: [suspect.target])
    draft.countsRecords = false
    draft.conversations = UInt64(suspect.attempts.attempts) + UInt64(suspect.attempts.works)
    (draft.sums.first, draft.sums.last) = (candidate.first, candidate.last)
    draft.sums.packets =
      UInt64(candidate.shape.clientPackets) + UInt64(candidate.shape.serverPackets)
    draft.sums.bytes = UInt64(candidate.shape.clientBytes) + UInt64(candidate.shape.serverBytes)
    draft.detail = words(suspect, stopped: stopped)
    if !isLikely {
      draft.next =
        "Look into the target's auth log for that minute: one conversation of unusual size may be a login, or packets sent again."
    }
    draft.suppression = SuppressionScope(
      source: suspect.source.description,
      destination: suspect.target.address,
      service: draft.service
    )
    draft.evidence = EvidenceQuery(
      source: IPNetwork(only: suspect.source),
      destination: suspect.target.address,
      protocols: [ProtocolNumber.tcp],
      port: suspect.target.port
    )
    draft.evidence.includesReplies = true
    return draft.finding
  }

  private static func words(_ suspect: LoginSuspect, stopped: Bool) -> String {
    let (shape, usual) = (suspect.candidate.shape, suspect.attempts.mode)
    let after = stopped ? ", then the guessing stops" : ""
    guard suspect.attempts.attempts > 0 else {
      return
        "\(suspect.candidate.seconds) s, \(shape.serverBytes) B back, guessed at from its network"
    }
    return
      "\(suspect.candidate.seconds) s, \(shape.serverBytes) B back (usual try \(usual.serverBytes) B)\(after)"
  }

  static func possibleScore(_ suspect: LoginSuspect) -> Score {
    let (shape, usual) = (suspect.candidate.shape, suspect.attempts.mode)
    let share = Double(suspect.attempts.outliers) / Double(max(1, suspect.attempts.attempts))
    return scoreP4s(
      packetsMoreThanUsual: Double(shape.clientPackets) - Double(usual.clientPackets),
      bytesBackMoreThanUsual: max(1, Double(shape.serverBytes) - Double(usual.serverBytes)),
      shareOfUsualTries: 1 - share
    )
  }

  static func likelyScore(_ suspect: LoginSuspect, stopped: Bool) -> Score {
    let candidate = suspect.candidate
    return scoreP5(
      seconds: Double(candidate.seconds),
      bytesBack: Double(candidate.shape.serverBytes),
      attemptsStopped: stopped,
      attempts: Double(suspect.attempts.attempts)
    )
  }
}
