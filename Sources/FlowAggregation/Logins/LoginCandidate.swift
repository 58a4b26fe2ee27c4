/// A conversation that stands out among the attempts of one source at one target.
package struct LoginCandidate: BitwiseCopyable, Sendable, Equatable {
  /// Its sizes.
  package var shape = LoginShape()
  /// Its first record's start, Unix seconds.
  package var first: UInt32 = 0
  /// Its last record's end, Unix seconds; 0 when there is no candidate.
  package var last: UInt32 = 0
  /// Attempts of the same source at the same target that began before it.
  package var attemptsBefore: UInt32 = 0
  /// Those that began after it.
  package var attemptsAfter: UInt32 = 0
  /// When the source's next conversation with the target began, Unix seconds; 0 without one.
  package var nextStart: UInt32 = 0
  /// Whether that next conversation got no further than a greeting.
  package var nextFailed: Bool {
    get { nextFailures > 0 }
    set { nextFailures = newValue ? 1 : 0 }
  }
  private var nextFailures: UInt32 = 0

  /// Seconds from its first record to its last.
  package var seconds: UInt32 { last > first ? last - first : 0 }
  /// Whether there is one.
  package var exists: Bool { last > 0 }
  /// The source was turned away right after it: it was banned, and had not got in.
  package var isBanned: Bool {
    nextFailed && nextStart > 0 && UInt64(nextStart) <= UInt64(last) + 40
  }

  /// It outlives what a server grants before login (OpenSSH: 120 s) and carries more than a greeting, or it moves much.
  package var stays: Bool {
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
