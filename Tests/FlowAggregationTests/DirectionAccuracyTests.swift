import FlowModel
import FlowParsing
import FlowTestSupport
import LogInput
import SystemFiles
import Testing

@testable import FlowAggregation
@testable import FlowFindings

/// Counts how often the direction that is inferred without TCP flags is the one that the flags prove.
private struct DirectionTally: RowConsumer {
  private let own: OwnAddresses
  private var tuple: [FlowRow<UInt32>] = []
  private var builder = ConversationBuilder<UInt32>(gap: 120)
  private(set) var waiting: [(talk: Conversation<UInt32>, beganUpper: Bool)] = []
  private(set) var endpoints = RowStore<EndpointRow<UInt32>>(budget: 1 << 30)
  private(set) var right = 0
  private(set) var wrong = 0
  private(set) var undecided = 0

  init(own: OwnAddresses) { self.own = own }

  mutating func take(_ row: FlowRow<UInt32>) {
    if let first = tuple.first, !first.isSameTuple(row) { finish() }
    tuple.append(row)
  }

  mutating func finish() {
    guard let key = tuple.first else { return }
    builder.build(tuple, own)
    tuple = []
    for talk in builder.finished { judge(talk, key) }
  }

  private mutating func judge(_ talk: Conversation<UInt32>, _ key: FlowRow<UInt32>) {
    guard key.protocolNumber == ProtocolNumber.tcp else { return }
    var blind = talk
    blind.lowerSide.tcpFlags = 0
    blind.upperSide.tcpFlags = 0
    let verdict = DirectionRules.verdict(
      blind,
      isAtLogStart: false,
      internalRanges: InternalRanges()
    )
    countEndpoints(blind, verdict)
    guard !talk.isOneWay,
      case .decided(let truth) = DirectionRules.verdict(
        talk,
        isAtLogStart: false,
        internalRanges: InternalRanges()
      ), truth.rule == .tcpFlags
    else { return }
    switch verdict {
    case .decided(let guess): count(guess.beganUpper == truth.beganUpper)
    case .needsFanIn: waiting.append((blind, truth.beganUpper))
    case .undecided, .stray: undecided += 1
    }
  }

  private mutating func countEndpoints(_ talk: Conversation<UInt32>, _ verdict: DirectionVerdict) {
    guard talk.isReal else { return }
    var settled: Direction?
    if case .decided(let direction) = verdict, direction.rule == .servicePort {
      settled = direction
    }
    let number = talk.protocolNumber
    if settled?.beganUpper != false {
      endpoints.append(
        EndpointRow(address: talk.lower, fanIn: 1, port: talk.lowerPort, protocolNumber: number)
      )
    }
    if settled?.beganUpper != true {
      endpoints.append(
        EndpointRow(address: talk.upper, fanIn: 1, port: talk.upperPort, protocolNumber: number)
      )
    }
  }

  mutating func count(_ isRight: Bool) {
    if isRight { right += 1 } else { wrong += 1 }
  }

  mutating func decideWaiting(_ fanIn: FanIn<UInt32>) {
    for (talk, beganUpper) in waiting {
      let score = DirectionRules.score(
        talk,
        lowerFanIn: fanIn(talk.lower, talk.lowerPort, talk.protocolNumber),
        upperFanIn: fanIn(talk.upper, talk.upperPort, talk.protocolNumber)
      )
      if score == 0 { undecided += 1 } else { count((score > 0) == beganUpper) }
    }
  }
}

@Suite("Direction without TCP flags")
struct DirectionAccuracyTests {
  private static let log = environment("WEIR_DATA").map {
    "\($0)/rita_droplet/2024-04-20.v5-exact.log.gz"
  }

  @Test(
    "at least 99.5 % of real two-way TCP conversations right, at most 0.2 % wrong",
    .enabled(if: log != nil, "WEIR_DATA names no folder of real logs")
  )
  func realLog() throws {
    let path = try #require(Self.log)
    let stream = try LogStream.open(OpenFile.reading(path))
    var parser = RecordParser(.analysis, registry: InterfaceRegistry())
    var (batch, block) = (parser.makeBatch(), [UInt8]())
    var collector = FlowCollector(budget: 1 << 30)
    while let end = stream.nextBlock(into: &block) {
      var position = 0
      while position < end {
        parser.parse(block.span, from: &position, to: end, into: &batch)
        collector.add(batch)
        batch.clear()
      }
    }
    collector.finish()
    let own = try OwnAddresses(resolving: [collector], InternalRanges())
    var tally = DirectionTally(own: own)
    let rows = SharedStores([collector.v4])
    var merge = RowMerge<FlowRow<UInt32>>()
    for partition in 0..<partitionCount {
      try rows.merge(partition, &merge, into: &tally)
      tally.finish()
    }
    tally.decideWaiting(try fanIn(tally.endpoints))
    let all = Double(tally.right + tally.wrong + tally.undecided)
    #expect(all > 7000)
    #expect(
      Double(tally.right) / all >= 0.995,
      "\(tally.right) of \(all), \(tally.wrong) wrong, \(tally.undecided) undecided"
    )
    #expect(Double(tally.wrong) / all <= 0.002, "\(tally.wrong) of \(all)")
  }

  private func fanIn(_ store: RowStore<EndpointRow<UInt32>>) throws -> FanIn<UInt32> {
    let shared = SharedStores([store])
    var partitions: [[EndpointRow<UInt32>]] = []
    for partition in 0..<partitionCount {
      var merge = RowMerge<EndpointRow<UInt32>>()
      var collector = EndpointCollector<UInt32>()
      try shared.merge(partition, &merge, into: &collector)
      collector.finish()
      partitions.append(collector.rows)
    }
    return FanIn(partitions)
  }
}
