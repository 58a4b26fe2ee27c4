internal import FlowModel

/// One conversation with a service that may ask for a login.
struct LoginTry: BitwiseCopyable {
  var shape: LoginShape
  var first: UInt32
  var last: UInt32
  var port: UInt16
  var beganUpper: Bool
  /// The raw value of the service; 0 for a port that is known for none.
  var service: UInt8
  var isAnswered: Bool
  var isSession: Bool

  var isSSH: Bool { service <= LoginService.ssh.rawValue }

  /// A login was tried: by the shape that SSH has, or by an answered exchange of moderate size.
  var isAttempt: Bool {
    if isSSH { return shape.isSSHAttempt }
    return isAnswered && shape.clientBytes < 65_536 && shape.serverBytes < 65_536
      && UInt64(last) <= UInt64(first) + 120
  }

  /// More than a try: somebody works there.
  var isWork: Bool {
    isSSH ? isSession && !isAttempt && shape.serverBytes >= 1_500 : isAnswered && !isAttempt
  }

  /// Longest pause between two attempts of one attack, in seconds.
  var longestPause: UInt32 { isSSH ? 6 * 3600 : 1800 }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.key != right.key { return left.key < right.key }
    if left.first != right.first { return left.first < right.first }
    if left.last != right.last { return left.last < right.last }
    return LoginShape.precedes(left.shape, right.shape)
  }

  var key: UInt32 { UInt32(port) << 1 | (beganUpper ? 1 : 0) }
}

/// What a source tried at a service of a destination, as a row that waits for the source's other rows.
struct LoginRow<Address: FlowAddress>: KeyedRow {
  var source: Address
  var destination: Address
  var port: UInt16
  /// The raw value of the service; 0 for a port that is known for none.
  var service: UInt8
  var attempts: LoginAttempts

  @inline(__always) var leadingKey: UInt64 { source.leading(with: destination) }

  /// Like that of the source's contacts.
  var hash: UInt64 { mix(source.neighbourhood.mixed &* 0x9e37_79b9_7f4a_7c15) }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.source != right.source { return left.source < right.source }
    if left.destination != right.destination { return left.destination < right.destination }
    return left.port < right.port
  }

  mutating func absorb(_ other: Self) -> Bool {
    guard source == other.source, destination == other.destination, port == other.port else {
      return false
    }
    attempts.absorb(other.attempts)
    return true
  }
}
