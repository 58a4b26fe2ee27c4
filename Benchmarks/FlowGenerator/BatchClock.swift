/// When each interface writes down its flows.
///
/// Real logs hold batches: all rows of an interface that were written together have the same start and end,
/// some 20 to 60 s apart, and no two interfaces keep step. The bounds are computed, not stored, so a row of
/// any second is found without looking at the others.
struct BatchClock: Sendable {
  private static let stride = 40
  private static let play = 20

  /// The seconds that the logs cover.
  let span: Range<Int>

  /// How many batches an interface writes.
  func count(of interface: Int) -> Int {
    batch(at: span.upperBound - 1, of: interface) + 1
  }

  /// The batch that a second of the span belongs to.
  func batch(at second: Int, of interface: Int) -> Int {
    let batch = (second - span.lowerBound + Self.play) / Self.stride
    return second < boundary(batch, interface) ? batch - 1 : batch
  }

  /// The first and last second of a batch.
  func bounds(_ batch: Int, of interface: Int) -> ClosedRange<Int> {
    let first = max(span.lowerBound, boundary(batch, interface))
    return first...min(span.upperBound, boundary(batch + 1, interface)) - 1
  }

  private func boundary(_ batch: Int, _ interface: Int) -> Int {
    let late = Int(RandomSource.mix(interface, batch) % UInt64(Self.play))
    return span.lowerBound + batch * Self.stride - Self.play + late
  }
}

extension BatchClock {
  /// Rows that own up to nothing having happened, for every batch that ended in a span and that no row is about.
  func silence(
    of interface: Int,
    endingIn span: Range<Int>,
    besides rows: [FlowRow]
  ) -> [FlowRow] {
    let busy = Set(rows.lazy.filter { $0.interface == interface }.map(\.start))
    let batches =
      batch(at: span.lowerBound, of: interface)...batch(at: span.upperBound - 1, of: interface)
    return batches.map { bounds($0, of: interface) }
      .filter { span.contains($0.upperBound) && !busy.contains(UInt32($0.lowerBound)) }
      .map { FlowRow(.noData, interface: interface, batch: $0) }
  }
}
