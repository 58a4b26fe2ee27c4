internal import FlowFindings
internal import FlowModel
internal import SpillableTable
internal import Synchronization
package import SystemFiles

/// The stages after reading: local addresses, pairs of hosts, fan-in, sources.
///
/// Each stage processes all partitions, distributed among the workers. All workers join between two stages.
package struct Aggregation {
  private let settings: AggregationSettings
  /// The tables of each family.
  ///
  /// A test adds its own.
  var v4Stages = TableStages<UInt32>.all
  private let v6Stages = TableStages<UInt128>.all
  private var result = AggregationResult()
  /// Largest end of a record with addresses, Unix seconds.
  private var lastEnd: UInt32 = 0

  /// Aggregates the state of a run.
  package init(_ settings: AggregationSettings) {
    self.settings = settings
  }

  /// Runs all stages on the collected rows of the workers.
  ///
  /// - Parameters:
  ///   - collectors: one for each worker that read records; left empty.
  ///   - prepare: called after the local addresses are known; creates the consumer of one worker.
  /// - Returns: the result, and the consumers with all their observations.
  /// - Throws: `SystemError` if state cannot be spilled or read back.
  package mutating func run<Consumer: ObservationConsumer>(
    _ collectors: inout [FlowCollector],
    prepare: @Sendable (AggregationResult) -> Consumer
  ) throws(SystemError) -> (AggregationResult, [Consumer]) {
    let budget = MemoryBudget(limit: settings.tableMemory, workers: settings.threads)
    for collector in collectors {
      collector.tables.finish(in: budget)
      if let failure = collector.failure { throw failure }
      result.recordsWithoutAddresses += collector.withoutAddresses
      result.spilledBytes += collector.spilledBytes
      result.covered.formUnion(collector.covered)
      result.timeline.add(collector.timeline)
      result.accepted += collector.actions[Int(FlowAction.accept.rawValue)]
      result.rejected += collector.actions[Int(FlowAction.reject.rawValue)]
      if collector.firstStart != .max {
        result.firstStart = min(result.firstStart ?? .max, collector.firstStart)
        lastEnd = max(lastEnd, collector.lastEnd)
      }
    }
    result.slices = usualSlices
    result.aggregationInterval = Self.medianDuration(collectors)
    result.window = Self.window(collectors)
    let shared = settings.points.shared
    result.hasUncomparedPoints = settings.points.isFull
    var translations = Translations()
    for collector in collectors {
      translations.merge(collector.translations)
      result.services.merge(collector.services)
    }
    result.own = try localAddresses(collectors, shared)
    let pairSettings = pairSettings(shared, translations)
    if let investigated = pairSettings.investigated {
      var traffic = InvestigationTraffic()
      traffic.networks = investigated.query.networks
      traffic.sharesAddress = investigated.query.sharesAddress
      traffic.slices = investigated.slices
      traffic.moment = investigated.query.moment.map { InvestigationMoment($0, of: usualLog) }
      result.investigated = traffic
    }
    let rows = collectors.map(\.tables)
    collectors = []
    let sinks = ConsumerSinks(prepare(result))
    let makeSink: @Sendable () -> any ObservationSink = { sinks.make() }
    add(try run(v4Stages, pairSettings, budget, makeSink, rows))
    add(try run(v6Stages, pairSettings, budget, makeSink, rows))
    // The rows are no longer needed, so their memory is free for the detectors.
    WorkerTables.releaseMemory()
    return (result, sinks.consumers)
  }

  private func localAddresses(
    _ collectors: [FlowCollector],
    _ shared: SharedInterfaces
  ) throws(SystemError) -> LocalAddresses {
    if var own = settings.own {
      let candidates = collectors.map(\.localAddresses)
      own.share(SharedAddresses(own, candidates, settings.accounts).interfaces)
      return own
    }
    return try LocalAddresses(
      resolving: collectors,
      settings.internalRanges,
      shared: shared,
      accounts: settings.accounts
    )
  }

  @inline(__always)
  private func run<Address: FlowAddress>(
    _ stages: [AnyTableStage<Address>],
    _ pairSettings: PairSettings,
    _ budget: MemoryBudget,
    _ makeSink: @escaping @Sendable () -> any ObservationSink,
    _ rows: [WorkerTables]
  ) throws(SystemError) -> FamilyOutcome<Address> {
    var runner = StageRunner(
      settings,
      pairSettings,
      budget,
      stages: stages,
      makeSink: makeSink,
      reading: rows
    )
    return try runner.run()
  }

  private mutating func add<Address>(_ outcome: FamilyOutcome<Address>) {
    result.tables.add(outcome.tables)
    result.conversations.add(outcome.totals)
    result.spilledBytes += outcome.spilledBytes
    result.unjudgedLogins += outcome.unjudgedLogins
    result.prevalence.add(outcome.prevalence)
    result.contactsLeftOut += outcome.contactsLeftOut
    result.duplicates += outcome.duplicates
    result.investigated?.add(outcome.investigated)
  }

  /// A log of this duration, an hour less than a week, serves as its own history.
  private static let week: UInt32 = 7 * 86_400 - 3600

  /// First and last second of the log; a forged time must not extend it.
  private var usualLog: ClosedRange<UInt32> {
    let first = result.firstStart ?? 0
    let span = result.covered.usualSpan ?? (first, max(first, lastEnd))
    return span.first...max(span.first, span.last)
  }

  /// A forged time must not extend the slices.
  private var usualSlices: LogSlices? {
    guard let first = result.firstStart else { return nil }
    let span = result.covered.widerSpan ?? (first, max(first, lastEnd))
    return LogSlices(span.first...max(span.first, span.last))
  }

  private func pairSettings(
    _ shared: SharedInterfaces,
    _ translations: Translations
  ) -> PairSettings {
    let gap = 2 * result.aggregationInterval
    let first = result.firstStart ?? 0
    let (end, overflowed) = first.addingReportingOverflow(gap)
    let log = first...max(first, lastEnd)
    let slices = result.slices ?? LogSlices(log)
    return PairSettings(
      own: result.own,
      shared: shared,
      translations: translations,
      perimeter: NetworkPerimeter(own: result.own.all, internalRanges: settings.internalRanges),
      loginPorts: settings.loginPorts,
      gap: gap,
      logStartEnds: overflowed ? .max : end,
      log: log,
      slices: slices,
      tellsAll: settings.keepsHistory || lastEnd > first && lastEnd - first >= Self.week,
      investigated: settings.investigated.map {
        var query = $0.settled(result.own)
        query.moment = query.since?.time(in: usualLog)
        return InvestigationSettings(query: query, slices: slices)
      }
    )
  }

  /// The number of records for each value of end - start.
  private static func durations(_ collectors: [FlowCollector]) -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: FlowCollector.longestDuration + 1)
    for collector in collectors {
      for (duration, count) in collector.durations.enumerated() { counts[duration] += count }
    }
    return counts
  }

  /// AWS aggregates over one minute or ten; records of one minute can exceed it by some seconds.
  private static func window(_ collectors: [FlowCollector]) -> UInt32 {
    let counts = durations(collectors)
    let long = counts.dropFirst(121).reduce(0, +)
    return long > 0 && long >= counts.reduce(0, +) / 100 ? 600 : 60
  }

  /// The median of end - start over all records, at least 60 seconds.
  private static func medianDuration(_ collectors: [FlowCollector]) -> UInt32 {
    let counts = durations(collectors)
    let total = counts.reduce(0, +)
    var below: UInt64 = 0
    for (duration, count) in counts.enumerated() {
      below += count
      if below * 2 >= total { return UInt32(max(60, duration)) }
    }
    return 60
  }
}

/// Type erasure for the consumers of all workers, so that the stages are not generic over them.
///
/// Code that is generic over a type of another module is not specialized, and ten times slower.
private final class ConsumerSinks<Consumer: ObservationConsumer>: Sendable {
  private final class Sink: ObservationSink, @unchecked Sendable {
    // Unchecked: a single worker uses a sink, and it is joined before the consumer is taken out.
    var consumer: Consumer
    init(_ consumer: Consumer) { self.consumer = consumer }
    func observe(_ observations: Observations) { consumer.observe(observations) }
  }

  private let fresh: Consumer
  private let sinks = Mutex<[Sink]>([])

  init(_ fresh: Consumer) { self.fresh = fresh }

  func make() -> any ObservationSink {
    let sink = Sink(fresh)
    sinks.withLock { $0.append(sink) }
    return sink
  }

  var consumers: [Consumer] { sinks.withLock { $0.map(\.consumer) } }
}
