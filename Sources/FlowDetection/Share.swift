extension UInt64 {
  /// Whether it is at least this share of a whole; true for an empty whole.
  ///
  /// The quotient of integers is rounded like the written share, so that half of ten is exactly five.
  func isShare(_ share: Double, of whole: UInt64) -> Bool {
    whole == 0 || Double(self) / Double(whole) >= share
  }

  /// Whether it is at most this share of a whole; of an empty whole, only zero is.
  func isAtMost(_ share: Double, of whole: UInt64) -> Bool {
    whole == 0 ? self == 0 : Double(self) / Double(whole) <= share
  }

  /// The product, or the largest value on overflow.
  func multipliedSaturated(by other: UInt64) -> UInt64 {
    let (product, overflowed) = multipliedReportingOverflow(by: other)
    return overflowed ? .max : product
  }
}
