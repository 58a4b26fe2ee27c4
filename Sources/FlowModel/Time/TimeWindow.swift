/// A stretch of time that somebody asks about: from `since` on, and before `until`.
public struct TimeWindow: Sendable, Equatable {
  /// The first second that counts, Unix seconds.
  public let since: UInt32
  /// The first second that counts no more.
  public let until: UInt32

  /// A window; without an end it lasts for ever.
  ///
  /// - Returns: nil when it holds no second.
  public init?(since: UInt32 = 0, until: UInt32 = .max) {
    guard since < until else { return nil }
    (self.since, self.until) = (since, until)
  }

  /// Whether a record of that time has a part in it; a record that ends before it starts is taken by its start.
  @inline(__always)
  public func overlaps(start: UInt32, end: UInt32) -> Bool {
    start < until && max(start, end) >= since
  }

  /// The part of a span that lies in the window; nil when none does.
  public func clamp(_ span: ClosedRange<UInt32>) -> ClosedRange<UInt32>? {
    guard overlaps(start: span.lowerBound, end: span.upperBound) else { return nil }
    return max(span.lowerBound, since)...min(span.upperBound, until - 1)
  }
}
