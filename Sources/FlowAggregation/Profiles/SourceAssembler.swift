internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// What the last stages must know of the whole run.
struct SourceSettings: Sendable {
  var border: NetworkBorder
  var threats: AddressLists
  /// Whether a memory is kept, which asks for more than detectors do.
  var tellsAll = false
}

/// What sources did to services of destinations.
struct SourceStage<Address: FlowAddress>: TableStage {
  var table: TableKey<ContactRow<Address>> { ContactRow.table }

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
/// in the tables and, if it tried anything that a detector may ask about, its profiles; and of contacts from outside with
/// sensitive services what the services' exposure is made of.
struct SourceAssembler<Address: FlowAddress>: RowAssembler {
  private static var heldContacts: Int { 64 }

  private let settings: SourceSettings
  private var users: UserCounter<Address>
  private var served: ServedCollector<Address>
  private var teller: ContactTeller<Address>
  private let exposures: RowTable<ExposureRow<Address>>
  private(set) var tables = Tables()

  private var last: ContactRow<Address>?
  /// Towards own and internal addresses, and towards the outside.
  private var inward = ProfileBuilder()
  private var outward = ProfileBuilder()
  private var isProfiled = false
  private var isInside = false
  private var opened: [ExposureRow<Address>] = []
  private var held: [ContactRow<Address>] = []
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
  private var neighbours: [SourceProfile] = []
  private var neighboursWeight = 0
  private var isContinued = false
  private var batch: ObservationBatch

  init(_ worker: StageWorker<Address>) {
    settings = worker.sources
    users = UserCounter(worker.outcome.watched)
    served = ServedCollector(worker)
    teller = ContactTeller(tellsAll: settings.tellsAll)
    exposures = worker.tables.table(ExposureRow.table)
    batch = ObservationBatch(worker.makeSink())
  }

  mutating func take(_ row: ContactRow<Address>) {
    if last?.source != row.source {
      if let last {
        finishSource(last)
        if last.source.neighbourhood != row.source.neighbourhood { finishNeighbourhood() }
      }
      isInside = settings.border.isInside(row.source.ipAddress)
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
  private mutating func tell(_ row: ContactRow<Address>) {
    let reachesInside = settings.border.isInside(row.destination.ipAddress)
    if reachesInside { served.note(row, fromInside: isInside) }
    guard isInside || reachesInside else { return }
    if isInside, !reachesInside {
      guard !row.destination.ipAddress.isSpecial else { return }
      users.note(row)
      teller.note(row, .outbound)
    } else {
      teller.note(row, isInside ? .lateral : .inbound)
    }
  }

  /// How many inside hosts talk to the outside, and to the services that were asked for.
  var prevalence: Prevalence { users.prevalence }
  /// Contacts of single sources beyond what is told.
  var contactsLeftOut: UInt64 { teller.leftOut }

  /// Most sources are clients of whom no detector wants to know: their profile is begun only at the first contact that
  /// somebody may ask about, with the contacts held back until then.
  private mutating func addToProfile(_ row: ContactRow<Address>) {
    if !isProfiled {
      guard row.isWorthJudging || held.count == Self.heldContacts else {
        held.append(row)
        return
      }
      beginProfile(row.source.ipAddress)
      for contact in held { judge(contact) }
    }
    judge(row)
  }

  private mutating func beginProfile(_ address: IPAddress) {
    inward.begin(address, isInternal: isInside, bearing: isInside ? .lateral : .inbound)
    outward.begin(address, isInternal: isInside, bearing: .outbound)
    isProfiled = true
  }

  /// Conversations between two outsiders, as transit interfaces see them, say nothing of this network.
  private mutating func judge(_ row: ContactRow<Address>) {
    if settings.border.isInside(row.destination.ipAddress) {
      inward.add(row)
      if !isInside, row.opensWatchedService { opened.append(ExposureRow(row)) }
    } else if isInside, !row.destination.ipAddress.isSpecial {
      outward.add(row)
    }
  }

  private mutating func noteThreat(_ row: ContactRow<Address>) {
    let (source, destination) = (row.source.ipAddress, row.destination.ipAddress)
    let listed = isInside ? destination : source
    let inside = isInside ? source : destination
    guard let match = settings.threats.match(listed), settings.border.isInside(inside),
      !settings.border.isInside(listed)
    else { return }
    batch.add(
      ThreatContact(
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
      finishNeighbourhood()
    }
    last = nil
    batch.flush()
  }

  /// Ends the last partition.
  mutating func finish() { served.flush() }

  private mutating func addToTables(_ row: ContactRow<Address>, continuesKey: Bool) {
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

  private mutating func addSSH(_ row: ContactRow<Address>, continuesKey: Bool) {
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

  private mutating func finishSource(_ row: ContactRow<Address>) {
    if let ssh { tables.sshSources.offer(ssh) }
    if rejected.records > 0 {
      rejected.source = row.source.ipAddress
      rejected.distinctPorts = rejectedPorts.count
      tables.rejectedSources.offer(rejected)
    }
    sweeps.finish(row.source.ipAddress, into: &tables.hostSweeps)
    if isProfiled { finishProfiles() }
    teller.finishSource(into: &batch)
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
      neighboursWeight += finished.weight
      neighbours.append(finished)
    }
    if neighbours.count >= Neighbourhood.limit || neighboursWeight >= Neighbourhood.weightLimit {
      handOverNeighbours()
      isContinued = true
    }
    isProfiled = false
  }

  private mutating func finishNeighbourhood() {
    handOverNeighbours()
    isContinued = false
  }

  private mutating func handOverNeighbours() {
    guard let first = neighbours.first else { return }
    let length = first.address.isV4 ? 24 : 48
    if let network = IPNetwork(first.address, prefixLength: length) {
      batch.add(
        Neighbourhood(network: network, sources: neighbours, isContinued: isContinued)
      )
    }
    neighbours.removeAll(keepingCapacity: true)
    neighboursWeight = 0
    if isContinued { batch.flush() }
  }
}
