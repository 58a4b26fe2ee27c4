/// How a batch holds the values of a field.
public enum FieldStorage: Sendable, Hashable {
  /// `srcaddr` and its kin: 128 bits.
  case address
  /// `srcport` and `dstport`: 16 bits.
  case port
  /// `protocol`: 8 bits.
  case protocolNumber
  /// `packets` and `bytes`: 64 bits.
  case counter
  /// `start` and `end`: Unix seconds in 32 bits.
  case time
  /// `action`: the raw value of `FlowAction`.
  case action
  /// `log-status`: the raw value of `LogStatus`.
  case logStatus
  /// `tcp-flags`: the low eight bits.
  case tcpFlags
  /// `traffic-path`: 1 to 15.
  case trafficPath
  /// `interface-id`: its number in the run's registry.
  case interface
  /// Any other number, in a `NumberColumn`.
  case number
  /// Any other text, in a `TextColumn`.
  case text
}

extension FieldName {
  /// How a batch holds the field.
  public var storage: FieldStorage {
    switch self {
    case .sourceAddress, .destinationAddress, .packetSource, .packetDestination: .address
    case .sourcePort, .destinationPort: .port
    case .protocolNumber: .protocolNumber
    case .packets, .bytes: .counter
    case .start, .end: .time
    case .action: .action
    case .logStatus: .logStatus
    case .tcpFlags: .tcpFlags
    case .trafficPath: .trafficPath
    case .interfaceId: .interface
    case .version, .packetsLostNoRoute, .packetsLostBlackhole, .packetsLostMtuExceeded,
      .packetsLostTtlExpired:
      .number
    default: .text
    }
  }
}

/// What the security group or network ACL did with the packets of a record.
public enum FlowAction: UInt8, Sendable {
  /// The format has no action, or the record shows `-`.
  case unknown = 0
  /// The traffic was allowed.
  case accept = 1
  /// The traffic was not allowed, or came after the connection was closed.
  case reject = 2
}

/// What AWS says of the interval that a record stands for.
public enum LogStatus: UInt8, Sendable {
  /// The record describes traffic.
  case ok = 0
  /// There was no traffic on the interface.
  case noData = 1
  /// Records were lost.
  case skipData = 2
}
