/// Spreads what a conversation sent over the hours that it lasted: evenly, since records do not say more once they are
/// joined.
enum HourSpread {
  /// Hours that one conversation is spread over at the most, over two weeks; what a forged time says beyond is left
  /// out.
  private static let limit = 400

  /// Calls the body with each hour since 1970 and the bytes of both sides that fall into it; within the limit they add
  /// up to the whole.
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

  /// The part of the bytes that is due after so many seconds of the span.
  private static func share(_ bytes: UInt64, _ elapsed: UInt64, _ span: UInt64) -> UInt64 {
    let product = bytes.multipliedFullWidth(by: elapsed)
    return span.dividingFullWidth(product).quotient
  }
}
