/// An IPv4 or IPv6 address as one 128-bit number.
///
/// IPv4 lives in the mapped block `::ffff:0:0/96`, so `::ffff:192.0.2.1` and `192.0.2.1` are the same
/// value. Ordering is IPv4 before IPv6, then numeric: the tie-breaking order of every table.
public struct IPAddress: Hashable, Sendable, BitwiseCopyable {
  /// The upper 64 bits; for IPv4 the code of the owner, zero for nearly every address.
  public var high: UInt64
  /// The lower 64 bits; for IPv4 `0x0000ffff` in the upper half.
  public var low: UInt64

  /// Makes an address from its two halves.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes an IPv4 address from its 32 bits in host order.
  @inlinable
  public init(v4: UInt32) {
    self.init(high: 0, low: 0xffff_0000_0000 | UInt64(v4))
  }

  /// Makes an address from its 128 bits.
  @inlinable
  public init(bits: UInt128) {
    self.init(high: UInt64(truncatingIfNeeded: bits >> 64), low: UInt64(truncatingIfNeeded: bits))
  }

  /// Whether this is an IPv4 address, mapped ones included, with or without an owner.
  @inlinable
  public var isV4: Bool { high >> 48 == 0 && low >> 32 == 0xffff }

  /// Whether it is no host of the internet or of a network: "this" network, loopback, link-local, multicast, broadcast.
  public var isSpecial: Bool {
    guard isV4 else { return high >> 54 == 0x3fa || high >> 56 == 0xff || high == 0 && low <= 1 }
    return v4 >> 24 == 0 || v4 >> 24 == 127 || v4 >> 16 == 0xa9fe || v4 >> 28 >= 14
  }

  /// The 32 bits of an IPv4 address; meaningless for IPv6.
  @inlinable
  public var v4: UInt32 { UInt32(truncatingIfNeeded: low) }

  /// All 128 bits, IPv4 in mapped form.
  @inlinable
  public var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }
}

extension IPAddress: Comparable {
  /// IPv4 before IPv6, then by number, then by owner.
  public static func < (left: IPAddress, right: IPAddress) -> Bool {
    guard left.isV4 else { return !right.isV4 && left.bits < right.bits }
    return !right.isV4 || (left.low, left.high) < (right.low, right.high)
  }
}

extension IPAddress: CustomStringConvertible {
  /// The canonical text: dotted decimal, or RFC 5952 for IPv6.
  public var description: String {
    guard !isV4 else {
      return "\(v4 >> 24).\(v4 >> 16 & 255).\(v4 >> 8 & 255).\(v4 & 255)"
    }
    return descriptionV6
  }

  private var groups: [UInt16] {
    (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
  }

  var descriptionV6: String {
    let groups = groups
    let zeros = Self.longestZeroRun(groups)
    func text(_ range: Range<Int>) -> String {
      groups[range].map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard zeros.count >= 2 else { return text(0..<8) }
    return text(0..<zeros.lowerBound) + "::" + text(zeros.upperBound..<8)
  }

  /// The first longest run of zero groups, as RFC 5952 section 4.2.3 asks.
  private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
    var best = 0..<0
    var index = 0
    while index < 8 {
      var end = index
      while end < 8, groups[end] == 0 { end += 1 }
      if end - index > best.count { best = index..<end }
      index = max(end, index + 1)
    }
    return best
  }
}
