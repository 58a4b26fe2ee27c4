internal import FlowModel

/// The protocol of a record, or that it is not recorded, which no protocol number can express.
struct TransportProtocol: Hashable, Comparable, BitwiseCopyable, Sendable {
  /// An IANA number; 256 for not recorded.
  let rawValue: UInt16

  /// A protocol by its IANA number.
  @inline(__always) init(_ number: UInt8) { rawValue = UInt16(number) }
  /// The value in a row.
  ///
  /// An invalid number means not recorded.
  @inline(__always) init(rawValue: UInt16) { self.rawValue = rawValue & 0x1ff }

  /// Not recorded.
  static let unknown = TransportProtocol(rawValue: 256)
  static let tcp = TransportProtocol(ProtocolNumber.tcp)
  static let udp = TransportProtocol(ProtocolNumber.udp)
  static let icmp = TransportProtocol(ProtocolNumber.icmp)
  static let icmpV6 = TransportProtocol(ProtocolNumber.icmpV6)

  @inline(__always) var isKnown: Bool { rawValue < 256 }
  /// Whether records of the protocol carry ports.
  @inline(__always) var hasPorts: Bool { self == .tcp || self == .udp }
  /// The IANA number; if not recorded, 255, which IANA reserves.
  @inline(__always) var number: UInt8 { UInt8(truncatingIfNeeded: min(rawValue, 255)) }

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A service in rows.
///
/// Unlike in `Service`, its protocol can be missing.
struct RowService: Hashable, BitwiseCopyable, Sendable {
  var transport: TransportProtocol
  var port: UInt16

  /// The service for detectors and reports.
  var service: Service { Service(protocolNumber: transport.number, port: port) }
}
