internal import FlowModel

/// Addresses of people and machines on the internet.
enum PublicAddresses {
  /// First octets without reserved or documentation blocks, those where many users are.
  private static let firstOctets: [UInt32] = [
    2, 5, 24, 31, 46, 52, 54, 62, 68, 71, 73, 76, 79, 82, 84, 86, 88, 90, 93, 95, 101, 103, 109,
    114, 121, 125, 151, 171, 177, 181, 185, 186, 188, 189, 196, 201, 212, 213, 217, 220,
  ]
  private static let prefixesV6: [UInt64] = [
    0x2a00_23c5, 0x2600_1700, 0x2409_4042, 0x2a02_8109, 0x2804_014c, 0x2601_0602,
  ]
  private static let hostCount: UInt64 = 254

  /// The address of a party; the same number always gives the same one.
  static func v4(_ party: Int, group: Int) -> IPAddress {
    let bits = RandomSource.mix(group, party)
    let octets = UInt64(firstOctets.count)
    let first = firstOctets[Int(truncatingIfNeeded: (bits >> 40) % octets)]
    let middle = UInt32(truncatingIfNeeded: bits >> 16) & 0xffff
    let host = UInt32(truncatingIfNeeded: (bits & 0xffff) % hostCount) + 1
    return IPAddress(v4: first << 24 | middle << 8 | host)
  }

  /// The IPv6 address of a party.
  static func v6(_ party: Int, group: Int) -> IPAddress {
    let bits = RandomSource.mix(group, party)
    let prefix = prefixesV6[Int(truncatingIfNeeded: bits % UInt64(prefixesV6.count))]
    let network = prefix << 32 | bits >> 32
    return IPAddress(high: network, low: RandomSource.mix(party, group))
  }

  /// Groups of parties, so that a client never is a scanner by accident.
  static let clients = 1
  static let services = 2
  static let scanners = 3
  static let timeServers = 4
  static let administrators = 5
  static let bruteForceSources = 6
  static let victims = 7
  static let checkers = 8
  static let readers = 9
  static let habits = 10
  static let offices = 11
  static let newcomers = 12
}
