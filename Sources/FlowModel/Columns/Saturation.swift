infix operator +| : AdditionPrecedence
infix operator +|= : AssignmentPrecedence

/// Sums of counters that stop at the largest number there is.
///
/// No network moves 2^64 bytes, but a hostile log can say so in one line; the sum must neither trap nor wrap around to
/// something small. Stopping at the top keeps sums independent of their order.
extension UInt64 {
  /// The sum, or the largest number.
  @inlinable @inline(__always)
  public static func +| (left: UInt64, right: UInt64) -> UInt64 {
    let (sum, overflowed) = left.addingReportingOverflow(right)
    return overflowed ? .max : sum
  }

  /// Adds, up to the largest number.
  @inlinable @inline(__always)
  public static func +|= (left: inout UInt64, right: UInt64) { left = left +| right }
}
