internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Decides whether login attempts are brute force.
enum BruteForceThreshold {
  /// Whether the attempts at one target are brute force by themselves.
  static func isBruteForce(
    _ target: LoginSource.Target,
    isInternal: Bool,
    _ thresholds: Thresholds
  ) -> Bool {
    let (attempts, limits) = (target.attempts, thresholds.loginBruteForce)
    guard !isAutomation(attempts, isInternal: isInternal, thresholds),
      !isJob(attempts, isInternal: isInternal, thresholds)
    else { return false }
    if target.service == .ssh {
      return attempts.chained >= limits.attempts
        || attempts.attempts >= limits.alikeAttempts && attempts.flatness >= limits.alikeShare
        || attempts.inOneMinute >= limits.attemptsInAMinute
    }
    // Redis requires no password by default, so short exchanges are normal. Monitoring also connects to other services
    // than SSH every few minutes.
    let needed =
      target.service == .redis ? max(limits.redisAttempts, limits.attempts) : limits.attempts
    // Internal clients use these services as well: only services with interactive logins, and only long series.
    let isCandidate =
      isInternal
      ? interactive.contains(target.service) && attempts.chained >= limits.internalAttempts
      : guessable.contains(target.service)
    return isCandidate && attempts.chained >= needed
      && attempts.flatness >= limits.alikeShareOfOthers && attempts.medianGap <= limits.usualPause
  }

  /// Whether the source can be a member of a campaign.
  static func mayBelong(
    _ target: LoginSource.Target,
    isInternal: Bool,
    _ thresholds: Thresholds
  ) -> Bool {
    !isInternal && guessable.contains(target.service)
      && target.attempts.attempts >= thresholds.distributedBruteForce.attempts
      && !isAutomation(target.attempts, isInternal: isInternal, thresholds)
  }

  /// Without mail and LDAP: their clients send the same request every few minutes and look like brute force.
  private static let guessable = Set(LoginService.allCases).subtracting([.mail, .ldap])

  private static let interactive: Set<LoginService> = [.ftp, .telnet, .vnc, .rdp, .smb, .winrm]

  /// Whether nearly all logins succeed, so that the source has valid credentials.
  static func isAutomation(
    _ attempts: LoginAttempts,
    isInternal: Bool,
    _ thresholds: Thresholds
  ) -> Bool {
    let limits = thresholds.loginBruteForce
    guard !isInternal || !isRapid(attempts, thresholds) else { return false }
    let all = UInt64(attempts.attempts) + UInt64(attempts.works)
    let successes = isInternal ? attempts.successShaped : attempts.clearSuccesses
    return UInt64(successes).isShare(limits.successShare, of: all)
  }

  /// Whether an internal source keeps a schedule with the local host: a job, with valid credentials or without.
  private static func isJob(
    _ attempts: LoginAttempts,
    isInternal: Bool,
    _ thresholds: Thresholds
  ) -> Bool {
    isInternal && attempts.isScheduled && !isRapid(attempts, thresholds)
  }

  /// No schedule makes so many logins at such a pace.
  private static func isRapid(_ attempts: LoginAttempts, _ thresholds: Thresholds) -> Bool {
    let limits = thresholds.loginBruteForce
    return attempts.attempts >= limits.rapidAttempts && attempts.inOneMinute >= limits.rapidPace
  }
}

/// The login attempts of one source at one kind of service, over all its targets.
struct BruteForceSource: Sendable {
  static let sampleLimit = 8

  var address: IPAddress
  var isInternal: Bool
  var service: LoginService
  /// Whether its attempts are brute force by themselves.
  ///
  /// Otherwise it can only be a member of a campaign.
  var isBruteForce = false
  var attempts: UInt64 = 0
  /// Attempts at the target with the most of them, and their median interval.
  var mostAttempts: UInt32 = 0
  var medianGap: UInt32 = 0
  var flat: UInt64 = 0
  var others: UInt64 = 0
  var mode = LoginShape()
  var targets: UInt64 = 0
  var sample: [Target] = []
  /// A hash of the set of targets.
  ///
  /// Equal sets have equal hashes.
  var targetHash: UInt64 = 0
  var bytes: UInt64 = 0
  var packets: UInt64 = 0
  var first = UInt32.max
  var last: UInt32 = 0
  var activity: UInt64 = 0
  var wasTurnedAway = false

  init(_ address: IPAddress, isInternal: Bool, _ service: LoginService) {
    self.address = address
    self.isInternal = isInternal
    self.service = service
  }

  var flatness: Double { attempts > 0 ? Double(flat) / Double(attempts) : 0 }

  /// Adds a target.
  ///
  /// Targets must come in the order of address and port, so that equal sets have equal hashes.
  mutating func add(_ target: LoginSource.Target, isBruteForce isAlsoBruteForce: Bool) {
    let tried = target.attempts
    isBruteForce = isBruteForce || isAlsoBruteForce
    attempts += UInt64(tried.attempts)
    flat += UInt64(tried.flat)
    others += UInt64(tried.others)
    bytes = bytes.addingSaturated(tried.bytes)
    packets = packets.addingSaturated(tried.packets)
    first = min(first, tried.first)
    last = max(last, tried.last)
    activity |= tried.activity
    wasTurnedAway = wasTurnedAway || tried.endsTurnedAway
    if tried.attempts > mostAttempts {
      (mostAttempts, mode, medianGap) = (tried.attempts, tried.mode, tried.medianGap)
    }
    targets += 1
    if sample.count < Self.sampleLimit {
      sample.append(Target(address: target.address, port: target.port))
    }
    for part in [target.address.high, target.address.low, UInt64(target.port)] {
      targetHash = (targetHash ^ part) &* 0x100_0000_01b3 &+ 0x9e37_79b9
    }
  }

  /// Most attempts first.
  static func isBusier(_ left: BruteForceSource, _ right: BruteForceSource) -> Bool {
    if left.attempts != right.attempts { return left.attempts > right.attempts }
    return (left.address, left.service) < (right.address, right.service)
  }
}

extension UInt64 {
  /// The sum, or the largest value on overflow.
  ///
  /// A hostile log can contain any number.
  func addingSaturated(_ other: UInt64) -> UInt64 {
    let (sum, overflowed) = addingReportingOverflow(other)
    return overflowed ? .max : sum
  }
}

/// A conversation of a brute-force source that may have been a successful login.
struct LoginSuspect: Sendable {
  var source: IPAddress
  var sourceIsInternal: Bool
  var target: Target
  var service: LoginService
  /// The conversation.
  var candidate: LoginCandidate
  /// All attempts of the source at this target.
  var attempts: LoginAttempts
  /// Whether these attempts are brute force by themselves.
  var isBruteForce: Bool
  /// Whether it lasts longer than a server allows before login, or transfers many bytes.
  var stays: Bool

  /// Ascending by time, so that a limit keeps the same first ones in every run.
  static func isBefore(_ left: LoginSuspect, _ right: LoginSuspect) -> Bool {
    if left.candidate.first != right.candidate.first {
      return left.candidate.first < right.candidate.first
    }
    return (left.source, left.target.address, left.target.port ?? 0)
      < (right.source, right.target.address, right.target.port ?? 0)
  }
}

/// The brute-force sources and suspicious logins of all sources.
struct BruteForceChart: Sendable {
  /// The most brute-force sources that are kept.
  static let limit = 100_000

  /// Sources of brute force, and sources that can be members of a campaign.
  var sources: [BruteForceSource] = []
  /// Conversations of brute-force sources that differ from their usual attempts.
  var suspects: [LoginSuspect] = []
  /// Long conversations of other external sources with login services.
  var stays: [LoginSuspect] = []

  /// The number of entries that were dropped.
  private(set) var dropped: UInt64 = 0

  mutating func add(_ other: BruteForceChart) {
    sources += other.sources
    suspects += other.suspects
    stays += other.stays
    dropped += other.dropped
    trim()
  }

  /// Keeps the most active sources and the first suspects, as soon as twice the limit is reached.
  mutating func trim() {
    if sources.count > 2 * Self.limit { cutSources() }
    if suspects.count > 2 * Found.limit { dropped += Self.cut(&suspects) }
    if stays.count > 2 * Found.limit { dropped += Self.cut(&stays) }
  }

  private mutating func cutSources() {
    sources.sort(by: BruteForceSource.isBusier)
    guard sources.count > Self.limit else { return }
    dropped += UInt64(sources.count - Self.limit)
    sources.removeLast(sources.count - Self.limit)
  }

  private static func cut(_ suspects: inout [LoginSuspect]) -> UInt64 {
    suspects.sort(by: LoginSuspect.isBefore)
    let excess = max(0, suspects.count - Found.limit)
    suspects.removeLast(excess)
    return UInt64(excess)
  }

  /// The chart in an order that does not depend on the work split.
  var sorted: BruteForceChart {
    var picture = self
    picture.cutSources()
    picture.dropped += Self.cut(&picture.suspects) + Self.cut(&picture.stays)
    return picture
  }
}

/// The score, which single sources and campaigns share.
enum BruteForceScore {
  static func of(attempts: UInt64, flatness: Double, sources: UInt64, targets: UInt64) -> Score {
    LoginBruteForce.score(
      attempts: Double(attempts),
      shareOfAttemptsAlike: flatness,
      sources: Double(sources),
      targets: Double(targets)
    )
  }
}
