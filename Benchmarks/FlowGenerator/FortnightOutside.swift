internal import FlowModel

/// A /24 of somebody else's.
struct OutsideNetwork: Sendable, CustomStringConvertible {
  private static let hostBits: UInt32 = 0xff
  private static let hostCount: UInt64 = 254

  private let base: UInt32

  /// The network of a party; the same number always gives the same one.
  init(_ party: Int, _ group: Int = PublicAddresses.habits) {
    base = PublicAddresses.v4(party, group: group).v4 & ~Self.hostBits
  }

  /// One of the addresses that answer there.
  func address(_ number: Int = 0) -> IPAddress {
    let host = RandomSource.mix(Int(base), number) % Self.hostCount + 1
    return IPAddress(v4: base | UInt32(host))
  }

  /// One of the addresses as the server's end.
  func port(_ port: UInt16, number: Int = 0) -> Endpoint {
    Endpoint(address(number), port)
  }

  /// The network in CIDR notation.
  var description: String { "\(IPAddress(v4: base))/24" }
}

/// Whom the network's machines communicate with.
enum Outside {
  /// Takes in the metrics of every machine.
  static let metrics = OutsideNetwork(0)
  /// Object storage: logs and backups go there.
  static let storage = [OutsideNetwork(1), OutsideNetwork(2)]
  static let mirror = OutsideNetwork(3)
  static let broker = OutsideNetwork(4)
  /// The API of the one provider that everything depends on.
  static let provider = OutsideNetwork(5)
  static let timeServers = (6..<10).map { OutsideNetwork($0) }
  /// Where administrators sit.
  static let offices = [
    OutsideNetwork(0, PublicAddresses.offices), OutsideNetwork(1, PublicAddresses.offices),
  ]

  private static let common = (100..<124).map { OutsideNetwork($0) }
  private static let habitCount = 5
  private static let stride = 7
  private static let firstRare = 1_000

  /// The providers and content networks that a machine uses day by day.
  static func habits(of machine: NetworkInterface) -> [OutsideNetwork] {
    (0..<habitCount).map { common[(machine.number * habitCount + $0 * stride) % common.count] }
  }

  /// A network that somebody has reason to ask once.
  static func rare(on day: FortnightDay) -> OutsideNetwork {
    OutsideNetwork(firstRare + day.number)
  }
}
