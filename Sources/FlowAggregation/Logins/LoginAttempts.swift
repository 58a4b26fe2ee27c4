internal import FlowModel

/// What one source tried at one service of one destination that asks for a login.
///
/// The shape of attempts is taken from the first 65,536 conversations of the pair; counts are of all of these.
package struct LoginAttempts: BitwiseCopyable, Sendable {
  /// Conversations that look like a login that was tried.
  package var attempts: UInt32 = 0
  /// Conversations that carry or last more than any try does.
  package var works: UInt32 = 0
  /// Other conversations with the service: blocked, refused, or no more than a greeting.
  package var others: UInt32 = 0
  /// Most attempts with no pause between them longer than the service allows: 6 hours for SSH, 30 minutes else.
  package var chained: UInt32 = 0
  /// Most attempts that began within 60 seconds.
  package var inOneMinute: UInt32 = 0
  /// Attempts of the most frequent signature.
  package var ofMode: UInt32 = 0
  /// Attempts within one packet and 5 % (not SSH: 10 %) of the mode's bytes.
  package var flat: UInt32 = 0
  /// Attempts that carry more than a refused password does, and all works.
  package var successShaped: UInt32 = 0
  /// Those among them that even several refused passwords do not explain.
  package var clearSuccesses: UInt32 = 0
  /// Attempts that are outliers of the mode.
  package var outliers: UInt32 = 0
  /// Median pause between the starts of attempts, seconds.
  package var medianGap: UInt32 = 0
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
  /// The attempt or work with the most bytes back.
  package var largest = LoginCandidate()
  /// The second largest.
  package var secondLargest = LoginCandidate()
  /// The longest conversation.
  package var longest = LoginCandidate()
  private var turnedAway: UInt32 = 0
  /// Bytes of all attempts, both ways.
  package var bytes: UInt64 = 0
  /// Packets of all attempts, both ways.
  package var packets: UInt64 = 0
  /// The slices of the log that attempts and works touch (`LogSlices`).
  package var activity: UInt64 = 0
  /// Whether the last conversations were turned away although earlier ones were not: the source was banned.
  package var endsTurnedAway: Bool {
    get { turnedAway > 0 }
    set { turnedAway = newValue ? 1 : 0 }
  }

  /// Nothing tried.
  package init() {}

  /// The share of attempts that are like the mode, 0 to 1.
  package var flatness: Double { attempts > 0 ? Double(flat) / Double(attempts) : 0 }

  /// Joins tries whose direction was settled by different rules, and that were therefore summed up apart.
  ///
  /// The mode of the fuller part speaks for both. Where a count of both together is not known, the one is taken that
  /// makes less of it: for attempts after a candidate all that the other part may have.
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
    // Parts that overlap in time are one chain: a pause of both together is no longer than either one's own.
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
