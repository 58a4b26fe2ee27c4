internal import FlowModel

/// The traffic of one slice of the day; the kinds of conversations lie in an extension.
struct CorpusTraffic {
  /// Rows of one moment lie within so many seconds in a file, as with files that cover five minutes.
  private static let spread = 300

  let plan: CorpusPlan
  let network: VirtualNetwork
  let slice: Range<Int>
  let publicHosts: [NetworkInterface]
  let webServers: [NetworkInterface]
  let apps: [NetworkInterface]
  let databases: [NetworkInterface]
  let gateways: [NetworkInterface]
  let bastions: [NetworkInterface]
  var random: RandomSource
  private(set) var recorder: FlowRecorder
  /// About which second of the slice new conversations begin.
  private var moment: Int

  init(_ plan: CorpusPlan, _ network: VirtualNetwork, file number: Int) {
    self.plan = plan
    self.network = network
    slice = plan.slice(ofFile: number)
    moment = slice.lowerBound
    publicHosts = network.publicInterfaces.filter { $0.role != .natGateway }
    webServers = network.all(.web)
    apps = network.all(.app)
    databases = network.all(.database)
    gateways = network.all(.natGateway)
    bastions = network.all(.bastion)
    random = RandomSource(seed: plan.seed, stream: UInt64(number) * 2)
    recorder = FlowRecorder(
      clock: BatchClock(span: GeneratedDay.span),
      network: network,
      random: RandomSource(seed: plan.seed, stream: UInt64(number) * 2 + 1)
    )
  }

  /// The rows made since the last call of `clear`.
  var rows: [FlowRow] { recorder.rows }

  mutating func clear() {
    recorder.clear()
  }

  mutating func record(_ conversation: Conversation) {
    recorder.record(conversation)
  }

  /// Goes on to another part of the slice.
  mutating func advance(to part: Int, of whole: Int) {
    moment = slice.lowerBound + slice.count * part / max(1, whole)
  }

  /// A second near the moment from which a conversation of the length ends within the slice.
  mutating func second(lasting duration: Int = 0) -> Int {
    let latest = max(slice.lowerBound, slice.upperBound - 1 - duration)
    return min(latest, moment + random.below(Self.spread))
  }

  /// Rows of the interfaces that never see a packet.
  func idleRows() -> [FlowRow] {
    let clock = recorder.clock
    return network.all(.idle).flatMap { interface in
      let last = clock.batch(at: slice.upperBound - 1, of: interface.number)
      return (clock.batch(at: slice.lowerBound, of: interface.number)...last)
        .map { clock.bounds($0, of: interface.number) }
        .filter { slice.contains($0.lowerBound) }
        .map { FlowRow(.noData, interface: interface.number, batch: $0) }
    }
  }
}
