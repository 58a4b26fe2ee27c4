internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// One source that guesses passwords.
///
/// # ssh.bruteforce, rdp.bruteforce, winrm.bruteforce, smb.bruteforce, telnet.bruteforce, ftp.bruteforce,
/// vnc.bruteforce, mysql.bruteforce, postgresql.bruteforce, mssql.bruteforce, oracle.bruteforce, mongodb.bruteforce,
/// redis.bruteforce
/// ## Title
/// Password guessing by one source
/// ## Sees
/// sizes, times and order of the conversations of a source with a service; never what is in them
/// ## Fires when
/// SSH: a source has tried to log in {attempts} times with no pause above 6 hours, or {alike-attempts} times with at
/// least {alike-share} of the tries alike (within one packet and 5 % of the bytes), or {attempts-in-a-minute} times
/// within a minute. A try is a conversation of 8 to 60 packets and at least 1,200 bytes from the client and 1,500 back:
/// a key exchange and an answer to a password. SSH is port 22, 2222, the ports named by --ssh-port, and any unknown
/// port where at least 10 sources try like that. Other services: {attempts} answered conversations (Redis:
/// {redis-attempts}) below 64 kB and 2 minutes, with no pause above 30 minutes and usually none above {usual-pause|2},
/// {alike-share-of-others|half} of them alike within 10 %, from outside. Sources that carry more than a refused
/// password in {success-share} of their conversations know it and are left out. Members of a campaign are shown there.
/// ## Score
/// {P3} (from inside {P4}): {terms}
/// ## Evidence
/// attempts, the usual size, share alike, pace, targets, whether the source was turned away in the end
/// ## Blind spots
/// A source with fewer than five tries is seen only as a member of a campaign. Several passwords on one connection
/// count as one try. Automation that fails for weeks with a wrong key looks like guessing, and is worth mending.
/// ## Techniques
/// T1110.001, T1110.003, T1021.004
/// ## Source
/// SSHCure (Hofstede et al. 2014) for flat sizes; sizes measured with OpenSSH 9.2, paramiko and hydra
/// ## Respond
/// Nothing is lost yet: look for ssh.likely-success at the same target. Then take the port off the internet (Session
/// Manager or a VPN needs none), allow keys only, and block the source if it annoys.
struct LoginBruteForce: Detector {
  static let traits: RuleTraits = [.isBruteForce, .continuesChain]
  static let deed = RuleDeed(
    "guessed {service} passwords of {whom}",
    afterwards: "guessed passwords elsewhere",
    isOfInternalHost: true
  )
  static let thresholds: [Threshold] = [
    .count("attempts", 10, of: "attempts of one source at one target"),
    .count("alike-attempts", 5, of: "attempts by SSH that suffice where they are alike"),
    .share("alike-share", 0.6, of: "part of such attempts that are alike"),
    .count("attempts-in-a-minute", 5, of: "attempts by SSH within one minute that suffice"),
    .count("redis-attempts", 30, of: "attempts at Redis"),
    .seconds(
      "usual-pause",
      120,
      of: "longest usual pause between attempts at other services than SSH"
    ),
    .share(
      "alike-share-of-others",
      0.5,
      of: "part of the attempts at other services that are alike"
    ),
    .share(
      "success-share",
      0.8,
      of:
        "part of the conversations that carry more than a refused password, from which on the source knows it"
    ),
  ]
  static let terms: [ScoreTerm] = [
    .log("attempts", 10...1000, weight: 0.5),
    .linear("share of attempts alike", 0.5...1, weight: 0.25),
    .log("sources", 2...200, weight: 0.5),
    .log("targets", 2...50, weight: 0.2),
  ]

  private var picture = BruteForceChart()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for source in observations.logins { observe(source, network) }
    picture.trim()
  }

  private mutating func observe(_ source: LoginSource, _ network: NetworkContext) {
    var bruteForce: [LoginService: BruteForceSource] = [:]
    for target in source.targets where target.isInside {
      let isBruteForce = BruteForceThreshold.isBruteForce(
        target,
        isInternal: source.isInternal,
        network.thresholds
      )
      let mayBelong = BruteForceThreshold.mayBelong(
        target,
        isInternal: source.isInternal,
        network.thresholds
      )
      if isBruteForce || mayBelong {
        bruteForce[
          target.service,
          default: BruteForceSource(source.address, isInternal: source.isInternal, target.service)
        ].add(target, isBruteForce: isBruteForce)
        picture.suspects += LikelyLogin.suspects(of: source, at: target, network.thresholds)
      } else if !source.isInternal, target.attempts.longest.stays {
        picture.stays.append(LikelyLogin.stay(of: source, at: target))
      }
    }
    picture.sources += bruteForce.values
  }

  /// The /24s and /48s of all outside sources that guess.
  var networks: Set<IPNetwork> {
    Set(
      picture.sources.lazy.filter { !$0.isInternal }
        .compactMap { DistributedBruteForce.network(of: $0.address) }
    )
  }

  mutating func merge(_ other: LoginBruteForce) { picture.add(other.picture) }

  func findings(_ context: CompleteContext) -> Found {
    let picture = picture.sorted
    let campaigns = DistributedBruteForce.groups(in: picture, context.network)
    var members: Set<DistributedBruteForce.Member> = []
    var found = Found()
    found.drop(picture.dropped)
    for campaign in campaigns {
      members.formUnion(campaign.sources.map(DistributedBruteForce.Member.init))
      found.add(DistributedBruteForce.finding(campaign))
    }
    for source in picture.sources
    where source.isBruteForce && !members.contains(DistributedBruteForce.Member(source)) {
      found.add(finding(source))
    }
    for finding in LikelyLogin.findings(picture, campaigns, context.network) { found.add(finding) }
    return found
  }

  private func finding(_ source: BruteForceSource) -> Finding {
    var draft = FindingDraft(
      Self.rule,
      title: "\(source.service.name) brute force",
      stage: source.isInternal ? .p4 : .p3,
      actor: .address(source.address)
    )
    draft.id = "\(source.service.id).bruteforce"
    draft.score = BruteForceScore.of(
      attempts: source.attempts,
      flatness: source.flatness,
      sources: 1,
      targets: source.targets
    )
    draft.take(source)
    draft.outcome = .touched
    if source.isInternal {
      draft.next =
        "Find out what on the source tries passwords inside: a program with an old password, or somebody who got in. Look for ssh.likely-success at the targets."
    }
    let pace = source.medianGap > 0 ? ", one in \(source.medianGap) s" : ""
    let end = source.wasTurnedAway ? ", then turned away" : ""
    draft.detail =
      "\(source.attempts) attempts\(pace), usually \(source.mode.clientPackets) packets/\(source.mode.clientBytes) B\(end)"
    return draft.finding
  }
}

extension FindingDraft {
  /// Takes over what a source tried.
  mutating func take(_ source: BruteForceSource) {
    let port = source.sample.first?.port ?? 0
    let isOnePort = source.sample.allSatisfy { $0.port == port }
    service = isOnePort ? Service(protocolNumber: ProtocolNumber.tcp, port: port) : nil
    actorIsInternal = source.isInternal
    targets = Targets(count: source.targets, isExact: true, sample: source.sample)
    conversations = source.attempts + source.others
    countsRecords = false
    (sums.first, sums.last, sums.activity) = (source.first, source.last, source.activity)
    (sums.bytes, sums.packets) = (source.bytes, source.packets)
    suppression = SuppressionScope(source: source.address.description, service: service)
    evidence = EvidenceQuery(
      source: IPNetwork(only: source.address),
      destination: source.targets == 1 ? source.sample.first?.address : nil,
      protocols: [ProtocolNumber.tcp],
      port: service?.port
    )
    if source.service == .ssh { evidence.leastPackets = 8 }
  }
}
