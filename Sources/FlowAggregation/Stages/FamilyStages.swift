internal import FlowFindings
internal import FlowModel
internal import Synchronization
internal import SystemFiles

/// What the stages of one address family give.
struct FamilyOutcome: Sendable {
  var tables = Tables()
  var totals = ConversationTotals()
  var spilledBytes = 0
  /// Login-like conversations that no detector saw, for want of room.
  var unjudgedLogins: UInt64 = 0
  /// How common outside services are.
  var prevalence = Prevalence()
  /// Contacts beyond what is told of one source.
  var contactsLeftOut: UInt64 = 0
  /// What the subject of an investigation did.
  var subject = SubjectTraffic()
}

/// The stages of one address family, from flow rows to profiles.
struct FamilyStages<Address: FlowAddress> {
  private let settings: AggregationSettings
  private let pairSettings: PairSettings
  private let threats: AddressLists
  private let makeSink: @Sendable () -> any ObservationSink
  private var outcome = FamilyOutcome()

  init(
    _ settings: AggregationSettings,
    _ pairSettings: PairSettings,
    threats: AddressLists,
    makeSink: @escaping @Sendable () -> any ObservationSink
  ) {
    self.threats = threats
    self.settings = settings
    self.pairSettings = pairSettings
    self.makeSink = makeSink
  }

  /// Runs the stages; the rows of each one leave memory as the next one takes them.
  consuming func run(
    _ rows: SharedStores<FlowRow<Address>>
  ) throws(SystemError) -> FamilyOutcome {
    var stages = self
    guard !rows.isEmpty else { return stages.outcome }
    var pairs = try stages.assemblePairs(rows)
    for pair in pairs {
      stages.outcome.tables.add(pair.tables)
      stages.outcome.totals.add(pair.totals)
      stages.outcome.spilledBytes += pair.spilledBytes
    }
    let endpoints = SharedStores(pairs.map(\.endpoints))
    let pending = SharedStores(pairs.map(\.pending))
    var contacts = pairs.map(\.contacts)
    var logins = pairs.map(\.logins)
    var calls = pairs.map(\.calls.rows)
    var hours = pairs.map(\.hours.rows)
    var subject = pairs.map(\.subject)
    pairs = []
    let fanIn = try stages.gatherFanIn(endpoints)
    for part in try stages.decidePending(pending, fanIn) {
      stages.outcome.totals.add(part.totals)
      contacts.append(part.contacts)
      logins.append(part.logins)
      calls.append(part.calls.rows)
      hours.append(part.hours.rows)
      subject.append(part.subject)
    }
    try stages.assembleLogins(&logins)
    let watched = try stages.assembleCalls(SharedStores(calls))
    try stages.assembleHours(SharedStores(hours))
    (calls, hours) = ([], [])
    let shared = SharedStores(contacts)
    contacts = []
    let (exposures, served) = try stages.assembleSources(shared, watched)
    try stages.assembleExposures(exposures)
    try stages.assembleServed(served)
    try stages.assembleSubject(&subject)
    return stages.outcome
  }

  private var workerBudget: Int { settings.memory / 2 / settings.threads }

  private func assemblePairs(
    _ shared: SharedStores<FlowRow<Address>>
  ) throws(SystemError) -> [PairAssembler<Address>] {
    let pairSettings = pairSettings
    let budget = workerBudget
    return try onWorkers {
      PairAssembler<Address>(pairSettings, budget: budget)
    } partition: { partition, assembler, merge throws(SystemError) in
      try shared.merge(partition, &merge, into: &assembler)
      assembler.finishPartition()
    }.finished()
  }

  private func gatherFanIn(
    _ shared: SharedStores<EndpointRow<Address>>
  ) throws(SystemError) -> FanIn<Address> {
    let collected = Mutex([[EndpointRow<Address>]](repeating: [], count: partitionCount))
    _ = try onWorkers {
      EndpointCollector<Address>()
    } partition: { partition, collector, merge throws(SystemError) in
      try shared.merge(partition, &merge, into: &collector)
      collector.finish()
      let rows = collector.rows
      collector.rows = []
      collected.withLock { $0[partition] = rows }
    }
    return FanIn(collected.withLock { $0 })
  }

  private func decidePending(
    _ shared: SharedStores<PendingRow<Address>>,
    _ fanIn: FanIn<Address>
  ) throws(SystemError) -> [PendingJudge<Address>] {
    let budget = workerBudget / 4
    let pairSettings = pairSettings
    return try onWorkers {
      PendingJudge<Address>(fanIn, pairSettings, budget: budget)
    } partition: { partition, judge, merge throws(SystemError) in
      try shared.merge(partition, &merge, into: &judge)
      judge.finishPartition()
    }.finished()
  }

  private var sourceSettings: SourceSettings {
    SourceSettings(
      border: pairSettings.border,
      threats: threats,
      tellsAll: pairSettings.tellsAll
    )
  }

  /// Leaves the collectors empty.
  private mutating func assembleLogins(
    _ collectors: inout [LoginCollector<Address>]
  ) throws(SystemError) {
    outcome.unjudgedLogins += collectors.reduce(0) { $0 + $1.leftOut }
    let endpoints = SharedStores(collectors.map(\.endpoints))
    let shared = SharedStores(collectors.map(\.rows))
    collectors = []
    guard !shared.isEmpty else { return }
    let speaking = try onWorkers {
      SpeakingCollector<Address>()
    } partition: { partition, collector, merge throws(SystemError) in
      try endpoints.merge(partition, &merge, into: &collector)
      collector.finish()
    }
    let speaksSSH = speaking.reduce(into: Set()) { $0.formUnion($1.endpoints) }
    let (settings, makeSink) = (sourceSettings, makeSink)
    let workers = try onWorkers {
      LoginAssembler<Address>(settings, speaksSSH: speaksSSH, sink: makeSink())
    } partition: { partition, assembler, merge throws(SystemError) in
      try shared.merge(partition, &merge, into: &assembler)
      assembler.finishPartition()
    }
    outcome.unjudgedLogins += workers.reduce(0) { $0 + $1.leftOut }
  }

  private mutating func assembleSources(
    _ shared: SharedStores<ContactRow<Address>>,
    _ watched: Set<OutsideService<Address>>
  ) throws(SystemError) -> (
    SharedStores<ExposureRow<Address>>, SharedStores<ServedRow<Address>>
  ) {
    let (settings, makeSink, budget) = (sourceSettings, makeSink, workerBudget / 4)
    var workers = try onWorkers {
      SourceAssembler<Address>(settings, watched: watched, budget: budget, sink: makeSink())
    } partition: { partition, assembler, merge throws(SystemError) in
      try shared.merge(partition, &merge, into: &assembler)
      assembler.finishPartition()
    }
    for index in workers.indices { workers[index].finish() }
    for worker in workers {
      if let failure = worker.exposures.failure ?? worker.served.rows.failure { throw failure }
      outcome.spilledBytes += worker.exposures.spilledBytes + worker.served.rows.spilledBytes
      outcome.tables.add(worker.tables)
      outcome.prevalence.add(worker.prevalence)
      outcome.contactsLeftOut += worker.contactsLeftOut
    }
    return (
      SharedStores(workers.map(\.exposures)), SharedStores(workers.map { $0.served.rows })
    )
  }

  /// Gives the outside services of which it matters how many hosts use them.
  private func assembleCalls(
    _ shared: SharedStores<CallRow<Address>>
  ) throws(SystemError) -> Set<OutsideService<Address>> {
    guard !shared.isEmpty else { return [] }
    let (settings, makeSink) = (pairSettings, makeSink)
    let workers = try onWorkers {
      CallAssembler<Address>(settings, sink: makeSink())
    } partition: { partition, assembler, merge throws(SystemError) in
      try shared.merge(partition, &merge, into: &assembler)
      assembler.finishPartition()
    }
    return workers.reduce(into: []) { $0.formUnion($1.watched) }
  }

  private func assembleHours(_ shared: SharedStores<HourRow<Address>>) throws(SystemError) {
    guard !shared.isEmpty else { return }
    let makeSink = makeSink
    _ = try onWorkers {
      HourAssembler<Address>(sink: makeSink())
    } partition: { partition, assembler, merge throws(SystemError) in
      try shared.merge(partition, &merge, into: &assembler)
      assembler.finishPartition()
    }
  }

  /// Leaves the collectors empty.
  private mutating func assembleSubject(
    _ collectors: inout [SubjectCollector<Address>]
  ) throws(SystemError) {
    guard let query = pairSettings.subject?.query else { return }
    for collector in collectors {
      outcome.subject.sent.add(collector.sent)
      outcome.subject.received.add(collector.received)
    }
    let rows = SharedStores(collectors.map(\.rows))
    collectors = []
    let (countsMembers, budget) = (!query.isOneAddress, workerBudget / 4)
    let workers = try onWorkers {
      SubjectAssembler<Address>(countsMembers: countsMembers, budget: budget)
    } partition: { partition, assembler, merge throws(SystemError) in
      try rows.merge(partition, &merge, into: &assembler)
      assembler.finishPartition()
    }
    for worker in workers {
      if let failure = worker.rest.failure { throw failure }
      outcome.spilledBytes += worker.rest.spilledBytes
      outcome.subject.add(worker.traffic)
    }
    let rest = SharedStores(workers.map(\.rest))
    let others = try onWorkers {
      SubjectRestAssembler<Address>()
    } partition: { partition, assembler, merge throws(SystemError) in
      try rest.merge(partition, &merge, into: &assembler)
      assembler.finishPartition()
    }
    for worker in others { outcome.subject.add(worker.traffic) }
  }

  private func assembleServed(_ shared: SharedStores<ServedRow<Address>>) throws(SystemError) {
    guard !shared.isEmpty else { return }
    let makeSink = makeSink
    _ = try onWorkers {
      ServedAssembler<Address>(sink: makeSink())
    } partition: { partition, assembler, merge throws(SystemError) in
      try shared.merge(partition, &merge, into: &assembler)
      assembler.finishPartition()
    }
  }

  private func assembleExposures(
    _ shared: SharedStores<ExposureRow<Address>>
  ) throws(SystemError) {
    guard !shared.isEmpty else { return }
    let makeSink = makeSink
    _ = try onWorkers {
      ExposureAssembler<Address>(sink: makeSink())
    } partition: { partition, assembler, merge throws(SystemError) in
      try shared.merge(partition, &merge, into: &assembler)
      assembler.finishPartition()
    }
  }

  /// Shares the partitions of a stage out among the workers.
  ///
  /// - Parameters:
  ///   - make: makes a worker's state.
  ///   - work: works on one partition.
  /// - Returns: the states of all workers.
  /// - Throws: the first error that a worker met.
  private func onWorkers<State, Row: KeyedRow>(
    _ make: @escaping @Sendable () -> State,
    partition work:
      @escaping @Sendable (Int, inout State, inout RowMerge<Row>) throws(SystemError) -> Void
  ) throws(SystemError) -> [State] {
    let next = Atomic<Int>(0)
    let states = Mutex<[Transfer<State>]>([])
    let failure = Mutex<SystemError?>(nil)
    Workers.run(settings.threads) { _ in
      var state = make()
      var merge = RowMerge<Row>()
      while true {
        let partition = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard partition < partitionCount, failure.withLock({ $0 == nil }) else { break }
        do throws(SystemError) {
          try work(partition, &state, &merge)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
      let done = Transfer(state)
      states.withLock { $0.append(done) }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    return states.withLock { $0.map(\.value) }
  }
}

/// Hands a worker's finished state to the thread that waits for it.
///
/// Unchecked because the compiler cannot see that a joined thread has let go of what it made; `Workers.run` joins all
/// threads before anybody looks.
private struct Transfer<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

extension Array {
  /// The parts with all that they held back, unless one of them could not spill.
  fileprivate consuming func finished<Address>() throws(SystemError) -> Self
  where Element == PairAssembler<Address> {
    var parts = self
    for index in parts.indices { parts[index].finish() }
    for part in parts { if let failure = part.failure { throw failure } }
    return parts
  }

  fileprivate consuming func finished<Address>() throws(SystemError) -> Self
  where Element == PendingJudge<Address> {
    var parts = self
    for index in parts.indices { parts[index].finish() }
    for part in parts { if let failure = part.failure { throw failure } }
    return parts
  }
}
