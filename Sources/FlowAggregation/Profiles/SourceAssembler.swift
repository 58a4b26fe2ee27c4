internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// What the last stages must know of the whole run.
struct SourceSettings: Sendable {
  var perimeter: NetworkPerimeter
  var threats: AddressLists
  /// Whether a memory is kept, which asks for more than detectors do.
  var tellsAll = false
}

/// What sources did to services of destinations.
struct SourceStage<Address: FlowAddress>: TableStage {
  var table: TableKey<HostServiceRow<Address>> { HostServiceRow.table }

  func assembler(_ worker: StageWorker<Address>) -> SourceAssembler<Address> {
    SourceAssembler(worker)
  }

  func finish(
    _ assemblers: [SourceAssembler<Address>],
    into outcome: inout FamilyOutcome<Address>
  ) {
    for assembler in assemblers {
      outcome.tables.add(assembler.tables)
      outcome.prevalence.add(assembler.prevalence)
      outcome.contactsLeftOut += assembler.contactsLeftOut
    }
  }
}

/// Reads the contacts of one source after the other, and makes of them the source's lines
/// in the tables and, if it tried anything that a detector may ask about, its profiles; and of contacts from outside
/// with sensitive services what the services' exposure is made of.
struct SourceAssembler<Address: FlowAddress>: RowAssembler {
  private static var heldServicePairs: Int { 64 }

  private let settings: SourceSettings
  private var users: UserCounter<Address>
  private var served: ServedCollector<Address>
  private var directionCounter: DirectionCounter<Address>
  private let exposures: RowTable<ExposureRow<Address>>
  private(set) var tables = Tables()

  private var last: HostServiceRow<Address>?
  /// Towards own and internal addresses, and towards the outside.
  private var inward = ProfileBuilder()
  private var outward = ProfileBuilder()
  private var isProfiled = false
  private var isInside = false
  private var opened: [ExposureRow<Address>] = []
  private var held: [HostServiceRow<Address>] = []
  private var sweeps = SweepTable()
  private var rejectedPorts = PortSet()
  private var rejected = RejectedSource(
    source: RecordBatch.unspecified,
    records: 0,
    distinctDestinations: 0,
    distinctPorts: 0
  )
  private var ssh: SSHSource?
  private var lastRejectedDestination: Address?
  private var sourcesOfPrefix: [SourceProfile] = []
  private var sourcesOfPrefixWeight = 0
  private var isContinued = false
  private var batch: ObservationBatch

  init(_ worker: StageWorker<Address>) {
    settings = worker.sources
    users = UserCounter(worker.outcome.watched)
    served = ServedCollector(worker)
    directionCounter = DirectionCounter(tellsAll: settings.tellsAll)
    exposures = worker.tables.table(ExposureRow.table)
    batch = ObservationBatch(worker.makeSink())
  }

  mutating func take(_ row: HostServiceRow<Address>) {
    if last?.source != row.source {
      if let last {
        finishSource(last)
        if last.source.sourcePrefix != row.source.sourcePrefix { finishSourcePrefix() }
      }
      isInside = settings.perimeter.isInside(row.source.ipAddress)
    }
    let continuesKey = last?.isSameKey(row) ?? false
    last = row
    addToTables(row, continuesKey: continuesKey)
    guard row.conversations > 0 else { return }
    addToProfile(row)
    if !settings.threats.isEmpty { noteThreat(row) }
    tell(row)
  }

  /// What detectors of single contacts, and the memory, ask for.
  @inline(__always)
  private mutating func tell(_ row: HostServiceRow<Address>) {
    let reachesInside = settings.perimeter.isInside(row.destination.ipAddress)
    if reachesInside { served.note(row, fromInside: isInside) }
    guard isInside || reachesInside else { return }
    if isInside, !reachesInside {
      guard !row.destination.ipAddress.isSpecial else { return }
      users.note(row)
      directionCounter.note(row, .outbound)
    } else {
      directionCounter.note(row, isInside ? .lateral : .inbound)
    }
  }

  /// How many inside hosts talk to the outside, and to the services that were asked for.
  var prevalence: Prevalence { users.prevalence }
  /// Contacts of single sources beyond what is told.
  var contactsLeftOut: UInt64 { directionCounter.leftOut }

  /// Most sources are clients of whom no detector wants to know: their profile is begun only at the first contact that
  /// somebody may ask about, with the contacts held back until then.
  private mutating func addToProfile(_ row: HostServiceRow<Address>) {
    if !isProfiled {
      guard row.isWorthJudging || held.count == Self.heldServicePairs else {
        held.append(row)
        return
      }
      beginProfile(row.source.ipAddress)
      for servicePair in held { judge(servicePair) }
    }
    judge(row)
  }

  private mutating func beginProfile(_ address: IPAddress) {
    inward.begin(address, isInternal: isInside, trafficDirection: isInside ? .lateral : .inbound)
    outward.begin(address, isInternal: isInside, trafficDirection: .outbound)
    isProfiled = true
  }

  /// Conversations between two outsiders, as transit interfaces see them, say nothing of this network.
  private mutating func judge(_ row: HostServiceRow<Address>) {
    if settings.perimeter.isInside(row.destination.ipAddress) {
      inward.add(row)
      if !isInside, row.opensWatchedService { opened.append(ExposureRow(row)) }
    } else if isInside, !row.destination.ipAddress.isSpecial {
      outward.add(row)
    }
  }

  private mutating func noteThreat(_ row: HostServiceRow<Address>) {
    let (source, destination) = (row.source.ipAddress, row.destination.ipAddress)
    let listed = isInside ? destination : source
    let inside = isInside ? source : destination
    guard let match = settings.threats.match(listed), settings.perimeter.isInside(inside),
      !settings.perimeter.isInside(listed)
    else { return }
    batch.add(
      ThreatServicePair(
        listed: listed,
        match: match,
        inside: inside,
        isOutbound: isInside,
        service: row.service,
        outcomes: row.outcomes,
        sums: row.sums,
        replyBytes: row.replyBytes,
        sure: UInt64(row.sure)
      )
    )
  }

  /// Ends the last source of a partition.
  mutating func finishPartition() {
    if let last {
      finishSource(last)
      finishSourcePrefix()
    }
    last = nil
    batch.flush()
  }

  /// Ends the last partition.
  mutating func finish() { served.flush() }

  private mutating func addToTables(_ row: HostServiceRow<Address>, continuesKey: Bool) {
    if row.records > 0, row.transport.isKnown {
      sweeps.add(row, continuesKey: continuesKey)
      if row.transport == .tcp, row.port == 22 {
        addSSH(row, continuesKey: continuesKey)
      }
    }
    let refusals = UInt64(row.rejected) + UInt64(row.replyRejected)
    if refusals > 0 {
      rejected.records += refusals
      if lastRejectedDestination != row.destination { rejected.distinctDestinations += 1 }
      lastRejectedDestination = row.destination
      rejectedPorts.insert(row.port)
    }
  }

  private mutating func addSSH(_ row: HostServiceRow<Address>, continuesKey: Bool) {
    var sum =
      ssh
      ?? SSHSource(
        source: row.source.ipAddress,
        records: 0,
        distinctDestinations: 0,
        accepted: 0,
        rejected: 0,
        bytes: 0,
        first: .max,
        last: 0
      )
    sum.records += UInt64(row.records)
    if !continuesKey { sum.distinctDestinations += 1 }
    sum.accepted += UInt64(row.accepted)
    sum.rejected += UInt64(row.rejected)
    sum.bytes +|= row.bytes
    sum.first = min(sum.first, row.first)
    sum.last = max(sum.last, row.last)
    ssh = sum
  }

  private mutating func finishSource(_ row: HostServiceRow<Address>) {
    if let ssh { tables.sshSources.offer(ssh) }
    if rejected.records > 0 {
      rejected.source = row.source.ipAddress
      rejected.distinctPorts = rejectedPorts.count
      tables.rejectedSources.offer(rejected)
    }
    sweeps.finish(row.source.ipAddress, into: &tables.hostSweeps)
    if isProfiled { finishProfiles() }
    directionCounter.finishSource(into: &batch)
    users.finishSource()
    // All that a detector asks of one source comes in one batch.
    batch.flushIfFull()
    held.removeAll(keepingCapacity: true)
    ssh = nil
    rejectedPorts.clear()
    lastRejectedDestination = nil
    (rejected.records, rejected.distinctDestinations) = (0, 0)
  }

  private mutating func finishProfiles() {
    for row in opened { exposures.append(row.from(prober: inward.hasFailed)) }
    opened.removeAll(keepingCapacity: true)
    for finished in [inward.finish(), outward.finish()] {
      guard let finished else { continue }
      sourcesOfPrefixWeight += finished.weight
      sourcesOfPrefix.append(finished)
    }
    if sourcesOfPrefix.count >= SourcePrefix.limit
      || sourcesOfPrefixWeight >= SourcePrefix.weightLimit
    {
      handOverSourcesOfPrefix()
      isContinued = true
    }
    isProfiled = false
  }

  private mutating func finishSourcePrefix() {
    handOverSourcesOfPrefix()
    isContinued = false
  }

  private mutating func handOverSourcesOfPrefix() {
    guard let first = sourcesOfPrefix.first else { return }
    let length = first.address.isV4 ? 24 : 48
    if let network = IPNetwork(first.address, prefixLength: length) {
      batch.add(
        SourcePrefix(network: network, sources: sourcesOfPrefix, isContinued: isContinued)
      )
    }
    sourcesOfPrefix.removeAll(keepingCapacity: true)
    sourcesOfPrefixWeight = 0
    if isContinued { batch.flush() }
  }
}
