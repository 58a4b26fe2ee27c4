internal import FlowModel
internal import SpillableTable

/// An address as the state tables hold it: 32 bits for IPv4, 128 for IPv6.
///
/// Nearly all traffic is IPv4, and most of the time is spent on moving rows through the caches. IPv4 rows therefore
/// have their own layout. The code is the same for both.
protocol FlowAddress: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable {
  /// Padding for the lower half of the word of a single address: 32 bits for IPv4, nothing for IPv6.
  associatedtype LowHalf: BitwiseCopyable, Sendable
  /// Padding that aligns addresses after an odd number of words: nothing for IPv4, a word for IPv6.
  associatedtype Pad: BitwiseCopyable, Sendable
  static var lowHalf: LowHalf { get }
  static var pad: Pad { get }
  /// Words of a row that contain one address, or two adjacent ones.
  static var words: Int { get }
  static var pairWords: Int { get }
  /// The mask of a row's last words if only the last of its last two addresses counts.
  static var loneMask: UInt64 { get }
  /// The mask of a row's last word if its last two addresses are source and destination and only the source prefix
  /// counts.
  static var networkMask: UInt64 { get }
  /// Distinguishes tables of IPv6 rows from those of IPv4 rows.
  static var kinds: UInt16 { get }

  init(_ address: IPAddress)
  var ipAddress: IPAddress { get }
  /// A fixed mixing of all bits.
  var mixed: UInt64 { get }
  /// The source prefix by which scanners are grouped: the /24 of IPv4, the /48 of IPv6.
  var sourcePrefix: Self { get }
  /// The first address of a source prefix.
  static func network(ofSourcePrefix sourcePrefix: Self) -> IPAddress
}

/// An empty field.
struct NoField: BitwiseCopyable, Sendable {}

extension UInt32: FlowAddress {
  static var lowHalf: UInt32 { 0 }
  static var pad: NoField { NoField() }
  static var words: Int { 1 }
  static var pairWords: Int { 1 }
  static var loneMask: UInt64 { 0xffff_ffff_0000_0000 }
  static var networkMask: UInt64 { 0xffff_ff00_0000_0000 }
  static var kinds: UInt16 { 0 }

  @inline(__always) init(_ address: IPAddress) { self = address.v4 }
  var ipAddress: IPAddress { IPAddress(v4: self) }
  @inline(__always) var mixed: UInt64 { UInt64(self) }
  @inline(__always) var sourcePrefix: UInt32 { self >> 8 }
  static func network(ofSourcePrefix sourcePrefix: UInt32) -> IPAddress {
    IPAddress(v4: sourcePrefix << 8)
  }
}

extension UInt128: FlowAddress {
  static var lowHalf: NoField { NoField() }
  static var pad: UInt64 { 0 }
  static var words: Int { 2 }
  static var pairWords: Int { 4 }
  static var loneMask: UInt64 { .max }
  static var networkMask: UInt64 { 0xffff_ffff_ffff_0000 }
  static var kinds: UInt16 { 0x100 }

  @inline(__always) init(_ address: IPAddress) { self = address.bits }
  var ipAddress: IPAddress { IPAddress(bits: self) }
  var mixed: UInt64 {
    mix(UInt64(truncatingIfNeeded: self >> 64)) ^ UInt64(truncatingIfNeeded: self)
  }
  var sourcePrefix: UInt128 { self >> (ipAddress.isV4 ? 8 : 80) }
  /// An IPv4 address in this form has an owner, 0xffff and 24 bits, which is not a routable /48.
  static func network(ofSourcePrefix sourcePrefix: UInt128) -> IPAddress {
    let v4 = IPAddress(bits: sourcePrefix << 8)
    return v4.isV4 ? v4 : IPAddress(bits: sourcePrefix << 80)
  }
}
