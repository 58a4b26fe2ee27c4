internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// Reads the host-service pairs of one source after the other.
///
/// Creates the source's lines in the tables, its profiles if they are relevant for a detector, and the exposure of
/// sensitive services.
struct SourceAssembler<Address: FlowAddress>: RowAssembler {
  private static var heldServicePairs: Int { 64 }
  /// Minimum of bytes in both directions that a NAT gateway sent on.
  private static var largeSentOn: UInt64 { 1 << 20 }

  let settings: SourceSettings
  var answering: AnsweringPairs<Address>
  private var isFollowed = false
  private var users: UserCounter<Address>
  private var served: ServedCollector<Address>
  private var directionCounter: DirectionCounter<Address>
  private let exposures: RowTable<ExposureRow<Address>>
  private(set) var tables = Tables()

  private var last: HostServiceRow<Address>?
  /// The service whose rows for other purposes may follow; only where packets have other ends than records.
  private var waiting: HostServiceRow<Address>?
  /// Profiles for internal destinations and for external ones.
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
    answering = AnsweringPairs(worker.outcome.tables.portScans.rows)
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
      isFollowed = answering.follows(row.source)
    }
    if isFollowed { answering.add(row) }
    let continuesKey = last?.isSameKey(row) ?? false
    last = row
    if !row.isForDetectorsOnly { addToTables(row, continuesKey: continuesKey) }
    guard !settings.marksAnswers else { return observe(row) }
    if waiting?.absorbOtherPurpose(row) == true { return }
    finishWaiting()
    waiting = row
  }

  /// Ends the rows of one service that are for different purposes.
  private mutating func finishWaiting() {
    if let waiting { observe(waiting) }
    waiting = nil
  }

  /// Adds a row for detectors.
  private mutating func observe(_ row: HostServiceRow<Address>) {
    if row.isSentOn, isInside { noteSentOn(row) }
    guard row.conversations > 0 else { return }
    addToProfile(row)
    if !settings.threats.isEmpty { noteThreat(row) }
    tell(row)
  }

  /// The traffic that a NAT gateway sent on, for detectors.
  private mutating func noteSentOn(_ row: HostServiceRow<Address>) {
    guard row.bytes +| row.replyBytes >= Self.largeSentOn,
      !settings.perimeter.isInside(row.destination.ipAddress)
    else { return }
    batch.add(sentOn: HostServicePair(row, .outbound))
    batch.flushIfFull()
  }

  /// The data for detectors of host-service pairs and for the history.
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

  /// Number of internal hosts with external traffic, and of those with each counted service.
  var prevalence: Prevalence { users.prevalence }
  /// Host-service pairs of single sources above the limit.
  var contactsLeftOut: UInt64 { directionCounter.leftOut }

  /// Most sources are clients that are irrelevant for all detectors.
  ///
  /// Their profile is created at the first relevant host-service pair, with the pairs held back until then.
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

  /// Conversations between two external addresses, as transit interfaces record them, are irrelevant for this network.
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
    finishWaiting()
    if let ssh { tables.sshSources.offer(ssh) }
    if rejected.records > 0 {
      rejected.source = row.source.ipAddress
      rejected.distinctPorts = rejectedPorts.count
      tables.rejectedSources.offer(rejected)
    }
    sweeps.finish(
      row.source.ipAddress,
      marksAnswers: settings.marksAnswers,
      into: &tables.hostSweeps
    )
    if isProfiled { finishProfiles() }
    directionCounter.finishSource(into: &batch)
    users.finishSource()
    // All data of one source is in one batch.
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
