internal import FlowModel

/// The sources of the planted scans; all lie in blocks that are set aside for documentation.
enum Actor {
  static let fastSweeper = v4(198, 51, 100, 23)
  static let slowSweeper = v4(203, 0, 113, 77)
  static let portWalker = v4(198, 51, 100, 200)
  static let pinger = v4(203, 0, 113, 150)
  static let datagramSender = v4(203, 0, 113, 161)
  static let bruteForceSource = v4(203, 0, 113, 9)
  static let intruder = v4(198, 51, 100, 77)
  static let sweeperV6 = IPAddress(high: 0x2001_0db8_0bad_0000, low: 5)

  /// A machine of the network whose scan is spread over many sources.
  static func swarm(_ host: UInt32) -> IPAddress { v4(192, 0, 2, host) }

  /// One of the corpus's scanners.
  static func sweeper(_ number: UInt32) -> IPAddress { v4(198, 51, 100, number) }

  private static func v4(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> IPAddress {
    IPAddress(v4: a << 24 | b << 16 | c << 8 | d)
  }
}
