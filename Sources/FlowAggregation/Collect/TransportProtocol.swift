internal import FlowModel

/// The protocol of a record, or that the record does not say it, which no number of a protocol can mean.
struct TransportProtocol: Hashable, Comparable, BitwiseCopyable, Sendable {
  /// An IANA number; 256 for none.
  let rawValue: UInt16

  /// A protocol by its IANA number.
  @inline(__always) init(_ number: UInt8) { rawValue = UInt16(number) }
  /// As it stands in a row; what is no number means none.
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
  /// The IANA number; 255, which IANA reserves, where there is none.
  @inline(__always) var number: UInt8 { UInt8(truncatingIfNeeded: min(rawValue, 255)) }

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// A service as rows know it: unlike `Service`, its protocol may be missing.
struct RowService: Hashable, BitwiseCopyable, Sendable {
  var transport: TransportProtocol
  var port: UInt16

  /// As detectors and reports know it.
  var service: Service { Service(protocolNumber: transport.number, port: port) }
}
