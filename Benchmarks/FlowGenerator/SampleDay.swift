internal import FlowModel

/// One day of the small VPC, kind of traffic after kind of traffic; the kinds lie in extensions.
struct SampleDay {
  /// How busy each hour is, in arbitrary units.
  static let hourWeights = [
    4, 3, 2, 2, 2, 3, 5, 8, 11, 13, 14, 14, 15, 15, 15, 14, 13, 12, 11, 10, 9, 8, 7, 5,
  ]

  let network: VirtualNetwork
  private(set) var recorder: FlowRecorder
  var random: RandomSource

  init(seed: UInt64) {
    network = SampleNetwork.make()
    random = RandomSource(seed: seed, stream: 1)
    recorder = FlowRecorder(
      clock: BatchClock(span: GeneratedDay.span),
      network: network,
      random: RandomSource(seed: seed, stream: 2)
    )
  }

  /// Everything that happened, with the rows about nothing having happened.
  mutating func rows() -> [FlowRow] {
    addWebTraffic()
    addInsideTraffic()
    addOutboundTraffic()
    addAdministrators()
    addBackgroundNoise()
    addPlantedScans()
    addBruteForce()
    addIntrusion()
    addAutomation()
    return withLogGaps(recorder.rows)
  }

  mutating func record(_ conversation: Conversation) {
    recorder.record(conversation)
  }

  /// A second of the day at which people are likely to be awake.
  mutating func busySecond() -> Int {
    GeneratedDay.at(random.weighted(Self.hourWeights)) + random.below(GeneratedDay.hour)
  }

  /// Any second of the day.
  mutating func anySecond() -> Int {
    GeneratedDay.start + random.below(GeneratedDay.length)
  }

  /// The only machine of a role, or the first of several.
  func first(_ role: Role) -> NetworkInterface {
    network.all(role)[0]
  }

  /// A single packet to an own port, and what comes of it.
  mutating func probe(
    _ source: Endpoint,
    _ target: NetworkInterface,
    _ port: UInt16,
    at second: Int
  ) {
    record(.probe(source, target, port, at: second))
  }
}
