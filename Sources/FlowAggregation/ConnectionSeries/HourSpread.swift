/// Distributes the bytes of a conversation evenly over its hours.
///
/// Joined records contain no finer resolution.
enum HourSpread {
  /// The most hours of one conversation, more than two weeks.
  ///
  /// Further hours of a forged time are left out.
  private static let limit = 400

  /// Calls the body with each hour since 1970 and the bytes of both sides in it.
  ///
  /// Within the limit they add up to the total.
  @inline(__always)
  static func forEach(
    first: UInt32,
    last: UInt32,
    _ out: UInt64,
    _ back: UInt64,
    _ body: (_ hour: UInt32, _ out: UInt64, _ back: UInt64) -> Void
  ) {
    let (firstHour, lastHour) = (first / 3600, max(first, last) / 3600)
    guard firstHour < lastHour else { return body(firstHour, out, back) }
    let span = UInt64(last - first) + 1
    var (sentOut, sentBack) = (UInt64(0), UInt64(0))
    for hour in firstHour...min(lastHour, firstHour + UInt32(limit)) {
      let end = min(UInt64(hour) * 3600 + 3599, UInt64(last))
      let elapsed = end - UInt64(first) + 1
      let (dueOut, dueBack) = (share(out, elapsed, span), share(back, elapsed, span))
      body(hour, dueOut - sentOut, dueBack - sentBack)
      (sentOut, sentBack) = (dueOut, dueBack)
    }
  }

  /// The bytes up to so many seconds of the span.
  private static func share(_ bytes: UInt64, _ elapsed: UInt64, _ span: UInt64) -> UInt64 {
    let product = bytes.multipliedFullWidth(by: elapsed)
    return span.dividingFullWidth(product).quotient
  }
}
