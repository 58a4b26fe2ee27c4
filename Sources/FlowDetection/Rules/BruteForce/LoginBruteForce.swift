internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// One source with a brute-force attack on logins.
///
/// # ssh.bruteforce, rdp.bruteforce, winrm.bruteforce, smb.bruteforce, telnet.bruteforce, ftp.bruteforce,
/// vnc.bruteforce, mysql.bruteforce, postgresql.bruteforce, mssql.bruteforce, oracle.bruteforce, mongodb.bruteforce,
/// redis.bruteforce
/// ## Title
/// Brute-force login attempts from one source
/// ## Input
/// sizes, times and order of the conversations of a source with a service; no payload
/// ## Fires when
/// SSH: a source makes {attempts} login attempts without an interval above 6 hours, or {alike-attempts} attempts of
/// which at least {alike-share} are of equal size (within one packet and 5 % of the bytes), or {attempts-in-a-minute}
/// attempts within one minute. A login attempt is a conversation of 8 to 60 packets with at least 1,200 bytes from the
/// client and 1,500 response bytes, which corresponds to a key exchange and a password response. SSH ports are 22,
/// 2222, the ports of --ssh-port, and any unknown port on which at least 10 sources make such attempts. Other services:
/// an external source has {attempts} answered conversations (Redis: {redis-attempts}) below 64 KiB and 2 minutes,
/// without an interval above 30 minutes and with a median interval of at most {usual-pause}, and at least
/// {alike-share-of-others|half} of them are of equal size within 10 %. An internal source needs {internal-attempts}
/// attempts, at FTP, Telnet, VNC, RDP, SMB or WinRM. Internal sources with equal intervals of
/// four minutes or more are scheduled jobs and are excluded, unless they make {rapid-attempts} attempts at {rapid-pace} per minute. Sources are excluded if {success-share} of their
/// conversations transfer more than a failed login, because they have valid credentials. Members of a campaign appear
/// in the finding of the campaign.
/// ## Score
/// {P3}; for internal sources {P4}: {terms}
/// ## Evidence
/// attempts, usual size, share of equal size, interval, targets, whether the source was blocked in the end
/// ## Blind spots
/// A source with fewer than five attempts is only detected as a member of a campaign. Several passwords on one
/// connection count as one attempt. Automation that fails for weeks with a wrong key matches this rule. Fix such
/// automation.
/// ## Techniques
/// T1110.001, T1110.003, T1021.004
/// ## Source
/// SSHCure (Hofstede et al. 2014) for equal sizes; sizes measured with OpenSSH 9.2, paramiko and hydra
/// ## Respond
/// Check for findings of ssh.likely-success at the same target. Remove the public inbound rule for the port and use
/// Session Manager or a VPN. Disable password authentication and allow keys only. Block the source in a network ACL if
/// the attempts continue.
struct LoginBruteForce: Detector {
  static let traits: RuleTraits = [.isBruteForce, .continuesChain]
  static let deed = RuleDeed(
    "made brute-force attempts on {service} at {whom}",
    afterwards: "made brute-force attempts on other hosts",
    isOfInternalHost: true
  )
  static let thresholds: [Threshold] = [
    .count("attempts", 10, atLeast: 3, of: "login attempts of one source at one target"),
    .count(
      "alike-attempts",
      5,
      atLeast: 3,
      of: "SSH login attempts that suffice if they are of equal size"
    ),
    .share("alike-share", 0.6, of: "share of such attempts with equal size"),
    .count(
      "attempts-in-a-minute",
      5,
      atLeast: 3,
      of: "SSH login attempts within one minute that suffice"
    ),
    .count(
      "internal-attempts",
      100,
      of: "attempts of an internal source at FTP, Telnet, VNC, RDP, SMB or WinRM"
    ),
    .count("rapid-attempts", 500, of: "attempts of an internal source that no schedule makes"),
    .count("rapid-pace", 20, of: "attempts per minute of such a source"),
    .count("redis-attempts", 30, of: "login attempts at Redis"),
    .seconds(
      "usual-pause",
      120,
      of: "maximum median interval between attempts at services other than SSH"
    ),
    .share(
      "alike-share-of-others",
      0.5,
      of: "share of the attempts at other services with equal size"
    ),
    .share(
      "success-share",
      0.8,
      of:
        "share of the conversations above the size of a failed login that indicates valid credentials"
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
        picture.suspects += LikelyLogin.suspects(
          of: source,
          at: target,
          isBruteForce: isBruteForce,
          network
        )
      } else if !source.isInternal, target.attempts.longest.certainlyStays(window: network.window) {
        picture.stays.append(LikelyLogin.stay(of: source, at: target))
      }
    }
    picture.sources += bruteForce.values
  }

  /// The source prefixes (/24, IPv6: /48) of all external brute-force sources.
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
        "Identify the process on the source: a program with an outdated password, or an attacker. Check the targets for findings of ssh.likely-success."
    }
    let interval =
      source.medianGap > 0 ? ", median interval \(NumberText.duration(source.medianGap))" : ""
    let end = source.wasTurnedAway ? ", then blocked" : ""
    draft.detail =
      "\(NumberText.count(source.attempts)) attempts\(interval), usually \(source.mode.clientSize)\(end)"
    return draft.finding
  }
}

extension FindingDraft {
  /// Copies the attempts of a source.
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

extension LoginShape {
  /// The client's part in finding texts: `14 packets/1.9 KiB`.
  var clientSize: String {
    "\(NumberText.count(clientPackets)) packets/\(NumberText.bytes(UInt64(clientBytes)))"
  }
}
