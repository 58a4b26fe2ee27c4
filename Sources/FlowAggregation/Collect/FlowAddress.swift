internal import FlowModel

/// An address as the state tables hold it: 32 bits for IPv4, 128 for IPv6.
///
/// Nearly all traffic is IPv4 and nearly all time goes into moving rows through the caches, so IPv4 rows get a layout of
/// their own; the code is the same for both.
protocol FlowAddress: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable {
  init(_ address: IPAddress)
  var ipAddress: IPAddress { get }
  /// A fixed mixing of all bits; the same in every run, since it decides where rows lie.
  var mixed: UInt64 { get }
  /// What a network that scans together has in common: the /24 of IPv4, the /48 of IPv6.
  var neighbourhood: Self { get }
  /// The first address of a neighbourhood.
  static func network(ofNeighbourhood neighbourhood: Self) -> IPAddress
  /// As much of this address, and behind it the next one, as 64 bits hold, in their order.
  func leading(with next: Self) -> UInt64
}

/// The finalizer of MurmurHash3: every input bit changes every output bit with even odds.
@inline(__always)
func mix(_ value: UInt64) -> UInt64 {
  var bits = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
  bits = (bits ^ bits >> 33) &* 0xc4ce_b9fe_1a85_ec53
  return bits ^ bits >> 33
}

extension UInt32: FlowAddress {
  @inline(__always) init(_ address: IPAddress) { self = address.v4 }
  var ipAddress: IPAddress { IPAddress(v4: self) }
  @inline(__always) var mixed: UInt64 { UInt64(self) }
  @inline(__always) var neighbourhood: UInt32 { self >> 8 }
  static func network(ofNeighbourhood neighbourhood: UInt32) -> IPAddress {
    IPAddress(v4: neighbourhood << 8)
  }
  @inline(__always) func leading(with next: UInt32) -> UInt64 { UInt64(self) << 32 | UInt64(next) }
}

extension UInt128: FlowAddress {
  @inline(__always) init(_ address: IPAddress) { self = address.bits }
  var ipAddress: IPAddress { IPAddress(bits: self) }
  var mixed: UInt64 {
    mix(UInt64(truncatingIfNeeded: self >> 64)) ^ UInt64(truncatingIfNeeded: self)
  }
  var neighbourhood: UInt128 { self >> (ipAddress.isV4 ? 8 : 80) }
  /// IPv4 in this form is 0xffff and 24 bits, which is no /48 that anybody has.
  static func network(ofNeighbourhood neighbourhood: UInt128) -> IPAddress {
    IPAddress(bits: neighbourhood >> 24 == 0xffff ? neighbourhood << 8 : neighbourhood << 80)
  }
  func leading(with next: UInt128) -> UInt64 { UInt64(truncatingIfNeeded: self >> 64) }
}
