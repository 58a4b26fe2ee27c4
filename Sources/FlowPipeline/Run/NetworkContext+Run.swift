internal import FlowAggregation
internal import FlowDetection
internal import FlowFindings
internal import FlowModel

extension NetworkContext {
  /// What a run tells its detectors before they observe anything.
  init(
    _ plan: RunPlan,
    _ result: AggregationResult,
    _ account: InputAccount,
    _ registry: InterfaceRegistry
  ) {
    self.init(own: result.own.all)
    logStart = account.span?.lowerBound ?? 0
    logEnd = account.span?.upperBound ?? 0
    window = result.window
    remember(plan.memory?.baseline)
    threats = plan.settings.threats.lists
    thresholds = plan.settings.thresholds
    names = plan.settings.names
    interfaces = LogInterfaces(registry, result.own).all
    awsPrefixes = plan.settings.awsPrefixes.adding(result.services.services)
    origins = plan.settings.origins
  }
}

extension LogQuality {
  init(_ result: AggregationResult, _ account: InputAccount, _ quiet: CoveredMinutes) {
    self.init()
    let input = account.summary
    var covered = result.covered
    covered.formUnion(quiet)
    let found = LogGaps.holes(covered, result.aggregationInterval)
    holes = UInt64(found.count)
    longestHole = found.map(\.length).max() ?? 0
    records = input.counts.records.ok
    (accepted, rejected) = (result.accepted, result.rejected)
    skipDataWindows = UInt64(input.skipDataWindows)
    aggregationInterval = result.aggregationInterval
    reversedTimes = input.counts.reversedTimes
  }
}
