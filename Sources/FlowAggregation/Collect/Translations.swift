internal import FlowModel

/// The ends that interfaces translate to, learned from records whose packets have other ends than the record.
///
/// At a NAT gateway the record of a client's request shows the gateway's address, and `pkt-dstaddr` shows the server
/// (AWS, "Flow log records"). The gateway sends the same packets on in its own name: what it exchanges with this end, and
/// only this end, was recorded at the client's side already.
struct Translations: Sendable {
  /// Whether any packet has other ends than its record.
  private(set) var areAny = false
  /// Hashes of an interface's address and of address, port and protocol of an end behind it.
  private var ends: Set<UInt64> = []
  /// Above it the smallest hashes are kept, so that the order of records has no effect.
  ///
  /// Other ends count twice.
  private static let most = 1 << 16

  /// Adds a record with the source and destination of its packets.
  mutating func add(_ record: Record, packets: (source: IPAddress, destination: IPAddress)) {
    areAny = true
    if packets.source != record.source {
      let end = Self.End(packets.source, record.sourcePort, record.transport)
      insert(end.hash(behind: record.source))
    }
    if packets.destination != record.destination {
      let end = Self.End(packets.destination, record.destinationPort, record.transport)
      insert(end.hash(behind: record.destination))
    }
  }

  /// What counts of a record.
  struct Record {
    var source: IPAddress
    var destination: IPAddress
    var sourcePort: UInt16
    var destinationPort: UInt16
    var transport: TransportProtocol
  }

  /// Adds those of another worker.
  mutating func merge(_ other: Translations) {
    areAny = areAny || other.areAny
    ends.formUnion(other.ends)
    if ends.count > Self.most { trim() }
  }

  /// One end of a packet.
  struct End {
    private let address: IPAddress
    private let service: UInt64

    init(_ address: IPAddress, _ port: UInt16, _ transport: TransportProtocol) {
      self.address = address
      service = UInt64(transport.rawValue) << 16 | UInt64(port)
    }

    fileprivate func hash(behind own: IPAddress) -> UInt64 {
      let far = Self.mixed(Self.mixed(address.high ^ service) ^ address.low)
      return Self.mixed(Self.mixed(far ^ own.high) ^ own.low)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
      var value = (value ^ value >> 32) &* 0xd6e8_feb8_6659_fd93
      value = (value ^ value >> 32) &* 0xd6e8_feb8_6659_fd93
      return value ^ value >> 32
    }
  }

  /// Whether an interface with the address translates to an end.
  func contains(_ end: End, behind own: IPAddress) -> Bool { ends.contains(end.hash(behind: own)) }

  private mutating func insert(_ hash: UInt64) {
    guard ends.insert(hash).inserted, ends.count >= 2 * Self.most else { return }
    trim()
  }

  private mutating func trim() { ends = Set(ends.sorted().prefix(Self.most)) }
}
