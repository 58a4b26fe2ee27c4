/// Several accounts or VPCs can have hosts with the same private IPv4 address. Such an address carries the code of its
/// owner, 48 bits, so that all tables take the hosts for different ones.
///
/// The form lies in `::/16`, which the IETF reserves and no network uses. It exists only within a run: it is never read
/// from a log and never printed.
extension IPAddress {
  /// The bits of an owner's code.
  package static var ownerBits: UInt64 { 48 }

  /// The owner's code; 0 if the address alone identifies the host.
  @inlinable package var owner: UInt64 { isV4 ? high : 0 }

  /// Whether it is an IPv4 address without an owner, which 32 bits can hold.
  @inlinable package var isPlainV4: Bool { high == 0 && low >> 32 == 0xffff }

  /// The address without its owner.
  @inlinable package var plain: IPAddress { isV4 ? IPAddress(high: 0, low: low) : self }

  /// The IPv4 address with an owner; any other address unchanged.
  package func owned(by code: UInt64) -> IPAddress {
    isV4 ? IPAddress(high: code & (1 << Self.ownerBits - 1), low: low) : self
  }

  /// A text that is different for hosts with the same address, for ids and stored keys; canonical without an owner.
  package var keyText: String { owner == 0 ? description : descriptionV6 }

  /// Reads a text of `keyText`, or any other spelling of an address.
  package init?(keyText text: Span<UInt8>) {
    guard let address = Self.parsed(text) else { return nil }
    self = address
  }
}

extension IPNetwork {
  /// A text that is different for networks of several owners, for ids; CIDR notation without an owner.
  package var keyText: String { "\(base.keyText)/\(prefixLength)" }
}
