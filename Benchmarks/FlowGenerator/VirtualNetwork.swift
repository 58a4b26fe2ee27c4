internal import FlowModel

/// The addresses of a VPC and everything in it.
struct VirtualNetwork: Sendable {
  static let account = "123456789012"
  static let region = "us-east-1"
  static let zone = "use1-az1"
  static let vpc = "vpc-0c9e4d2b7a1f60835"

  /// The first two octets of every local address that lies in no peered VPC.
  let firstOctets: UInt32
  /// The same of VPCs that are peered with this one.
  let peers: [UInt32]
  /// The upper 64 bits of the first own IPv6 subnet; 48 of them are the VPC's.
  let upperHalfV6: UInt64
  private(set) var interfaces: [NetworkInterface] = []

  init(firstOctets: UInt32, upperHalfV6: UInt64, peers: [UInt32] = []) {
    self.firstOctets = firstOctets
    self.peers = peers
    self.upperHalfV6 = upperHalfV6
  }

  /// Whether an address belongs to the VPC or to a peered one.
  func contains(_ address: IPAddress) -> Bool {
    guard address.isV4 else { return address.high >> 16 == upperHalfV6 >> 16 }
    let octets = address.v4 >> 16
    return octets == firstOctets || peers.contains(octets)
  }

  /// Adds a machine with one interface, in the VPC itself or in a peered one; its identifiers follow from its place in
  /// the list.
  mutating func add(
    _ role: Role,
    subnet: UInt32,
    host: UInt32,
    peer: UInt32? = nil,
    hasV6: Bool = false,
    forgottenPorts: [UInt16] = []
  ) {
    let number = interfaces.count
    let address = IPAddress(v4: (peer ?? firstOctets) << 16 | subnet << 8 | host)
    let v6 = IPAddress(high: upperHalfV6 | UInt64(subnet), low: UInt64(host))
    interfaces.append(
      NetworkInterface(
        number: number,
        role: role,
        name: "eni-\(identifier(number, "eni"))",
        instance: role.hasInstance ? "i-\(identifier(number, "instance"))" : "-",
        subnet: "subnet-\(identifier(Int(subnet), "subnet"))",
        address: address,
        addressV6: hasV6 ? v6 : nil,
        forgottenPorts: forgottenPorts
      )
    )
  }

  /// The interfaces of a role.
  func all(_ role: Role) -> [NetworkInterface] { interfaces.filter { $0.role == role } }

  /// The interfaces that the internet can reach.
  var publicInterfaces: [NetworkInterface] { interfaces.filter(\.role.isPublic) }

  /// The interfaces that the internet can reach by IPv6.
  var publicV6: [NetworkInterface] { publicInterfaces.filter { $0.addressV6 != nil } }

  private func identifier(_ number: Int, _ kind: String) -> String {
    let kindNumber = kind.utf8.reduce(Int(firstOctets)) { $0 &* 31 &+ Int($1) }
    return "0" + Hexadecimal.text(RandomSource.mix(kindNumber, number), digits: 16)
  }
}

extension Role {
  /// Interfaces that AWS itself runs have no instance.
  fileprivate var hasInstance: Bool { self != .balancer && self != .natGateway }
}

/// Numbers in the form that AWS gives to its identifiers.
enum Hexadecimal {
  /// The last digits of a number, with zeros in front.
  static func text(_ number: UInt64, digits: Int) -> String {
    let all = String(number, radix: 16)
    return String((String(repeating: "0", count: digits) + all).suffix(digits))
  }
}
