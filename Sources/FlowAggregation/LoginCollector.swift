internal import FlowModel
internal import SystemFiles

/// One conversation with a service that may ask for a login.
struct LoginTry: BitwiseCopyable {
  var shape: LoginShape
  var first: UInt32
  var last: UInt32
  var port: UInt16
  var beganUpper: Bool
  /// The raw value of the service; 0 for a port that is known for none.
  var service: UInt8
  var isAnswered: Bool
  var isSession: Bool

  var isSSH: Bool { service <= LoginService.ssh.rawValue }

  /// A login was tried: by the shape that SSH has, or by an answered exchange of moderate size.
  var isAttempt: Bool {
    if isSSH { return shape.isSSHAttempt }
    return isAnswered && shape.clientBytes < 65_536 && shape.serverBytes < 65_536
      && UInt64(last) <= UInt64(first) + 120
  }

  /// More than a try: somebody works there.
  var isWork: Bool {
    isSSH ? isSession && !isAttempt && shape.serverBytes >= 1_500 : isAnswered && !isAttempt
  }

  /// Longest pause between two attempts of one attack, in seconds.
  var longestPause: UInt32 { isSSH ? 6 * 3600 : 1800 }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.key != right.key { return left.key < right.key }
    if left.first != right.first { return left.first < right.first }
    if left.last != right.last { return left.last < right.last }
    return LoginShape.precedes(left.shape, right.shape)
  }

  var key: UInt32 { UInt32(port) << 1 | (beganUpper ? 1 : 0) }
}

/// What a source tried at a service of a destination, as a row that waits for the source's other rows.
struct LoginRow<Address: FlowAddress>: KeyedRow {
  var source: Address
  var destination: Address
  var port: UInt16
  /// The raw value of the service; 0 for a port that is known for none.
  var service: UInt8
  var attempts: LoginAttempts

  @inline(__always) var leadingKey: UInt64 { source.leading(with: destination) }

  /// Like that of the source's contacts.
  var hash: UInt64 { mix(source.neighbourhood.mixed &* 0x9e37_79b9_7f4a_7c15) }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.source != right.source { return left.source < right.source }
    if left.destination != right.destination { return left.destination < right.destination }
    return left.port < right.port
  }

  mutating func absorb(_ other: Self) -> Bool {
    guard source == other.source, destination == other.destination, port == other.port else {
      return false
    }
    attempts.absorb(other.attempts)
    return true
  }
}

/// Gathers the login-like conversations of one pair of hosts after the other and sums them up.
///
/// Most pairs have none or were never answered, and leave nothing.
struct LoginCollector<Address: FlowAddress>: Sendable {
  /// Conversations of one pair that are kept for their shapes.
  private static var limit: Int { 65_536 }
  /// Attempts that make a pair worth keeping.
  private let leastAttempts: UInt32
  /// Sources with so many attempts at a port that is known for no service speak for SSH there.
  private static var speakingAttempts: UInt32 { 5 }

  private(set) var rows: RowStore<LoginRow<Address>>
  /// For ports that are known for no service: how many sources guess there as at an SSH server.
  private(set) var endpoints: RowStore<EndpointRow<Address>>
  private let ports: LoginPorts
  private var tries: [LoginTry] = []
  private var hasSession = false
  private var lower = Address.zero
  private var upper = Address.zero

  /// Pairs with fewer attempts leave nothing behind, unless one of them stayed.
  init(_ ports: LoginPorts, leastAttempts: UInt32, budget: Int) {
    self.ports = ports
    self.leastAttempts = leastAttempts
    rows = RowStore(budget: budget * 3 / 4)
    endpoints = RowStore(budget: budget / 4)
  }

  var failure: SystemError? { rows.failure ?? endpoints.failure }
  var spilledBytes: Int { rows.spilledBytes + endpoints.spilledBytes }

  /// Notes a conversation whose direction is known.
  @inline(__always)
  mutating func note(_ talk: Conversation<Address>, beganUpper: Bool) {
    guard talk.protocolNumber == ProtocolNumber.tcp else { return }
    let port = talk.port(upper: !beganUpper)
    let service = ports.rawValue(port)
    guard service != 0 || !Ports.isServer[Int(port)] else { return }
    keep(talk, beganUpper: beganUpper, port, service)
  }

  private mutating func keep(
    _ talk: Conversation<Address>,
    beganUpper: Bool,
    _ port: UInt16,
    _ service: UInt8
  ) {
    let (client, server) = (talk.side(upper: beganUpper), talk.side(upper: !beganUpper))
    let shape = LoginShape(
      clientPackets: UInt32(clamping: client.packets),
      clientBytes: UInt32(clamping: client.bytes),
      serverPackets: UInt32(clamping: server.packets),
      serverBytes: UInt32(clamping: server.bytes)
    )
    guard service != 0 || shape.isSSHAttempt, tries.count < Self.limit else { return }
    let outcome = talk.outcome(beganUpper: beganUpper)
    let attempt = LoginTry(
      shape: shape,
      first: talk.first,
      last: talk.last,
      port: port,
      beganUpper: beganUpper,
      service: service,
      isAnswered: outcome == .touched || outcome == .session,
      isSession: outcome == .session
    )
    if attempt.isAnswered { hasSession = true }
    (lower, upper) = (talk.lower, talk.upper)
    tries.append(attempt)
  }

  /// Sums up what was noted since the last call; all of it belongs to one pair of hosts.
  @inline(__always)
  mutating func finishPair() {
    guard !tries.isEmpty else { return }
    if hasSession { sumUp() }
    tries.removeAll(keepingCapacity: true)
    hasSession = false
  }

  private mutating func sumUp() {
    tries.sort(by: LoginTry.precedes)
    var start = 0
    for index in 1...tries.count where index == tries.count || tries[index].key != tries[start].key
    {
      sumUp(tries[start..<index])
      start = index
    }
  }

  private mutating func sumUp(_ tries: ArraySlice<LoginTry>) {
    guard let first = tries.first, let attempts = LoginSummary.of(tries) else { return }
    let row = LoginRow(
      source: first.beganUpper ? upper : lower,
      destination: first.beganUpper ? lower : upper,
      port: first.port,
      service: first.service,
      attempts: attempts
    )
    guard attempts.attempts >= leastAttempts || attempts.longest.stays else { return }
    rows.append(row)
    if row.service == 0, attempts.attempts >= Self.speakingAttempts {
      endpoints.append(
        EndpointRow(
          address: row.destination,
          fanIn: 1,
          port: row.port,
          protocolNumber: ProtocolNumber.tcp
        )
      )
    }
  }
}

/// Sums up the tries of one source at one service of one destination.
enum LoginSummary {
  /// - Parameter tries: by start; never empty.
  /// - Returns: nil when no login was tried.
  static func of(_ tries: ArraySlice<LoginTry>) -> LoginAttempts? {
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
    for (rank, place) in places.enumerated() {
      add(tries, place, before: rank, after: places.count - 1 - rank, to: &sum)
    }
    return sum
  }

  private static func add(
    _ tries: ArraySlice<LoginTry>,
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

  /// The most frequent signature, the smallest of equals, and how many attempts are like it.
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

  /// The starts, which are in order and never empty, as paces.
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
    sum.medianGap = gaps.isEmpty ? 0 : gaps[gaps.count / 2]
  }
}

/// Counting within a window that slides over time.
enum SlidingWindow {
  /// The most times that lie within so many seconds.
  ///
  /// - Parameters:
  ///   - times: in order.
  ///   - seconds: the window's length; both ends belong to it.
  /// - Returns: 0 without times.
  /// - Complexity: linear.
  static func most(_ times: some RandomAccessCollection<UInt32>, within seconds: UInt32) -> Int {
    var best = 0
    var start = times.startIndex
    for index in times.indices {
      while times[index] - times[start] > seconds { start = times.index(after: start) }
      best = max(best, times.distance(from: start, to: index) + 1)
    }
    return best
  }
}
