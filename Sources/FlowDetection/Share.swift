extension UInt64 {
  /// Whether it is at least this share of a whole; of nothing everything is.
  ///
  /// A quotient of whole numbers is rounded like the share as it is written, so that half of ten is five.
  func isShare(_ share: Double, of whole: UInt64) -> Bool {
    whole == 0 || Double(self) / Double(whole) >= share
  }

  /// Whether it is at most this share of a whole; of nothing nothing is more.
  func isAtMost(_ share: Double, of whole: UInt64) -> Bool {
    whole == 0 ? self == 0 : Double(self) / Double(whole) <= share
  }

  /// The product, or the largest number there is.
  func multipliedSaturated(by other: UInt64) -> UInt64 {
    let (product, overflowed) = multipliedReportingOverflow(by: other)
    return overflowed ? .max : product
  }
}
