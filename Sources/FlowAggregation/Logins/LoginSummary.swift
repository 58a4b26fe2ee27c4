internal import FlowModel

/// Sums up the login attempts of one source at one service of one destination.
enum LoginSummary {
  /// - Parameters:
  ///   - tries: by start; never empty.
  ///   - slices: the slices of the log.
  /// - Returns: nil without a login attempt.
  static func of(_ tries: ArraySlice<LoginAttempt>, _ slices: LogSlices) -> LoginAttempts? {
    var sum = LoginAttempts()
    let attempts = tries.filter(\.isAttempt)
    let places = tries.indices.filter { tries[$0].isAttempt || tries[$0].isWork }
    guard let last = places.last else { return nil }
    sum.attempts = UInt32(attempts.count)
    sum.works = UInt32(places.count - attempts.count)
    sum.others = UInt32(tries.count - places.count)
    if let first = attempts.first {
      setMode(&sum, attempts.map(\.shape), tolerance: first.isSSH ? 5 : 10)
      setTimes(&sum, attempts.map(\.first), pause: first.longestPause)
    }
    let trailing = tries[last...].dropFirst()
    sum.endsTurnedAway =
      trailing.count >= 3 || trailing.count > 0 && !trailing.allSatisfy(\.isAnswered)
    forEachGroup(tries, places) { group, before, after in
      for place in group {
        add(tries, place, before: before, after: after, to: &sum)
        sum.activity |= slices.mask(first: tries[place].first, last: tries[place].last)
      }
    }
    return sum
  }

  /// Calls the body for the attempts of each start, with the number of those that ended before and that start later.
  ///
  /// Attempts in one window of the log have no order.
  private static func forEachGroup(
    _ tries: ArraySlice<LoginAttempt>,
    _ places: [Int],
    _ body: (ArraySlice<Int>, Int, Int) -> Void
  ) {
    let ends = places.map { tries[$0].last }.sorted()
    var (low, ended) = (0, 0)
    while low < places.count {
      let start = tries[places[low]].first
      let high = places[low...].firstIndex { tries[$0].first != start } ?? places.count
      while ended < ends.count, ends[ended] <= start { ended += 1 }
      let group = places[low..<high]
      let instantaneous = group.count { tries[$0].last <= start }
      body(group, ended - instantaneous, places.count - high)
      low = high
    }
  }

  private static func add(
    _ tries: ArraySlice<LoginAttempt>,
    _ place: Int,
    before: Int,
    after: Int,
    to sum: inout LoginAttempts
  ) {
    let attempt = tries[place]
    let shape = attempt.shape
    sum.first = min(sum.first, attempt.first)
    sum.last = max(sum.last, attempt.last)
    sum.bytes +|= UInt64(shape.clientBytes) + UInt64(shape.serverBytes)
    sum.packets +|= UInt64(shape.clientPackets) + UInt64(shape.serverPackets)
    if attempt.isWork || (attempt.isSSH ? shape.isSSHSuccess : shape.isLarge) {
      sum.successShaped += 1
    }
    if attempt.isWork || (attempt.isSSH ? shape.isClearSSHSuccess : shape.isLarge) {
      sum.clearSuccesses += 1
    }
    if sum.attempts > 0, shape.isOutlier(of: sum.mode) { sum.outliers += 1 }
    var candidate = LoginCandidate()
    candidate.shape = shape
    (candidate.first, candidate.last) = (attempt.first, max(attempt.last, 1))
    candidate.attemptsBefore = UInt32(before)
    candidate.attemptsAfter = UInt32(after)
    if place + 1 < tries.endIndex {
      candidate.nextStart = tries[place + 1].first
      candidate.nextFailed = !tries[place + 1].isAttempt && !tries[place + 1].isWork
    }
    sum.offer(candidate)
    if !sum.longest.exists || LoginCandidate.isLonger(candidate, sum.longest) {
      sum.longest = candidate
    }
  }

  /// The most frequent signature, the smallest of equals, and the number of attempts with it.
  private static func setMode(
    _ sum: inout LoginAttempts,
    _ shapes: [LoginShape],
    tolerance: UInt64
  ) {
    let sorted = shapes.sorted { left, right in
      let (a, b) = (left.signature, right.signature)
      return a != b ? a < b : LoginShape.precedes(left, right)
    }
    var start = 0
    for index in 1...sorted.count
    where index == sorted.count || sorted[index].signature != sorted[start].signature {
      if index - start > Int(sum.ofMode) {
        sum.ofMode = UInt32(index - start)
        sum.mode = sorted[start]
      }
      start = index
    }
    let mode = sum.mode
    sum.flat = UInt32(shapes.count { $0.isLike(mode, tolerance: tolerance) })
  }

  /// The intervals of starts, which are in order and never empty.
  private static func setTimes(_ sum: inout LoginAttempts, _ starts: [UInt32], pause: UInt32) {
    (sum.firstStart, sum.lastStart) = (starts[0], starts[starts.count - 1])
    sum.inOneMinute = UInt32(SlidingWindow.most(starts, within: 60))
    var (chain, best) = (1, 1)
    var gaps: [UInt32] = []
    for index in starts.indices.dropFirst() {
      let gap = starts[index] - starts[index - 1]
      gaps.append(gap)
      chain = gap <= pause ? chain + 1 : 1
      best = max(best, chain)
    }
    sum.chained = UInt32(best)
    gaps.sort()
    let median = gaps.isEmpty ? 0 : gaps[gaps.count / 2]
    sum.medianGap = median
    // Forged times make intervals of any length.
    let tenth = median / 10
    sum.evenGaps = UInt32(
      gaps.count { $0 >= median ? $0 - median <= tenth : median - $0 <= tenth }
    )
  }
}
