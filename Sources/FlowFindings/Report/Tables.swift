public import FlowModel

/// A row of a ranked table.
public protocol TableRow: Sendable, Equatable {
  /// The order of the table: the lead column first, then the keys, so that no two rows are equal.
  static func ranksBefore(_ left: Self, _ right: Self) -> Bool
}

/// The best rows of a table, exact: a row that is offered once with its final sums cannot be lost wrongly.
public struct TopRows<Row: TableRow>: Sendable {
  /// How many rows a table shows.
  public static var limit: Int { 20 }

  /// The rows in order.
  public private(set) var rows: [Row] = []

  /// An empty table.
  public init() {}

  /// Offers a row; most are turned away by one comparison.
  public mutating func offer(_ row: Row) {
    if rows.count == Self.limit {
      guard Row.ranksBefore(row, rows[rows.count - 1]) else { return }
      rows.removeLast()
    }
    let place = rows.firstIndex { Row.ranksBefore(row, $0) } ?? rows.count
    rows.insert(row, at: place)
  }

  /// Changes rows in what their order does not depend on.
  package mutating func update(_ body: (inout Row) -> Void) {
    for place in rows.indices { body(&rows[place]) }
  }

  /// Offers all rows of another part of the table.
  public mutating func add(_ other: TopRows) {
    for row in other.rows { offer(row) }
  }
}

/// A source of records to tcp/22.
public struct SSHSource: TableRow {
  /// The source address.
  public var source: IPAddress
  /// Records with log-status OK.
  public var records: UInt64
  /// Distinct destination addresses.
  public var distinctDestinations: UInt64
  /// Accepted records.
  public var accepted: UInt64
  /// Rejected records.
  public var rejected: UInt64
  /// Bytes.
  public var bytes: UInt64
  /// Smallest start, Unix seconds.
  public var first: UInt32
  /// Largest end, Unix seconds.
  public var last: UInt32

  /// Puts the values together.
  package init(
    source: IPAddress,
    records: UInt64,
    distinctDestinations: UInt64,
    accepted: UInt64,
    rejected: UInt64,
    bytes: UInt64,
    first: UInt32,
    last: UInt32
  ) {
    self.source = source
    self.records = records
    self.distinctDestinations = distinctDestinations
    self.accepted = accepted
    self.rejected = rejected
    self.bytes = bytes
    self.first = first
    self.last = last
  }

  /// Whether the left row stands above the right one.
  public static func ranksBefore(_ left: SSHSource, _ right: SSHSource) -> Bool {
    if left.distinctDestinations != right.distinctDestinations {
      return left.distinctDestinations > right.distinctDestinations
    }
    return left.records != right.records
      ? left.records > right.records : left.source < right.source
  }
}

/// A source and the ports that it tried on one destination.
public struct PortScan: TableRow {
  /// The source address.
  public var source: IPAddress
  /// The destination address.
  public var destination: IPAddress
  /// Distinct destination ports.
  public var distinctPorts: UInt64
  /// Rejected records.
  public var rejected: UInt64
  /// Records with log-status OK.
  public var records: UInt64

  /// Whether the source initiated none of the conversations, so that the records are a server's answers.
  ///
  /// False where that is not known. It is a mark for people: sums and order do not depend on it.
  public package(set) var isAnswers = false

  /// Puts the values together.
  package init(
    source: IPAddress,
    destination: IPAddress,
    distinctPorts: UInt64,
    rejected: UInt64,
    records: UInt64
  ) {
    self.source = source
    self.destination = destination
    self.distinctPorts = distinctPorts
    self.rejected = rejected
    self.records = records
  }

  /// Whether the left row stands above the right one.
  public static func ranksBefore(_ left: PortScan, _ right: PortScan) -> Bool {
    left.distinctPorts != right.distinctPorts
      ? left.distinctPorts > right.distinctPorts
      : (left.source, left.destination) < (right.source, right.destination)
  }
}

/// A source and the destinations that it tried one service on.
public struct HostSweep: TableRow {
  /// The source address.
  public var source: IPAddress
  /// Protocol and destination port.
  public var service: Service
  /// Distinct destination addresses.
  public var distinctDestinations: UInt64
  /// Rejected records.
  public var rejected: UInt64
  /// Records with log-status OK.
  public var records: UInt64

  /// Whether the source initiated none of the conversations, so that the records are a server's answers.
  ///
  /// False where that is not known. It is a mark for people: sums and order do not depend on it.
  public package(set) var isAnswers = false

  /// Puts the values together.
  package init(
    source: IPAddress,
    service: Service,
    distinctDestinations: UInt64,
    rejected: UInt64,
    records: UInt64
  ) {
    self.source = source
    self.service = service
    self.distinctDestinations = distinctDestinations
    self.rejected = rejected
    self.records = records
  }

  /// Whether the left row stands above the right one.
  public static func ranksBefore(_ left: HostSweep, _ right: HostSweep) -> Bool {
    if left.distinctDestinations != right.distinctDestinations {
      return left.distinctDestinations > right.distinctDestinations
    }
    if left.source != right.source { return left.source < right.source }
    return (left.service.port, left.service.protocolNumber)
      < (right.service.port, right.service.protocolNumber)
  }
}

/// What one address sent to another one.
public struct Talker: TableRow {
  /// The source address.
  public var source: IPAddress
  /// The destination address.
  public var destination: IPAddress
  /// Bytes.
  public var bytes: UInt64
  /// Packets.
  public var packets: UInt64
  /// Records with log-status OK.
  public var records: UInt64

  /// Puts the values together.
  package init(
    source: IPAddress,
    destination: IPAddress,
    bytes: UInt64,
    packets: UInt64,
    records: UInt64
  ) {
    self.source = source
    self.destination = destination
    self.bytes = bytes
    self.packets = packets
    self.records = records
  }

  /// Whether the left row stands above the right one.
  public static func ranksBefore(_ left: Talker, _ right: Talker) -> Bool {
    left.bytes != right.bytes
      ? left.bytes > right.bytes
      : (left.source, left.destination) < (right.source, right.destination)
  }
}

/// A source of rejected records.
public struct RejectedSource: TableRow {
  /// The source address.
  public var source: IPAddress
  /// Records with log-status OK.
  public var records: UInt64
  /// Distinct destination addresses.
  public var distinctDestinations: UInt64
  /// Distinct destination ports.
  public var distinctPorts: UInt64

  /// Puts the values together.
  package init(
    source: IPAddress,
    records: UInt64,
    distinctDestinations: UInt64,
    distinctPorts: UInt64
  ) {
    self.source = source
    self.records = records
    self.distinctDestinations = distinctDestinations
    self.distinctPorts = distinctPorts
  }

  /// Whether the left row stands above the right one.
  public static func ranksBefore(_ left: RejectedSource, _ right: RejectedSource) -> Bool {
    left.records != right.records ? left.records > right.records : left.source < right.source
  }
}

/// The six tables of a report: plain sums over records with log-status OK, without any inference.
public struct Tables: Sendable {
  /// By distinct destinations, then records.
  public var sshSources = TopRows<SSHSource>()
  /// By distinct ports; protocols 6 and 17, reply-shaped records left out.
  public var portScans = TopRows<PortScan>()
  /// By distinct destinations; reply-shaped records left out.
  public var hostSweeps = TopRows<HostSweep>()
  /// By bytes.
  public var topTalkers = TopRows<Talker>()
  /// By bytes; from internal to external addresses.
  public var externalDestinations = TopRows<Talker>()
  /// By records.
  public var rejectedSources = TopRows<RejectedSource>()

  /// Empty tables.
  public init() {}

  package mutating func add(_ other: Tables) {
    sshSources.add(other.sshSources)
    portScans.add(other.portScans)
    hostSweeps.add(other.hostSweeps)
    topTalkers.add(other.topTalkers)
    externalDestinations.add(other.externalDestinations)
    rejectedSources.add(other.rejectedSources)
  }
}
