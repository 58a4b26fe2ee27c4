/// The account or VPC of a host whose address hosts of others have as well.
public enum HostOwner: Hashable, Sendable, CustomStringConvertible {
  /// An AWS account, 12 digits.
  case account(String)
  /// A VPC by its id.
  case vpc(String)

  /// `account 111122223333` or `vpc-0a1b2c3d`.
  public var description: String {
    switch self {
    case .account(let number): "account \(number)"
    case .vpc(let id): id
    }
  }

  /// The account number or the VPC's id.
  package var id: String {
    switch self {
    case .account(let number): number
    case .vpc(let id): id
    }
  }

  /// A code of 48 bits, the same in every run; never 0.
  package var code: UInt64 {
    switch self {
    case .account(let number):
      if let code = UInt64(number), 1..<1 << 40 ~= code { return code }
      return Self.hash(number) | 1 << 46
    case .vpc(let id): return Self.hash(id) | 1 << 47
    }
  }

  private static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0xd6e8_feb8_6659_fd93
      hash ^= hash >> 32
    }
    return hash & (1 << 46 - 1)
  }
}

/// The owners of hosts that have the same private IPv4 address.
public struct HostOwners: Sendable, Equatable {
  private struct Block: Hashable {
    var owner: UInt64
    var bits: UInt32
  }

  /// The codes of an interface's VPC and account; 0 if unknown.
  private struct Codes: Equatable {
    var vpc: UInt64 = 0
    var account: UInt64 = 0
  }

  private var byInterface: [Codes] = []
  private var blocks: Set<Block> = []
  private var names: [UInt64: HostOwner] = [:]

  /// No owners: every address is one host.
  public init() {}

  /// Whether every address is one host.
  public var isEmpty: Bool { blocks.isEmpty }

  /// The owner of an address that several owners have; nil for any other.
  public func owner(of address: IPAddress) -> HostOwner? {
    address.owner == 0 ? nil : names[address.owner]
  }

  /// Notes that hosts of others have the same address as a host of an owner.
  ///
  /// A subnet has at least 16 addresses. The owner's subnet therefore contains the /28 of the address, and the same is
  /// true for the others: what their interfaces record of these addresses is about hosts of their own subnets.
  package mutating func insert(_ address: IPAddress, of owner: HostOwner) {
    blocks.insert(Block(owner: owner.code, bits: Self.block(address)))
    let known = names[owner.code]
    if known == nil || owner.id < known?.id ?? "" { names[owner.code] = owner }
  }

  /// Notes the VPC and the account of an interface, by its number in the run's registry.
  package mutating func note(interface: UInt32, vpc: HostOwner?, account: HostOwner?) {
    let place = Int(interface)
    if place >= byInterface.count {
      byInterface += [Codes](repeating: Codes(), count: place + 1 - byInterface.count)
    }
    byInterface[place] = Codes(vpc: vpc?.code ?? 0, account: account?.code ?? 0)
  }

  /// The host that the records of an interface mean by an address.
  package func host(_ address: IPAddress, interface: UInt32) -> IPAddress {
    guard Int(interface) < byInterface.count else { return address }
    return host(address, byInterface[Int(interface)])
  }

  /// Gives the addresses of a batch their owners.
  package func mark(_ batch: inout RecordBatch) {
    guard !isEmpty, batch.projection.contains(.sourceAddress),
      batch.projection.contains(.destinationAddress)
    else { return }
    let hasPacketEnds = batch.hasPacketEnds
    for row in 0..<batch.count {
      let interface = Int(batch.interface[row])
      guard interface < byInterface.count, byInterface[interface] != Codes() else { continue }
      let codes = byInterface[interface]
      batch.source[row] = host(batch.source[row], codes)
      batch.destination[row] = host(batch.destination[row], codes)
      guard hasPacketEnds else { continue }
      batch.packetSource[row] = host(batch.packetSource[row], codes)
      batch.packetDestination[row] = host(batch.packetDestination[row], codes)
    }
  }

  private func host(_ address: IPAddress, _ codes: Codes) -> IPAddress {
    guard address.isPlainV4, Self.ranges.contains(address) else { return address }
    let bits = Self.block(address)
    for code in [codes.vpc, codes.account]
    where code != 0 && blocks.contains(Block(owner: code, bits: bits)) {
      return address.owned(by: code)
    }
    return address
  }

  private static let ranges = InternalRanges()

  private static func block(_ address: IPAddress) -> UInt32 { address.v4 >> 4 }
}
