/// A conversation that differs from the attempts of one source at one target.
package struct LoginCandidate: BitwiseCopyable, Sendable, Equatable {
  /// The sizes of the conversation.
  package var shape = LoginShape()
  /// Start of its first record, Unix seconds.
  package var first: UInt32 = 0
  /// End of its last record, Unix seconds; 0 without a candidate.
  package var last: UInt32 = 0
  /// Attempts of the same source at the same target that ended before it started.
  ///
  /// Attempts in the same window of the log have no order and do not count.
  package var attemptsBefore: UInt32 = 0
  /// Attempts that started in a later window.
  package var attemptsAfter: UInt32 = 0
  /// Start of the source's next conversation with the target, Unix seconds; 0 without one.
  package var nextStart: UInt32 = 0
  /// Whether that next conversation contains only a greeting.
  package var nextFailed: Bool {
    get { nextFailures > 0 }
    set { nextFailures = newValue ? 1 : 0 }
  }
  private var nextFailures: UInt32 = 0

  /// Duration from its first to its last record, in seconds.
  package var seconds: UInt32 { last > first ? last - first : 0 }
  /// Whether there is a candidate.
  package var exists: Bool { last > 0 }
  /// Whether the source was blocked right afterward: it was banned and had no successful login.
  package var isBanned: Bool {
    nextFailed && nextStart > 0 && UInt64(nextStart) <= UInt64(last) + 40
  }

  /// Whether it can last longer than a server allows before login (OpenSSH: 120 s) with more than a greeting, or
  /// transfers many bytes.
  package var stays: Bool { stays(for: seconds) }

  /// Whether this is true even if it began at the end of its first window and ended at the start of its last one.
  ///
  /// - Parameter window: length of the log's windows, in seconds.
  /// - Returns: whether it certainly lasts.
  package func certainlyStays(window: UInt32) -> Bool { stays(for: certainSeconds(window: window)) }

  /// The shortest duration that its windows allow.
  package func certainSeconds(window: UInt32) -> UInt32 {
    seconds > 2 * window ? seconds - 2 * window : 0
  }

  private func stays(for seconds: UInt32) -> Bool {
    seconds >= 130 && (shape.clientPackets >= 20 || shape.serverBytes >= 5_000) || shape.isLarge
  }

  /// Adds the attempts of another part before or after it.
  mutating func note(_ other: LoginAttempts) {
    guard exists, other.attempts > 0 else { return }
    if other.lastStart < first { attemptsBefore &+= other.attempts }
    if other.lastStart > first { attemptsAfter &+= other.attempts }
  }

  static func isLarger(_ left: Self, _ right: Self) -> Bool {
    if left.shape.serverBytes != right.shape.serverBytes {
      return left.shape.serverBytes > right.shape.serverBytes
    }
    if left.first != right.first { return left.first < right.first }
    if left.shape != right.shape { return LoginShape.precedes(left.shape, right.shape) }
    // The remaining differences only exist between attempts that were summed up separately. The order must still be
    // total.
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
