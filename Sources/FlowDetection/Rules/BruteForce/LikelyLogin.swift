internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A likely successful login after brute force.
///
/// # ssh.likely-success, rdp.likely-success, winrm.likely-success, smb.likely-success, telnet.likely-success,
/// ftp.likely-success, vnc.likely-success, mysql.likely-success, postgresql.likely-success, mssql.likely-success,
/// oracle.likely-success, mongodb.likely-success, redis.likely-success
/// ## Title
/// Likely successful login after brute force
/// ## Input
/// the two largest conversations and the longest conversation of every brute-force source with every target, compared
/// with its usual attempt
/// ## Fires when
/// All conditions apply to a source of brute force or a member of a campaign. Outlier: one conversation has at least 4
/// packets and 1,000 response bytes more than the usual attempt, and at least 150 response bytes and at most 250 client
/// bytes per additional packet. At most {outliers} or {outliers-share} of the attempts are outliers. Session: a
/// conversation certainly lasts 130 seconds or more (without its first and last window) and has 20 packets or 5,000
/// response bytes, which no server allows before login, or it transfers 20,000 bytes in one direction. Stopped: the
/// attempts end after it, although the log continues and the campaign of the source would have continued. An outlier or
/// a session is a possible success. It is a likely success if it has at least twice the usual response bytes and the
/// attempts stop; a session also if the source is a member of a campaign, or external with {fast-attempts} or more
/// attempts, on average one within {fast-pause}. It stays a possible success with fewer than {sure-attempts} attempts before it outside of campaigns, if
/// the source has {sessions|three} sessions or more, and if the usual attempt has the size of a successful login. A long
/// session from the /24 of a brute-force source with the same target within {after} is a possible success. Excluded are
/// conversations before the third attempt, conversations with the size of two to eight usual attempts (reused port), a
/// source that is blocked within 40 seconds afterwards, the second-to-last conversation, and outliers of
/// {same-time-sources|three} sources at one target within {same-time} (retransmissions). For services other than SSH
/// only the session condition applies.
/// ## Score
/// possible success: {P4s}: {P4s terms}; likely success: {P5}: {P5 terms}
/// ## Evidence
/// the conversation: time, duration, packets and bytes compared with the usual attempt, and subsequent attempts
/// ## Blind spots
/// A login that ends immediately without activity can be as small as a failed attempt. With windows of ten minutes only
/// sessions of 23 minutes and more are certain to be long. A user behind the same NAT address as a brute-force source
/// can match.
/// ## Techniques
/// T1078, T1110, T1021.004
/// ## Source
/// The compromise phase of SSHCure (Hofstede et al. 2014), with sizes relative to the usual attempt and a test of bytes
/// per packet that separates several passwords on one connection from a shell
/// ## Respond
/// Assume compromise of the target until its auth log shows otherwise. Check the auth log at the time of the
/// conversation. Replace the security groups of the instance with an isolation group. Snapshot its volumes. Revoke the
/// sessions of its instance role and rotate the credentials stored on it. Check GuardDuty, CloudTrail and the findings
/// of Weir for later activity of the host. Remove the public inbound rule for the port.
enum LikelyLogin: DetectionRule {
  static let traits: RuleTraits = [.isLogin, .opensChain, .isProtected]
  static let thresholds: [Threshold] = [
    .count("attempts-before", 2, of: "login attempts before a conversation that can be a success"),
    .count("outliers", 2, of: "attempts of unusual size that one source can have"),
    .share(
      "outliers-share",
      0.05,
      of: "share of the attempts that can be of unusual size, if that allows more"
    ),
    .seconds("seconds", 130, of: "duration of a session with a service other than SSH"),
    .seconds(
      "after",
      86_400,
      of: "time after the brute force in which a long session from the same source prefix counts"
    ),
    .seconds(
      "same-time",
      300,
      of: "time within which outliers of several sources count as retransmissions"
    ),
    .count("same-time-sources", 3, of: "number of such sources"),
    .count("sure-attempts", 10, of: "attempts before a likely success outside of campaigns"),
    .count("sessions", 3, of: "sessions of one source that indicate valid credentials"),
    .count(
      "fast-attempts",
      30,
      of: "attempts of a source whose session counts although it continues"
    ),
    .seconds("fast-pause", 120, of: "mean interval of such attempts"),
  ]
  static let terms: [ScoreTerm] = [
    .linear("packets above usual", 4...16, weight: 0.4, at: .p4s),
    .log("response bytes above usual", 1000...8000, weight: 0.4, at: .p4s),
    .linear("share of usual attempts", 0.9...1, weight: 0.3, at: .p4s),
    .log("seconds", 120...3600, weight: 0.5, at: .p5),
    .log("response bytes", 5e3...5e6, weight: 0.5, at: .p5),
    .fact("attempts stopped", weight: 0.3, at: .p5),
    .log("attempts", 5...1000, weight: 0.3, at: .p5),
  ]

  /// The conversations of a brute-force source with one target that differ from its usual attempts.
  static func suspects(
    of source: LoginSource,
    at target: LoginSource.Target,
    isBruteForce: Bool,
    _ network: NetworkContext
  ) -> [LoginSuspect] {
    let limits = network.thresholds.likelyLogin
    let attempts = target.attempts
    var suspects: [LoginSuspect] = []
    for candidate in [attempts.longest, attempts.largest, attempts.secondLargest]
    where candidate.exists && !candidate.isBanned
      && candidate.attemptsBefore >= limits.attemptsBefore
    {
      let isKnown = suspects.contains { $0.candidate == candidate }
      let stays = stays(candidate, target, network)
      guard !isKnown, stays || isOutlier(candidate, target, limits) else { continue }
      suspects.append(
        LoginSuspect(
          source: source.address,
          sourceIsInternal: source.isInternal,
          target: Target(address: target.address, port: target.port),
          service: target.service,
          candidate: candidate,
          attempts: attempts,
          isBruteForce: isBruteForce,
          stays: stays
        )
      )
    }
    return suspects
  }

  /// A long conversation of a source without brute force.
  static func stay(of source: LoginSource, at target: LoginSource.Target) -> LoginSuspect {
    LoginSuspect(
      source: source.address,
      sourceIsInternal: source.isInternal,
      target: Target(address: target.address, port: target.port),
      service: target.service,
      candidate: target.attempts.longest,
      attempts: target.attempts,
      isBruteForce: false,
      stays: true
    )
  }

  /// Whether the conversation is a session: longer than any attempt even with the least duration that its windows
  /// allow, or large, and not several attempts from one client port.
  ///
  /// For services other than SSH its size is compared with the usual attempt.
  private static func stays(
    _ candidate: LoginCandidate,
    _ target: LoginSource.Target,
    _ network: NetworkContext
  ) -> Bool {
    let usual = target.attempts.mode
    guard candidate.certainlyStays(window: network.window), !candidate.shape.isSeveral(of: usual)
    else { return false }
    let seconds = candidate.certainSeconds(window: network.window)
    return target.service == .ssh
      || UInt64(seconds) >= network.thresholds.likelyLogin.seconds
        && candidate.shape.serverBytes / 4 >= usual.serverBytes
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
      let share = usual[DistributedBruteForce.Member(suspect)]
      guard suspect.isBruteForce || share != nil else { continue }
      keep(finding(suspect, LoginGrade(suspect, share: share, network)), in: &best)
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
      keep(finding(stay, .sibling), in: &best)
    }
    return Array(best.values)
  }

  /// The most brute-force sources of one source prefix and target that are compared with a long session.
  private static let siblingLimit = 256

  /// Identifies brute-force sources of one source prefix at one target.
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

  /// Keeps one finding for each source and target: the one with the highest score.
  private static func keep(_ finding: Finding, in best: inout [String: Finding]) {
    if let rival = best[finding.id], !Ranking.isBefore(finding, rival) { return }
    best[finding.id] = finding
  }

  /// The usual number of attempts per member, for sources that are members of a campaign.
  private static func usualAttempts(
    _ campaigns: [DistributedBruteForce]
  ) -> [DistributedBruteForce.Member: UInt32] {
    var usual: [DistributedBruteForce.Member: UInt32] = [:]
    for campaign in campaigns {
      let attempts = UInt32(clamping: campaign.usualAttempts.attempts)
      for source in campaign.sources {
        usual[DistributedBruteForce.Member(source)] = attempts
      }
    }
    return usual
  }

  /// Times at which several sources had an outlier at one target.
  ///
  /// The cause is then the server or its network.
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

    /// Whether the suspect is at such a time.
    ///
    /// Comparing it with the adjacent times is enough.
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

  private static func finding(_ suspect: LoginSuspect, _ grade: LoginGrade) -> Finding {
    let candidate = suspect.candidate
    let (isLikely, stopped) = (grade.isLikely, grade.stopped)
    var draft = FindingDraft(
      rule,
      title: "\(isLikely ? "Likely" : "Possible") \(suspect.service.name) compromise",
      stage: isLikely ? .p5 : .p4s,
      actor: .address(suspect.source)
    )
    draft.id = "\(suspect.service.id).likely-success"
    draft.key = [suspect.target.address.keyText, "\(suspect.target.port ?? 0)"]
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
        "Check the target's auth log at this time. The conversation of unusual size is a login or contains retransmissions."
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
    let duration = NumberText.duration(suspect.candidate.seconds)
    let size = "\(duration), \(NumberText.bytes(UInt64(shape.serverBytes))) in responses"
    guard suspect.isBruteForce || suspect.attempts.attempts > 0 else {
      return "\(size), after brute force from its source prefix"
    }
    let after = stopped ? ", then the attempts stop" : ""
    return "\(size) (usual attempt \(NumberText.bytes(UInt64(usual.serverBytes))))\(after)"
  }

  static func possibleScore(_ suspect: LoginSuspect) -> Score {
    let (shape, usual) = (suspect.candidate.shape, suspect.attempts.mode)
    let share = Double(suspect.attempts.outliers) / Double(max(1, suspect.attempts.attempts))
    return scoreP4s(
      packetsAboveUsual: Double(shape.clientPackets) - Double(usual.clientPackets),
      responseBytesAboveUsual: max(1, Double(shape.serverBytes) - Double(usual.serverBytes)),
      shareOfUsualAttempts: 1 - share
    )
  }

  static func likelyScore(_ suspect: LoginSuspect, stopped: Bool) -> Score {
    let candidate = suspect.candidate
    return scoreP5(
      seconds: Double(candidate.seconds),
      responseBytes: Double(candidate.shape.serverBytes),
      attemptsStopped: stopped,
      attempts: Double(suspect.attempts.attempts)
    )
  }
}
