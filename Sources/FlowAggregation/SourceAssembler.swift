internal import FlowModel

/// What the last stages must know of the whole run.
struct SourceSettings: Sendable {
  var own: Set<IPAddress>
  var internalRanges: InternalRanges
  var threats: AddressLists

  /// Whether the address lies on the network's side of the border.
  func isInside(_ address: IPAddress) -> Bool {
    internalRanges.contains(address) || own.contains(address)
  }
}

/// The last stage of one worker: reads the contacts of one source after the other, and makes of them the source's lines
/// in the tables and, if it tried anything that a detector may ask about, its profiles; and of contacts from outside with
/// sensitive services what the services' exposure is made of.
struct SourceAssembler<Address: FlowAddress>: RowConsumer {
  private static var heldContacts: Int { 64 }

  private let settings: SourceSettings
  private(set) var exposures: RowStore<ExposureRow<Address>>
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

  init(_ settings: SourceSettings, budget: Int, sink: any ObservationSink) {
    self.settings = settings
    exposures = RowStore(budget: budget)
    batch = ObservationBatch(sink)
  }

  mutating func take(_ row: ContactRow<Address>) {
    if last?.source != row.source {
      if let last {
        finishSource(last)
        if last.source.neighbourhood != row.source.neighbourhood { finishNeighbourhood() }
      }
      isInside = settings.isInside(row.source.ipAddress)
    }
    let continuesKey = last?.isSameKey(row) ?? false
    last = row
    addToTables(row, continuesKey: continuesKey)
    guard row.conversations > 0 else { return }
    addToProfile(row)
    if !settings.threats.isEmpty { noteThreat(row) }
  }

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
    if settings.isInside(row.destination.ipAddress) {
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
    guard let match = settings.threats.match(listed), settings.isInside(inside),
      !settings.isInside(listed)
    else { return }
    batch.add(
      ThreatContact(
        listed: listed,
        match: match,
        inside: inside,
        isOutbound: isInside,
        service: Service(protocolNumber: row.protocolNumber, port: row.port),
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

  private mutating func addToTables(_ row: ContactRow<Address>, continuesKey: Bool) {
    if row.records > 0, row.protocolNumber != RecordBatch.unknownProtocol {
      sweeps.add(row, continuesKey: continuesKey)
      if row.protocolNumber == ProtocolNumber.tcp, row.port == 22 {
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
