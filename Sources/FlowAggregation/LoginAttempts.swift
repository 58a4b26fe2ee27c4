/// The sizes of one conversation with a service that asks for a login.
public struct LoginShape: BitwiseCopyable, Sendable, Hashable {
  /// Packets that the client sent.
  public var clientPackets: UInt32 = 0
  /// Bytes that the client sent, headers included.
  public var clientBytes: UInt32 = 0
  /// Packets that the server sent.
  public var serverPackets: UInt32 = 0
  /// Bytes that the server sent, headers included.
  public var serverBytes: UInt32 = 0

  /// A conversation without packets.
  public init() {}

  /// A conversation of the given sizes.
  public init(
    clientPackets: UInt32,
    clientBytes: UInt32,
    serverPackets: UInt32,
    serverBytes: UInt32
  ) {
    self.clientPackets = clientPackets
    self.clientBytes = clientBytes
    self.serverPackets = serverPackets
    self.serverBytes = serverBytes
  }

  /// What conversations of one tool with one server have in common; bytes count in steps of 64.
  var signature: Signature {
    Signature(
      clientPackets: clientPackets,
      clientSteps: clientBytes >> 6,
      serverPackets: serverPackets,
      serverSteps: serverBytes >> 6
    )
  }

  struct Signature: Hashable, Comparable {
    var clientPackets: UInt32
    var clientSteps: UInt32
    var serverPackets: UInt32
    var serverSteps: UInt32

    static func < (left: Self, right: Self) -> Bool {
      (left.clientPackets, left.clientSteps, left.serverPackets, left.serverSteps)
        < (right.clientPackets, right.clientSteps, right.serverPackets, right.serverSteps)
    }
  }

  /// Total order by sizes.
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    (left.clientPackets, left.clientBytes, left.serverPackets, left.serverBytes)
      < (right.clientPackets, right.clientBytes, right.serverPackets, right.serverBytes)
  }

  /// A login by SSH that was tried, whether it succeeded or not: key exchange and at least one answer to a password.
  ///
  /// Limits of measured failures and of the conversations of real guessers: 8 to 60 packets, 1,200 bytes and more from the
  /// client, 1,500 and more back.
  public var isSSHAttempt: Bool {
    8...60 ~= clientPackets && serverBytes >= 1_500 && clientBytes >= 1_200
  }

  /// More than a refused password costs with any common client: a shell was opened, or files went over.
  public var isSSHSuccess: Bool {
    clientPackets >= 19 && serverBytes >= 3_700 && clientBytes >= 2_600 || isLarge
  }

  /// More than several refused passwords on one connection cost.
  public var isClearSSHSuccess: Bool { clientPackets >= 19 && serverBytes >= 5_000 || isLarge }

  /// At least 20 kB in one direction.
  public var isLarge: Bool { clientBytes >= 20_000 || serverBytes >= 20_000 }

  /// Within one packet and five percent of the client's bytes (`tolerance` in percent): the same exchange.
  func isLike(_ mode: LoginShape, tolerance: UInt64) -> Bool {
    let (more, less) = (
      max(clientPackets, mode.clientPackets), min(clientPackets, mode.clientPackets)
    )
    let difference =
      clientBytes > mode.clientBytes
      ? clientBytes - mode.clientBytes : mode.clientBytes - clientBytes
    return more - less <= 1 && UInt64(difference) * 100 <= UInt64(mode.clientBytes) * tolerance
  }

  /// Two to four usual tries in one: a client that used the same port again within the log's windows.
  private func isSeveral(of mode: LoginShape) -> Bool {
    (2...4 as ClosedRange<UInt64>).contains { (count: UInt64) in
      let (packets, bytes) = (count * UInt64(mode.clientPackets), count * UInt64(mode.serverBytes))
      let (morePackets, moreBytes) = (
        max(packets, UInt64(clientPackets)) - min(packets, UInt64(clientPackets)),
        max(bytes, UInt64(serverBytes)) - min(bytes, UInt64(serverBytes))
      )
      return morePackets <= 2 * count && moreBytes * 25 <= bytes
    }
  }

  /// Larger than a refused password of the same client: at least four packets and 1,000 bytes back more, and at least 150
  /// bytes for each further packet, which tells a shell from more passwords on one connection.
  public func isOutlier(of mode: LoginShape) -> Bool {
    guard clientPackets >= mode.clientPackets &+ 4, serverBytes >= mode.serverBytes &+ 1_000,
      !isSeveral(of: mode)
    else { return false }
    let bytes = serverBytes - mode.serverBytes
    let packets = serverPackets > mode.serverPackets ? serverPackets - mode.serverPackets : 1
    return UInt64(bytes) >= 150 * UInt64(packets)
  }
}

/// A conversation that stands out among the attempts of one source at one target.
public struct LoginCandidate: BitwiseCopyable, Sendable, Equatable {
  /// Its sizes.
  public var shape = LoginShape()
  /// Its first record's start, Unix seconds.
  public var first: UInt32 = 0
  /// Its last record's end, Unix seconds; 0 when there is no candidate.
  public var last: UInt32 = 0
  /// Attempts of the same source at the same target that began before it.
  public var attemptsBefore: UInt32 = 0
  /// Those that began after it.
  public var attemptsAfter: UInt32 = 0
  /// When the source's next conversation with the target began, Unix seconds; 0 without one.
  public var nextStart: UInt32 = 0
  /// Whether that next conversation got no further than a greeting.
  public var nextFailed = false

  /// Seconds from its first record to its last.
  public var seconds: UInt32 { last > first ? last - first : 0 }
  /// Whether there is one.
  public var exists: Bool { last > 0 }
  /// The source was turned away right after it: it was banned, and had not got in.
  public var isBanned: Bool {
    nextFailed && nextStart > 0 && UInt64(nextStart) <= UInt64(last) + 40
  }

  /// It outlives what a server grants before login (OpenSSH: 120 s) and carries more than a greeting, or it moves much.
  public var stays: Bool {
    seconds >= 130 && (shape.clientPackets >= 20 || shape.serverBytes >= 5_000) || shape.isLarge
  }

  /// Takes in that another part holds attempts before or after it.
  mutating func note(_ other: LoginAttempts) {
    guard exists, other.attempts > 0 else { return }
    if other.firstStart < first { attemptsBefore &+= other.attempts }
    if other.lastStart > first { attemptsAfter &+= other.attempts }
  }

  static func isLarger(_ left: Self, _ right: Self) -> Bool {
    if left.shape.serverBytes != right.shape.serverBytes {
      return left.shape.serverBytes > right.shape.serverBytes
    }
    if left.first != right.first { return left.first < right.first }
    if left.shape != right.shape { return LoginShape.precedes(left.shape, right.shape) }
    // What is left differs only between tries that were summed up apart; the order must be total all the same.
    if left.last != right.last { return left.last < right.last }
    if left.attemptsAfter != right.attemptsAfter { return left.attemptsAfter > right.attemptsAfter }
    if left.attemptsBefore != right.attemptsBefore {
      return left.attemptsBefore < right.attemptsBefore
    }
    if left.nextStart != right.nextStart { return left.nextStart < right.nextStart }
    return left.nextFailed && !right.nextFailed
  }

  static func isLonger(_ left: Self, _ right: Self) -> Bool {
    if left.seconds != right.seconds { return left.seconds > right.seconds }
    return isLarger(left, right)
  }
}

/// What one source tried at one service of one destination that asks for a login.
///
/// The shape of attempts is taken from the first 65,536 conversations of the pair; counts are of all of these.
public struct LoginAttempts: BitwiseCopyable, Sendable {
  /// Conversations that look like a login that was tried.
  public var attempts: UInt32 = 0
  /// Conversations that carry or last more than any try does.
  public var works: UInt32 = 0
  /// Other conversations with the service: blocked, refused, or no more than a greeting.
  public var others: UInt32 = 0
  /// Most attempts with no pause between them longer than the service allows: 6 hours for SSH, 30 minutes else.
  public var chained: UInt32 = 0
  /// Most attempts that began within 60 seconds.
  public var inOneMinute: UInt32 = 0
  /// Attempts of the most frequent signature.
  public var ofMode: UInt32 = 0
  /// Attempts within one packet and 5 % (not SSH: 10 %) of the mode's bytes.
  public var flat: UInt32 = 0
  /// Attempts that carry more than a refused password does, and all works.
  public var successShaped: UInt32 = 0
  /// Those among them that even several refused passwords do not explain.
  public var clearSuccesses: UInt32 = 0
  /// Attempts that are outliers of the mode.
  public var outliers: UInt32 = 0
  /// Median pause between the starts of attempts, seconds.
  public var medianGap: UInt32 = 0
  /// First start of an attempt, Unix seconds.
  public var firstStart = UInt32.max
  /// Last start of an attempt, Unix seconds.
  public var lastStart: UInt32 = 0
  /// First start of an attempt or work, Unix seconds.
  public var first = UInt32.max
  /// Last end of an attempt or work, Unix seconds.
  public var last: UInt32 = 0
  /// The most frequent shape: the smallest of its signature.
  public var mode = LoginShape()
  /// The attempt or work with the most bytes back.
  public var largest = LoginCandidate()
  /// The second largest.
  public var secondLargest = LoginCandidate()
  /// The longest conversation.
  public var longest = LoginCandidate()
  /// Bytes of all attempts, both ways.
  public var bytes: UInt64 = 0
  /// Packets of all attempts, both ways.
  public var packets: UInt64 = 0
  /// Whether the last conversations were turned away although earlier ones were not: the source was banned.
  public var endsTurnedAway = false

  /// Nothing tried.
  public init() {}

  /// The share of attempts that are like the mode, 0 to 1.
  public var flatness: Double { attempts > 0 ? Double(flat) / Double(attempts) : 0 }

  /// Joins tries whose direction was settled by different rules, and that were therefore summed up apart.
  ///
  /// The mode of the fuller part speaks for both. Where a count of both together is not known, the one is taken that makes
  /// less of it: for attempts after a candidate all that the other part may have.
  mutating func absorb(_ other: Self) {
    let isAlike = mode.isLike(other.mode, tolerance: 10)
    let mine = self
    for candidate in [\Self.largest, \.secondLargest, \.longest] {
      self[keyPath: candidate].note(other)
    }
    var other = other
    for candidate in [\Self.largest, \.secondLargest, \.longest] {
      other[keyPath: candidate].note(mine)
    }
    let otherLeads =
      other.ofMode != ofMode
      ? other.ofMode > ofMode : LoginShape.precedes(other.mode, mode)
    if otherLeads { mode = other.mode }
    let spans = [(firstStart, lastStart), (other.firstStart, other.lastStart)].filter {
      $0.0 <= $0.1
    }
    let all = attempts &+ other.attempts
    if spans.count == 2, all > 1 {
      let span = max(spans[0].1, spans[1].1) - min(spans[0].0, spans[1].0)
      medianGap = min(max(medianGap, other.medianGap), span / (all - 1))
    } else if otherLeads {
      medianGap = other.medianGap
    }
    attempts &+= other.attempts
    works &+= other.works
    others &+= other.others
    // Parts that overlap in time are one chain; a pause between them is no longer than either one's own.
    chained = chained &+ other.chained
    inOneMinute = max(inOneMinute, other.inOneMinute)
    ofMode = isAlike ? ofMode &+ other.ofMode : max(ofMode, other.ofMode)
    flat = isAlike ? flat &+ other.flat : max(flat, other.flat)
    successShaped &+= other.successShaped
    clearSuccesses &+= other.clearSuccesses
    outliers &+= other.outliers
    first = min(first, other.first)
    firstStart = min(firstStart, other.firstStart)
    lastStart = max(lastStart, other.lastStart)
    last = max(last, other.last)
    bytes +|= other.bytes
    packets +|= other.packets
    endsTurnedAway =
      mine.last == other.last
      ? mine.endsTurnedAway && other.endsTurnedAway
      : mine.last > other.last ? mine.endsTurnedAway : other.endsTurnedAway
    if LoginCandidate.isLonger(other.longest, longest) { longest = other.longest }
    for candidate in [other.largest, other.secondLargest] { offer(candidate) }
  }

  /// Takes a candidate among the largest if it belongs there.
  mutating func offer(_ candidate: LoginCandidate) {
    guard candidate.exists else { return }
    if !largest.exists || LoginCandidate.isLarger(candidate, largest) {
      secondLargest = largest
      largest = candidate
    } else if !secondLargest.exists || LoginCandidate.isLarger(candidate, secondLargest) {
      secondLargest = candidate
    }
  }
}
