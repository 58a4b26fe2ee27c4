internal import FlowModel

/// The login attempts of one source at one service of one destination.
///
/// The shape of attempts is derived from the first 65,536 conversations of the pair. Counts are based on the same
/// conversations.
package struct LoginAttempts: BitwiseCopyable, Sendable {
  /// Conversations with the shape of a login attempt.
  package var attempts: UInt32 = 0
  /// Conversations with more bytes or a longer duration than any attempt (works).
  package var works: UInt32 = 0
  /// Other conversations with the service: blocked, refused, or only a greeting.
  package var others: UInt32 = 0
  /// Most attempts without an interval above the limit of the service: 6 hours for SSH, 30 minutes for others.
  package var chained: UInt32 = 0
  /// Most attempts that started within 60 seconds.
  package var inOneMinute: UInt32 = 0
  /// Attempts of the most frequent signature.
  package var ofMode: UInt32 = 0
  /// Attempts within one packet and 5 % (10 % for services other than SSH) of the mode's bytes.
  package var flat: UInt32 = 0
  /// Attempts with more bytes than a failed login, and all works.
  package var successShaped: UInt32 = 0
  /// Those among them with more bytes than several failed logins.
  package var clearSuccesses: UInt32 = 0
  /// Attempts that are outliers of the mode.
  package var outliers: UInt32 = 0
  /// Median interval between the starts of attempts, seconds.
  package var medianGap: UInt32 = 0
  /// Intervals between attempts within a tenth of the median.
  package var evenGaps: UInt32 = 0
  /// First start of an attempt, Unix seconds.
  package var firstStart = UInt32.max
  /// Last start of an attempt, Unix seconds.
  package var lastStart: UInt32 = 0
  /// First start of an attempt or work, Unix seconds.
  package var first = UInt32.max
  /// Last end of an attempt or work, Unix seconds.
  package var last: UInt32 = 0
  /// The most frequent shape: the smallest of its signature.
  package var mode = LoginShape()
  /// The attempt or work with the most response bytes.
  package var largest = LoginCandidate()
  /// The second largest conversation.
  package var secondLargest = LoginCandidate()
  /// The longest conversation.
  package var longest = LoginCandidate()
  private var turnedAway: UInt32 = 0
  /// Bytes of all attempts, in both directions.
  package var bytes: UInt64 = 0
  /// Packets of all attempts, in both directions.
  package var packets: UInt64 = 0
  /// The slices of the log in which attempts and works were active (`LogSlices`).
  package var activity: UInt64 = 0
  /// Whether only the last conversations were blocked, so that the source was banned.
  package var endsTurnedAway: Bool {
    get { turnedAway > 0 }
    set { turnedAway = newValue ? 1 : 0 }
  }

  /// Without attempts.
  package init() {}

  /// Whether four of five intervals are equal, and four minutes or longer: a scheduled job.
  package var isScheduled: Bool {
    attempts >= 4 && medianGap >= 240 && UInt64(evenGaps) * 5 >= UInt64(attempts - 1) * 4
  }

  /// The share of attempts with the shape of the mode, 0 to 1.
  package var flatness: Double { attempts > 0 ? Double(flat) / Double(attempts) : 0 }

  /// Joins attempts whose direction was decided by different rules and that were therefore summed up separately.
  ///
  /// The mode of the larger part is used for both. If the count of both together is unknown, the conservative value is
  /// used: for attempts after a candidate, all of the other part.
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
    evenGaps &+= other.evenGaps
    attempts &+= other.attempts
    works &+= other.works
    others &+= other.others
    // Parts that overlap in time are one chain, because an interval of both together is no longer than one of either.
    let overlaps = spans.count == 2 && max(spans[0].0, spans[1].0) <= min(spans[0].1, spans[1].1)
    chained = overlaps ? chained &+ other.chained : max(chained, other.chained)
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
    activity |= other.activity
    bytes +|= other.bytes
    packets +|= other.packets
    endsTurnedAway =
      mine.last == other.last
      ? mine.endsTurnedAway && other.endsTurnedAway
      : mine.last > other.last ? mine.endsTurnedAway : other.endsTurnedAway
    if LoginCandidate.isLonger(other.longest, longest) { longest = other.longest }
    for candidate in [other.largest, other.secondLargest] { offer(candidate) }
  }

  /// Keeps a candidate if it is among the largest ones.
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
