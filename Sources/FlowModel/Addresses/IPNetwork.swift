/// A range of addresses in CIDR notation, IPv4 or IPv6.
public struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
  /// The first address, host bits cleared.
  public let base: IPAddress
  /// The number of fixed bits as written: 0...32 for IPv4, 0...128 for IPv6.
  public let prefixLength: Int

  /// The network of an address; host bits are cleared.
  ///
  /// - Returns: nil when the length does not fit the family.
  public init?(_ address: IPAddress, prefixLength: Int) {
    guard 0...(address.isV4 ? 32 : 128) ~= prefixLength else { return nil }
    let fixed = address.isV4 ? prefixLength + 96 : prefixLength
    self.base = IPAddress(bits: address.bits & Self.mask(fixed))
    self.prefixLength = prefixLength
  }

  /// The network that holds this address alone.
  public init(only address: IPAddress) {
    base = address
    prefixLength = address.isV4 ? 32 : 128
  }

  /// The network of a family's usual site around an address: a /24, or a /48 of IPv6.
  public init(around address: IPAddress) {
    let length = address.isV4 ? 24 : 48
    base = IPAddress(bits: address.bits & Self.mask(address.isV4 ? length + 96 : length))
    prefixLength = length
  }

  /// Reads `192.0.2.0/24`, `2001:db8::/32` or a lone address, which stands for itself.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(first) else { return nil }
    guard parts.count == 2 else {
      self.init(address, prefixLength: address.isV4 ? 32 : 128)
      return
    }
    guard let length = Int(parts[1]), !parts[1].hasPrefix("+") else { return nil }
    self.init(address, prefixLength: length)
  }

  /// Whether the address lies in the range; families never mix.
  ///
  /// A range without an owner contains the addresses of all owners, another one those of its owner.
  public func contains(_ address: IPAddress) -> Bool {
    guard address.isV4 == base.isV4 else { return false }
    let fixed = base.isV4 ? prefixLength + 96 : prefixLength
    let bits = base.owner == 0 ? address.plain.bits : address.bits
    return bits & Self.mask(fixed) == base.bits
  }

  /// Whether the two have an address in common: one holds the other.
  public func overlaps(_ other: IPNetwork) -> Bool { contains(other.base) || other.contains(base) }

  /// The last address, host bits set.
  public var last: IPAddress {
    IPAddress(bits: base.bits | ~Self.mask(base.isV4 ? prefixLength + 96 : prefixLength))
  }

  /// Whether it holds one address only.
  public var isOneAddress: Bool { prefixLength == (base.isV4 ? 32 : 128) }

  /// CIDR notation.
  public var description: String { "\(base)/\(prefixLength)" }

  private static func mask(_ length: Int) -> UInt128 {
    length == 0 ? 0 : UInt128.max << UInt128(128 - length)
  }
}

/// Which addresses count as internal: RFC 1918, shared space 100.64/10, fc00::/7, and what the user adds.
public struct InternalRanges: Sendable {
  private let extra: [IPNetwork]

  /// The fixed ranges, followed by the user's own.
  public init(adding extra: [IPNetwork] = []) {
    self.extra = extra
  }

  /// Whether any range holds the address.
  public func contains(_ address: IPAddress) -> Bool {
    Self.isPrivate(address) || (!extra.isEmpty && extra.contains { $0.contains(address) })
  }

  /// Whether any address of the network lies in a range.
  public func overlaps(_ network: IPNetwork) -> Bool {
    Self.fixed.contains { $0.overlaps(network) } || extra.contains { $0.overlaps(network) }
  }

  private static let fixed = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7",
  ].compactMap { IPNetwork($0) }

  /// Asked for every pair of hosts, hence by masks.
  private static func isPrivate(_ address: IPAddress) -> Bool {
    guard address.isV4 else { return address.high >> 57 == 0x7e }
    let v4 = address.v4
    return v4 >> 24 == 10 || v4 >> 20 == 0xac1 || v4 >> 16 == 0xc0a8 || v4 >> 22 == 0x191
  }
}
