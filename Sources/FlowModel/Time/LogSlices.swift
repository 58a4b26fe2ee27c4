/// The span of a log in 64 slices of equal length, so that the times at which something was active fit one number.
public struct LogSlices: Sendable, Equatable {
  /// How many slices there are.
  public static let count = 64

  /// Where the first slice begins, Unix seconds.
  public let start: UInt32
  /// The length of a slice, whole minutes.
  public let secondsPerSlice: UInt32
  private let inverse: Double

  /// Cuts a span, Unix seconds.
  public init(_ span: ClosedRange<UInt32>) {
    start = span.lowerBound / 60 * 60
    let length = UInt64(span.upperBound - start) + 1
    let minutes = (length + UInt64(Self.count) * 60 - 1) / (UInt64(Self.count) * 60)
    secondsPerSlice = UInt32(truncatingIfNeeded: minutes * 60)
    inverse = 1 / Double(secondsPerSlice)
  }

  /// One bit for each slice that a stretch of time touches, the first slice's the lowest.
  ///
  /// What lies before or after the span counts for its first or last slice; `last` before `first` counts as `first`.
  @inline(__always)
  public func mask(first: UInt32, last: UInt32) -> UInt64 {
    let (low, high) = (slice(first), slice(max(first, last)))
    return (UInt64.max >> (63 - UInt64(high - low))) << UInt64(low)
  }

  /// The slice of a time, 0 to 63.
  @inline(__always)
  public func slice(_ time: UInt32) -> Int {
    guard time > start else { return 0 }
    // Half a second keeps rounding away from the borders of slices.
    return min(Self.count - 1, Int((Double(time - start) + 0.5) * inverse))
  }

  /// The last second of the last slice, Unix seconds; the last one that there is where the slices go on behind it.
  public var end: UInt32 {
    UInt32(clamping: UInt64(start) + UInt64(Self.count) * UInt64(secondsPerSlice) - 1)
  }

  /// Where a slice begins, Unix seconds.
  public func start(of slice: Int) -> UInt32 {
    UInt32(clamping: UInt64(start) + UInt64(slice) * UInt64(secondsPerSlice))
  }
}
