internal import FlowModel

/// What the last stage must know of the whole run.
struct SourceSettings: Sendable {
  var own: Set<IPAddress>
  var internalRanges: InternalRanges
}

/// Takes profiles of one worker; one call for hundreds of networks.
protocol ProfileSink: AnyObject {
  func observe(_ neighbourhoods: [Neighbourhood])
}

/// The last stage of one worker: reads the contacts of one source after the other, and makes of them the source's lines
/// in the tables and, if it tried anything that a detector may ask about, its profile.
struct SourceAssembler<Address: FlowAddress>: RowConsumer {
  /// Profiles are handed on when this many have gathered.
  private static var batchSize: Int { 512 }
  private static var heldContacts: Int { 64 }

  private let settings: SourceSettings
  private let sink: any ProfileSink
  private(set) var tables = Tables()

  private var last: ContactRow<Address>?
  private var profile: ProfileBuilder
  private var isProfiled = false
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
  private var isContinued = false
  private var ready: [Neighbourhood] = []

  init(_ settings: SourceSettings, sink: any ProfileSink) {
    self.settings = settings
    self.sink = sink
    profile = ProfileBuilder(settings)
  }

  mutating func take(_ row: ContactRow<Address>) {
    if let last, last.source != row.source {
      finishSource(last)
      if last.source.neighbourhood != row.source.neighbourhood { finishNeighbourhood(last) }
    }
    let continuesKey = last?.isSameKey(row) ?? false
    last = row
    addToTables(row, continuesKey: continuesKey)
    if row.conversations > 0 { addToProfile(row) }
  }

  /// Most sources are clients of whom no detector wants to know: their profile is begun only at the first contact that
  /// somebody may ask about, with the contacts held back until then.
  private mutating func addToProfile(_ row: ContactRow<Address>) {
    if !isProfiled {
      guard row.isWorthJudging || held.count == Self.heldContacts else {
        held.append(row)
        return
      }
      profile.begin(row.source.ipAddress)
      isProfiled = true
      for contact in held { profile.add(contact) }
    }
    profile.add(row)
  }

  /// Ends the last source of a partition.
  mutating func finishPartition() {
    if let last {
      finishSource(last)
      finishNeighbourhood(last)
    }
    last = nil
    flush()
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
    if isProfiled, let finished = profile.finish() { neighbours.append(finished) }
    if neighbours.count == Neighbourhood.limit {
      handOverNeighbours()
      isContinued = true
    }
    isProfiled = false
    held.removeAll(keepingCapacity: true)
    ssh = nil
    rejectedPorts.clear()
    lastRejectedDestination = nil
    (rejected.records, rejected.distinctDestinations) = (0, 0)
  }

  private mutating func finishNeighbourhood(_ row: ContactRow<Address>) {
    handOverNeighbours()
    isContinued = false
  }

  private mutating func handOverNeighbours() {
    guard let first = neighbours.first else { return }
    let length = first.address.isV4 ? 24 : 48
    if let network = IPNetwork(first.address, prefixLength: length) {
      ready.append(
        Neighbourhood(network: network, sources: neighbours, isContinued: isContinued)
      )
    }
    neighbours.removeAll(keepingCapacity: true)
    if ready.count >= Self.batchSize || isContinued { flush() }
  }

  private mutating func flush() {
    guard !ready.isEmpty else { return }
    sink.observe(ready)
    ready.removeAll(keepingCapacity: true)
  }
}

/// A set of ports that is cheap to clear.
struct PortSet {
  private var words = [UInt64](repeating: 0, count: 1024)
  private var touched: [Int] = []
  private(set) var count: UInt64 = 0

  mutating func insert(_ port: UInt16) {
    let word = Int(port >> 6)
    let bit = UInt64(1) << UInt64(port & 63)
    guard words[word] & bit == 0 else { return }
    if words[word] == 0 { touched.append(word) }
    words[word] |= bit
    count += 1
  }

  mutating func clear() {
    guard count > 0 else { return }
    for word in touched { words[word] = 0 }
    touched.removeAll(keepingCapacity: true)
    count = 0
  }
}

/// One source's sums for each service that it was seen on.
struct SweepTable {
  private struct Sums {
    var service: Service
    var destinations: UInt64 = 0
    var rejected: UInt64 = 0
    var records: UInt64 = 0
  }

  private var sums: [Sums] = []
  private var places = ServicePlaces()

  mutating func add<Address: FlowAddress>(_ row: ContactRow<Address>, continuesKey: Bool) {
    let service = Service(protocolNumber: row.protocolNumber, port: row.port)
    let place = places.place(of: service, count: sums.count)
    if place == sums.count { sums.append(Sums(service: service)) }
    if !continuesKey { sums[place].destinations += 1 }
    sums[place].rejected += UInt64(row.rejected)
    sums[place].records += UInt64(row.records)
  }

  mutating func finish(_ source: IPAddress, into table: inout TopRows<HostSweep>) {
    for sum in sums {
      table.offer(
        HostSweep(
          source: source,
          service: sum.service,
          distinctDestinations: sum.destinations,
          rejected: sum.rejected,
          records: sum.records
        )
      )
    }
    sums.removeAll(keepingCapacity: true)
    places.clear()
  }
}

/// Finds the place of a service in a list: by looking along a short list, by a dictionary once it has grown.
struct ServicePlaces {
  private static let shortList = 8
  private var services: [Service] = []
  private var index: [Service: Int] = [:]

  /// The place of the service; `count`, noted as its place from now on, when it is new.
  mutating func place(of service: Service, count: Int) -> Int {
    if services.count <= Self.shortList {
      if let place = services.lastIndex(of: service) { return place }
    } else if let place = index[service] {
      return place
    }
    services.append(service)
    if services.count == Self.shortList + 1 {
      for (place, known) in services.enumerated() { index[known] = place }
    } else if services.count > Self.shortList {
      index[service] = count
    }
    return count
  }

  mutating func clear() {
    services.removeAll(keepingCapacity: true)
    if !index.isEmpty { index.removeAll(keepingCapacity: true) }
  }
}
