internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// How certain it is that a conversation of a brute-force source was a successful login.
struct LoginGrade {
  /// Whether it is a likely success, otherwise a possible one.
  let isLikely: Bool
  /// Whether the attempts end after it, although the log and the source's part of a campaign continue.
  let stopped: Bool

  /// A long session from the source prefix of a brute-force source.
  static let sibling = LoginGrade(isLikely: false, stopped: false)

  private init(isLikely: Bool, stopped: Bool) {
    (self.isLikely, self.stopped) = (isLikely, stopped)
  }

  /// - Parameters:
  ///   - suspect: the conversation of a brute-force source or a member of a campaign.
  ///   - share: the usual number of attempts of a member; nil outside of campaigns.
  ///   - network: the log.
  init(_ suspect: LoginSuspect, share: UInt32?, _ network: NetworkContext) {
    let limits = network.thresholds.likelyLogin
    stopped = Self.stopped(suspect, share: share, network)
    let usual = suspect.attempts.mode
    let isDouble =
      UInt64(suspect.candidate.shape.serverBytes) >= 2 * UInt64(usual.serverBytes)
      || suspect.candidate.shape.clientBytes >= 20_000
    // Valid credentials: the source works with the target, or its usual conversation already is a success.
    let isClient =
      UInt64(suspect.attempts.clearSuccesses) >= limits.sessions || usual.isSSHSuccess
    let isPreceded =
      share != nil || UInt64(suspect.candidate.attemptsBefore) >= limits.sureAttempts
    // A session of a member of a campaign, or between attempts at such a pace, is none of a legitimate client.
    let isOfAttacker = share != nil || Self.isFast(suspect, limits)
    isLikely = isDouble && isPreceded && !isClient && (stopped || suspect.stays && isOfAttacker)
  }

  /// Whether the pace of the attempts excludes a client with wrong credentials.
  ///
  /// Windows hide single intervals, so the mean counts.
  private static func isFast(_ suspect: LoginSuspect, _ limits: Thresholds.LikelyLogin) -> Bool {
    let attempts = suspect.attempts
    let span =
      attempts.lastStart > attempts.firstStart ? attempts.lastStart - attempts.firstStart : 0
    return !suspect.sourceIsInternal && UInt64(attempts.attempts) >= limits.fastAttempts
      && UInt64(span) <= limits.fastPause * UInt64(attempts.attempts - 1)
  }

  private static func stopped(
    _ suspect: LoginSuspect,
    share: UInt32?,
    _ network: NetworkContext
  ) -> Bool {
    let attempts = suspect.attempts
    // A member of a campaign that made its share ends without a reason.
    let isDone = share.map { UInt64(attempts.attempts) * 10 >= UInt64($0) * 9 } ?? false
    let pause = max(10 * UInt64(attempts.medianGap), 900)
    let end = UInt64(suspect.candidate.last)
    return !isDone && suspect.candidate.attemptsAfter <= 3
      && UInt64(attempts.lastStart) <= end + pause && UInt64(network.logEnd) >= end + pause
  }
}
