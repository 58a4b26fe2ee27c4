internal import FlowModel
internal import SpillableTable

/// One conversation with a service that can require a login.
struct LoginAttempt: BitwiseCopyable {
  var shape: LoginShape
  var first: UInt32
  var last: UInt32
  var port: UInt16
  var upperInitiated: Bool
  /// The raw value of the service; 0 for a port without a known service.
  var service: UInt8
  var isAnswered: Bool
  var isSession: Bool

  var isSSH: Bool { service <= LoginService.ssh.rawValue }

  /// Whether it is a login attempt: by the shape of SSH, or by an answered exchange of moderate size.
  var isAttempt: Bool {
    if isSSH { return shape.isSSHAttempt }
    return isAnswered && shape.clientBytes < 65_536 && shape.serverBytes < 65_536
      && UInt64(last) <= UInt64(first) + 120
  }

  /// Whether it is more than an attempt, so that it is a working session.
  var isWork: Bool {
    isSSH ? isSession && !isAttempt && shape.serverBytes >= 1_500 : isAnswered && !isAttempt
  }

  /// Longest interval between two attempts of one attack, in seconds.
  var longestPause: UInt32 { isSSH ? 6 * 3600 : 1800 }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.key != right.key { return left.key < right.key }
    if left.first != right.first { return left.first < right.first }
    if left.last != right.last { return left.last < right.last }
    return LoginShape.precedes(left.shape, right.shape)
  }

  var key: UInt32 { UInt32(port) << 1 | (upperInitiated ? 1 : 0) }
}

/// The login attempts of a source at a service of a destination, as a row that waits for the other rows of the source.
struct LoginRow<Address: FlowAddress>: SpillableRow {
  var attempts: LoginAttempts
  private var pad = Address.pad
  private var filler: UInt32 = 0
  /// The raw value of the service; 0 for a port without a known service.
  private var rawService: UInt16
  var port: UInt16
  var destination: Address
  var source: Address

  static var table: TableKey<Self> { TableKey(kind: 10 | Address.kinds) }

  /// The order of the source's host-service pairs.
  @inline(__always) static var shape: RowShape {
    RowShape(
      Self.self,
      keyWords: Address.pairWords + 1,
      groupWords: 1,
      groupMask: Address.networkMask
    )
  }

  init(
    source: Address,
    destination: Address,
    port: UInt16,
    service: UInt8,
    attempts: LoginAttempts
  ) {
    (self.source, self.destination, self.port) = (source, destination, port)
    (rawService, self.attempts) = (UInt16(service), attempts)
  }

  /// The raw value of the service; 0 for a port without a known service.
  var service: UInt8 { UInt8(truncatingIfNeeded: rawService) }

  mutating func absorb(_ other: Self) -> Bool {
    guard source == other.source, destination == other.destination, port == other.port else {
      return false
    }
    attempts.absorb(other.attempts)
    return true
  }
}
