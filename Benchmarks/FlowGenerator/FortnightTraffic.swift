internal import FlowModel

/// What begins on one day of the fortnight; the kinds of traffic lie in extensions.
struct FortnightTraffic {
  /// When each interface writes, on all days.
  static let clock = BatchClock(span: FortnightDay.span)
  private static let parts = 2
  private static let quietShare = 4
  /// How busy each hour of a working day is.
  private static let officeWeights = [
    1, 1, 1, 1, 1, 2, 4, 9, 15, 18, 18, 17, 13, 16, 18, 18, 16, 12, 7, 4, 3, 2, 2, 1,
  ]
  private static let weekendWeights = [
    2, 1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 5, 4, 3, 2,
  ]

  let network: FortnightNetwork
  let day: FortnightDay
  private(set) var recorder: FlowRecorder
  var random: RandomSource

  /// Traffic of one part, which has random numbers of its own.
  init(_ plan: FortnightPlan, _ network: FortnightNetwork, _ day: FortnightDay, part: Int) {
    self.network = network
    self.day = day
    let stream = UInt64(day.number * Self.parts + part) * 2
    random = RandomSource(seed: plan.seed, stream: stream)
    recorder = FlowRecorder(
      clock: Self.clock,
      network: network.all,
      random: RandomSource(seed: plan.seed, stream: stream + 1)
    )
  }

  /// All that happens on every day alike.
  mutating func addUsual() {
    addAgents()
    addCalls()
    addTransfers()
    addInside()
    addAdministrators()
    addVisitors()
    addNoise()
  }

  mutating func record(_ conversation: Conversation) {
    recorder.record(conversation)
  }

  /// A second at which people are likely to be at work, or awake at the weekend.
  mutating func busySecond() -> Int {
    let weights = day.isWeekend ? Self.weekendWeights : Self.officeWeights
    return day.at(random.weighted(weights)) + random.below(GeneratedDay.hour)
  }

  /// Any second of the day.
  mutating func anySecond() -> Int { day.start + random.below(GeneratedDay.length) }

  /// How often people cause something; at the weekend they hardly do.
  mutating func human(_ range: ClosedRange<Int>) -> Int {
    let count = random.within(range)
    return day.isWeekend ? max(1, count / Self.quietShare) : count
  }

  /// Seconds of the day, one after another, with a pause of the range between each and the next.
  mutating func seconds(every pause: ClosedRange<Int>) -> [Int] {
    var seconds: [Int] = []
    var second = day.start + random.below(pause.upperBound)
    while second < day.span.upperBound {
      seconds.append(second)
      second += random.within(pause)
    }
    return seconds
  }

  /// A TCP connection from a port that the client had free, over which so many bytes of content went.
  mutating func exchange(
    _ client: NetworkInterface,
    _ server: Endpoint,
    at start: Int,
    lasting duration: Int = 0,
    sent: Int,
    received: Int
  ) {
    exchange(
      client.port(random.ephemeralPort()),
      server,
      at: start,
      lasting: duration,
      sent: sent,
      received: received
    )
  }

  mutating func exchange(
    _ client: Endpoint,
    _ server: Endpoint,
    at start: Int,
    lasting duration: Int = 0,
    sent: Int,
    received: Int
  ) {
    record(
      Conversation(
        client: client,
        server: server,
        start: start,
        duration: duration,
        toServer: .carrying(sent, acknowledging: received),
        toClient: .carrying(received, acknowledging: sent)
      )
    )
  }
}

extension Volume {
  private static let segmentSize = 1_448
  private static let headerSize = 52
  private static let handshake = 4

  /// What one end of a TCP connection sends, headers included.
  static func carrying(_ content: Int, acknowledging other: Int) -> Volume {
    let packets = handshake + content / segmentSize + other / (2 * segmentSize)
    return Volume(packets: packets, bytes: content + packets * headerSize)
  }
}
