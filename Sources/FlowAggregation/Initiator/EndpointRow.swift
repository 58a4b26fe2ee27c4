internal import FlowModel

/// How many distinct endpoints an endpoint really talked with.
///
/// Counted over conversations in which both sides sent two packets or more, since probes would make a scanner with a fixed
/// source port look like a busy server; and not for the ephemeral side of a conversation that ports settle, which nobody
/// asks about.
struct EndpointRow<Address: FlowAddress>: KeyedRow {
  var address: Address
  var fanIn: UInt32
  var port: UInt16
  var protocolNumber: UInt8

  @inline(__always) var leadingKey: UInt64 { address.leading(with: Address(port)) }

  @inline(__always) var hash: UInt64 { Self.hash(address, port, protocolNumber) }

  @inline(__always)
  static func hash(_ address: Address, _ port: UInt16, _ protocolNumber: UInt8) -> UInt64 {
    mix(address.mixed &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(port) << 8 ^ UInt64(protocolNumber))
  }

  @inline(__always)
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.address != right.address { return left.address < right.address }
    return (left.port, left.protocolNumber) < (right.port, right.protocolNumber)
  }

  @inline(__always)
  func isSameKey(_ other: Self) -> Bool {
    address == other.address && port == other.port && protocolNumber == other.protocolNumber
  }

  @inline(__always)
  mutating func absorb(_ other: Self) -> Bool {
    guard isSameKey(other) else { return false }
    // Four thousand million peers of one endpoint are as many as any verdict can use.
    let (sum, overflowed) = fanIn.addingReportingOverflow(other.fanIn)
    fanIn = overflowed ? .max : sum
    return true
  }
}

/// The fan-in of endpoints with two peers or more, found by hash.
struct FanIn<Address: FlowAddress>: Sendable {
  private var partitions: [[EndpointRow<Address>]]

  init(_ partitions: [[EndpointRow<Address>]]) {
    self.partitions = partitions
  }

  /// Distinct peers of an endpoint, at least 1.
  ///
  /// - Complexity: constant on average: hashes are spread evenly, so the place is guessed from the hash.
  func callAsFunction(_ address: Address, _ port: UInt16, _ protocolNumber: UInt8) -> UInt32 {
    let hash = EndpointRow.hash(address, port, protocolNumber)
    let rows = partitions[Int(hash >> 56)]
    guard !rows.isEmpty else { return 1 }
    let within = hash << 8
    var index = Int(within.multipliedFullWidth(by: UInt64(rows.count)).high)
    while index > 0, rows[index].hash >= hash { index -= 1 }
    while index < rows.count, rows[index].hash < hash { index += 1 }
    while index < rows.count, rows[index].hash == hash {
      let row = rows[index]
      if row.address == address, row.port == port, row.protocolNumber == protocolNumber {
        return row.fanIn
      }
      index += 1
    }
    return 1
  }
}

/// Gathers the endpoints with two peers or more of one partition.
struct EndpointCollector<Address: FlowAddress>: RowConsumer {
  var rows: [EndpointRow<Address>] = []

  mutating func take(_ row: EndpointRow<Address>) {
    if let last = rows.indices.last, rows[last].absorb(row) { return }
    if let last = rows.last, last.fanIn < 2 { rows.removeLast() }
    rows.append(row)
  }

  /// Drops the last endpoint if it has one peer only.
  mutating func finish() {
    if let last = rows.last, last.fanIn < 2 { rows.removeLast() }
  }
}
