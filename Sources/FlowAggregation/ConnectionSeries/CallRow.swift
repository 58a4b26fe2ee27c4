internal import FlowModel

/// One conversation with an outside host, or with one inside, kept for its time and size.
///
/// A series of these shows what no sum can: a beat. Only conversations that somebody may ask about become rows: see
/// `CallCollector`.
struct CallRow<Address: FlowAddress>: KeyedRow {
  /// Who began it.
  var host: Address
  var peer: Address
  var clientBytes: UInt64
  var serverBytes: UInt64
  /// Packets that the client sent, at most 2^32 - 1.
  var clientPackets: UInt32
  var first: UInt32
  var last: UInt32
  var port: UInt16
  var protocolNumber: UInt8
  var isAnswered: Bool
  /// Whether it is known that the host began it; of long and large conversations it need not be.
  var isDirected: Bool

  var service: UInt32 { UInt32(protocolNumber) << 16 | UInt32(port) }
  /// In seconds.
  var duration: UInt32 { last > first ? last - first : 0 }

  @inline(__always) var leadingKey: UInt64 { host.leading(with: peer) }

  @inline(__always)
  var hash: UInt64 { mix(host.mixed &* 0x9e37_79b9_7f4a_7c15 ^ peer.mixed) }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.host != right.host { return left.host < right.host }
    if left.peer != right.peer { return left.peer < right.peer }
    if left.service != right.service { return left.service < right.service }
    if left.first != right.first { return left.first < right.first }
    if left.last != right.last { return left.last < right.last }
    return (left.clientBytes, left.serverBytes) < (right.clientBytes, right.serverBytes)
  }

  func isSameSeries(_ other: Self) -> Bool {
    host == other.host && peer == other.peer && service == other.service
  }

  /// Conversations are final; none is like another one.
  func absorb(_ other: Self) -> Bool { false }
}
