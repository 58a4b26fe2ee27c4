import FlowModel
import FlowParsing
import FlowTestSupport
import LogInput
import SpillableTable
import SystemFiles
import Testing

@testable import FlowAggregation
@testable import FlowFindings

/// Counts how often the direction that is inferred without TCP flags is the one that the flags prove.
private struct DirectionTally: RowConsumer {
  private let own: LocalAddresses
  private var tuple: [FlowRow<UInt32>] = []
  private var builder = ConversationBuilder<UInt32>(gap: 120)
  private(set) var waiting: [(conversation: Conversation<UInt32>, upperInitiated: Bool)] = []
  let tables = WorkerTables(MemoryBudget(limit: 1 << 30, workers: 1))
  private let endpoints: RowTable<EndpointRow<UInt32>>
  private(set) var right = 0
  private(set) var wrong = 0
  private(set) var undecided = 0

  init(own: LocalAddresses) {
    self.own = own
    endpoints = tables.table(EndpointRow.table)
  }

  mutating func take(_ row: FlowRow<UInt32>) {
    if let first = tuple.first, !first.isSameTuple(row) { finish() }
    tuple.append(row)
  }

  mutating func finish() {
    guard let key = tuple.first else { return }
    let conversations = builder.build(tuple, own)
    tuple = []
    for conversation in conversations { judge(conversation, key) }
  }

  private mutating func judge(_ conversation: Conversation<UInt32>, _ key: FlowRow<UInt32>) {
    guard key.transport == .tcp else { return }
    var blind = conversation
    blind.lowerSide.tcpFlags = 0
    blind.upperSide.tcpFlags = 0
    let verdict = InitiatorRules.verdict(
      blind,
      isAtLogStart: false,
      internalRanges: InternalRanges()
    )
    countEndpoints(blind, verdict)
    guard !conversation.isOneWay,
      case .decided(let truth) = InitiatorRules.verdict(
        conversation,
        isAtLogStart: false,
        internalRanges: InternalRanges()
      ), truth.rule == .tcpFlags
    else { return }
    switch verdict {
    case .decided(let attempt): count(attempt.upperInitiated == truth.upperInitiated)
    case .needsFanIn: waiting.append((blind, truth.upperInitiated))
    case .undecided, .latePacket: undecided += 1
    }
  }

  private mutating func countEndpoints(
    _ conversation: Conversation<UInt32>,
    _ verdict: InitiatorVerdict
  ) {
    guard conversation.isReal else { return }
    var settled: InitiatorInference?
    if case .decided(let direction) = verdict, direction.rule == .servicePort {
      settled = direction
    }
    if settled?.upperInitiated != false {
      endpoints.append(
        EndpointRow(
          address: conversation.lower,
          fanIn: 1,
          port: conversation.lowerPort,
          transport: .tcp
        )
      )
    }
    if settled?.upperInitiated != true {
      endpoints.append(
        EndpointRow(
          address: conversation.upper,
          fanIn: 1,
          port: conversation.upperPort,
          transport: .tcp
        )
      )
    }
  }

  mutating func count(_ isRight: Bool) {
    if isRight { right += 1 } else { wrong += 1 }
  }

  mutating func decideWaiting(_ fanIn: FanIn<UInt32>) {
    for (conversation, upperInitiated) in waiting {
      let score = InitiatorRules.score(
        conversation,
        lowerTerm: fanIn(conversation.lower, conversation.lowerPort, conversation.transport),
        upperTerm: fanIn(conversation.upper, conversation.upperPort, conversation.transport)
      )
      if score == 0 { undecided += 1 } else { count((score > 0) == upperInitiated) }
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
    let budget = MemoryBudget(limit: 1 << 30, workers: 1)
    collector.tables.finish(in: budget)
    let own = try LocalAddresses(resolving: [collector], InternalRanges())
    var tally = DirectionTally(own: own)
    let rows = TableReader(FlowRow<UInt32>.table, [collector.tables])
    let reader = PartitionReader(budget)
    for partition in 0..<TableReader<FlowRow<UInt32>>.partitions {
      rows.read(partition, reader, into: &tally)
      tally.finish()
    }
    tally.decideWaiting(fanIn(tally.tables, budget))
    let all = Double(tally.right + tally.wrong + tally.undecided)
    #expect(all > 7000)
    #expect(
      Double(tally.right) / all >= 0.995,
      "\(tally.right) of \(all), \(tally.wrong) wrong, \(tally.undecided) undecided"
    )
    #expect(Double(tally.wrong) / all <= 0.002, "\(tally.wrong) of \(all)")
  }

  private func fanIn(_ tables: WorkerTables, _ budget: MemoryBudget) -> FanIn<UInt32> {
    tables.finish(in: budget)
    let endpoints = TableReader(EndpointRow<UInt32>.table, [tables])
    var collector = EndpointCollector<UInt32>()
    for partition in 0..<TableReader<EndpointRow<UInt32>>.partitions {
      endpoints.read(partition, PartitionReader(budget), into: &collector)
      collector.finishPartition()
    }
    return FanIn([collector.endpoints])
  }
}
