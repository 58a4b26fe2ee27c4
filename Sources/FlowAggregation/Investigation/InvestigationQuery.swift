package import FlowModel

/// The investigation target as a query of the stages.
package struct InvestigationQuery: Sendable {
  /// The networks of the target; empty for interfaces without a known local address.
  package private(set) var ranges: InvestigationRanges
  /// The networks that the user named; those of interfaces are not among them.
  private let named: InvestigationRanges
  /// The numbers of the interfaces whose records count.
  private(set) var interfaces: [UInt32] = []
  /// The instances whose records count.
  private var instances: [String] = []
  /// The services whose users are asked for; empty for hosts.
  private var services: [ServicePort] = []
  private var filter = InvestigationFilter()
  private var peers = InvestigationRanges([])
  /// Since when changes are shown; nil for no changes.
  package var since: TimePoint?
  /// The same, now that the log is known: a conversation that begins from here on is a later one.
  var moment: UInt32?
  /// Whether other interfaces have the address of one of the interfaces at the same time.
  private(set) var sharesAddress = false

  /// An address or range.
  package init(_ network: IPNetwork) { self.init(networks: [network]) }

  /// An interface by its number in the run's registry.
  ///
  /// An interface without a number is in no record.
  package init(interface: UInt32?) {
    self.init(networks: [])
    interfaces = [interface ?? .max]
  }

  private init(networks: [IPNetwork]) {
    ranges = InvestigationRanges(networks)
    named = ranges
  }

  /// A target of any kind.
  ///
  /// - Parameters:
  ///   - target: what the investigation is about.
  ///   - filter: which of its conversations count.
  ///   - number: gives the number of an interface; nil for one that no record has shown.
  package init(
    _ target: InvestigationTarget,
    _ filter: InvestigationFilter = InvestigationFilter(),
    number: (String) -> UInt32?
  ) {
    let services = target.services
    let everywhere = ["0.0.0.0/0", "::/0"].compactMap { IPNetwork($0) }
    let servers = services.compactMap(\.network)
    self.init(
      networks: services.isEmpty
        ? target.networks : servers.count == services.count ? servers : everywhere
    )
    (self.services, self.filter, instances) = (services, filter, target.instances)
    peers = InvestigationRanges(filter.peers)
    interfaces = target.interfaces.map { number($0) ?? .max }
  }

  /// Adds the interfaces of instances, which are known from their records only.
  package mutating func add(interfaces found: Set<UInt32>) {
    interfaces += found.subtracting(interfaces).sorted()
  }

  /// The query with the local addresses of its interfaces.
  func settled(_ own: LocalAddresses) -> InvestigationQuery {
    guard !interfaces.isEmpty else { return self }
    var query = self
    query.sharesAddress = interfaces.contains(where: own.sharing.contains)
    // Numbers of interfaces depend on the order of reading.
    let found = interfaces.flatMap(own.addresses(ofInterface:)).sorted().map(IPNetwork.init(only:))
    var networks = named.networks
    for network in found where !networks.contains(network) { networks.append(network) }
    query.ranges = InvestigationRanges(networks)
    return query
  }

  /// Where the target lies; nothing for services that may be anywhere.
  var networks: [IPNetwork] {
    services.contains { $0.network == nil } ? [] : ranges.networks
  }

  /// Whether it is a single address, so that members are not needed.
  var isOneAddress: Bool {
    services.isEmpty && ranges.networks.count == 1 && ranges.networks[0].isOneAddress
  }

  /// Whether the users of services are asked for.
  var isService: Bool { !services.isEmpty }

  /// Whether all records between the addresses count, whatever interface or port they have.
  private var isPlain: Bool {
    interfaces.isEmpty && instances.isEmpty && services.isEmpty && filter.isEmpty
  }

  // MARK: Ends

  /// Whether an address and its port belong to the target.
  @inline(__always)
  func isTarget(_ address: IPAddress, _ port: UInt16) -> Bool {
    services.isEmpty
      ? ranges.contains(address) : services.contains { $0.contains(address, port) }
  }

  /// Whether an address was named, and not found as that of an interface.
  func isNamed(_ address: IPAddress) -> Bool { named.contains(address) }

  /// Whether conversations with the other side count.
  @inline(__always)
  func takes(peer: IPAddress) -> Bool { peers.networks.isEmpty || peers.contains(peer) }

  /// Whether conversations with a service count.
  @inline(__always)
  func takes(service port: UInt16) -> Bool { filter.port.map { $0 == port } ?? true }

  // MARK: Records

  /// Calls the body for each record of a batch about the investigation target.
  package func forEach(in batch: borrowing RecordBatch, _ body: (Int) -> Void) {
    let hasPacketEnds = batch.hasPacketEnds
    if isPlain {
      batch.forEachTraffic { row in
        if isEnd(of: row, in: batch) || hasPacketEnds && isPacketEnd(of: row, in: batch) {
          body(row)
        }
      }
    } else {
      let instanceCodes = instanceCodes(in: batch)
      batch.forEachTraffic { row in
        if matches(row, in: batch, instanceCodes) { body(row) }
      }
    }
  }

  /// The interfaces of the target's instances in a batch; 0 is none.
  package func instanceInterfaces(in batch: borrowing RecordBatch) -> Set<UInt32> {
    let codes = instanceCodes(in: batch)
    guard !codes.isEmpty else { return [] }
    let column = batch.texts(.instanceId).codes
    var found: Set<UInt32> = []
    batch.forEachTraffic { row in
      if codes.contains(column[row]) { found.insert(batch.interface[row]) }
    }
    found.remove(0)
    return found
  }

  /// The codes of the target's instances in a batch's column.
  private func instanceCodes(in batch: borrowing RecordBatch) -> Set<UInt32> {
    guard !instances.isEmpty else { return [] }
    let column = batch.texts(.instanceId)
    let codes = (1..<max(1, UInt32(column.codeCount))).filter { code in
      column.text(code).map(instances.contains) ?? false
    }
    return Set(codes)
  }

  private func matches(
    _ row: Int,
    in batch: borrowing RecordBatch,
    _ instanceCodes: Set<UInt32>
  ) -> Bool {
    guard passesFilter(row, in: batch) else { return false }
    if interfaces.contains(batch.interface[row]) { return true }
    if !instanceCodes.isEmpty, instanceCodes.contains(batch.texts(.instanceId).codes[row]) {
      return true
    }
    guard services.isEmpty else { return isServiceEnd(of: row, in: batch) }
    return isEnd(of: row, in: batch) || batch.hasPacketEnds && isPacketEnd(of: row, in: batch)
  }

  private func passesFilter(_ row: Int, in batch: borrowing RecordBatch) -> Bool {
    if let port = filter.port, batch.sourcePort[row] != port, batch.destinationPort[row] != port {
      return false
    }
    guard !peers.networks.isEmpty else { return true }
    let ends = Self.ends(of: row, in: batch)
    guard interfaces.isEmpty, instances.isEmpty else {
      return peers.contains(ends.source) || peers.contains(ends.destination)
    }
    return peers.contains(ends.destination) && isTarget(ends.source, batch.sourcePort[row])
      || peers.contains(ends.source) && isTarget(ends.destination, batch.destinationPort[row])
  }

  private func isServiceEnd(of row: Int, in batch: borrowing RecordBatch) -> Bool {
    let ends = Self.ends(of: row, in: batch)
    return isTarget(ends.source, batch.sourcePort[row])
      || isTarget(ends.destination, batch.destinationPort[row])
  }

  /// The ends of the packets where the record shows them, else its own.
  private static func ends(
    of row: Int,
    in batch: borrowing RecordBatch
  ) -> (source: IPAddress, destination: IPAddress) {
    batch.hasPacketEnds && batch.hasOtherPacketEnds(row)
      ? (batch.packetSource[row], batch.packetDestination[row])
      : (batch.source[row], batch.destination[row])
  }

  @inline(__always)
  private func isEnd(of row: Int, in batch: borrowing RecordBatch) -> Bool {
    !batch.lacks(.sourceAddress, row) && ranges.contains(batch.source[row])
      || !batch.lacks(.destinationAddress, row) && ranges.contains(batch.destination[row])
  }

  private func isPacketEnd(of row: Int, in batch: borrowing RecordBatch) -> Bool {
    batch.hasOtherPacketEnds(row)
      && (ranges.contains(batch.packetSource[row]) || ranges.contains(batch.packetDestination[row]))
  }
}

extension LocalAddresses {
  /// The local addresses of one interface, at most one of each family.
  func addresses(ofInterface number: UInt32) -> [IPAddress] {
    guard number < v4.count else { return [] }
    return [v4[Int(number)], v6[Int(number)]].filter { $0 != RecordBatch.unspecified }
  }
}
