extension SampleDay {
  private static let lossSecond = GeneratedDay.at(13, 20)

  /// Adds what the log says where it has no records: nothing happened, or records were lost.
  func withLogGaps(_ rows: [FlowRow]) -> [FlowRow] {
    let clock = recorder.clock
    let silence = network.interfaces.flatMap {
      clock.silence(of: $0.number, endingIn: clock.span, besides: rows)
    }
    let rows = rows + silence
    return losing(rows, of: busiest(rows))
  }

  /// The interface with the most rows about packets.
  private func busiest(_ rows: [FlowRow]) -> Int {
    var counts = [Int](repeating: 0, count: network.interfaces.count)
    for row in rows where row.hasPackets { counts[Int(row.interface)] += 1 }
    return counts.indices.max { counts[$0] < counts[$1] } ?? 0
  }

  /// Puts one row that owns up to the loss in the place of a batch's rows.
  private func losing(_ rows: [FlowRow], of interface: Int) -> [FlowRow] {
    let batch = recorder.clock.batch(at: Self.lossSecond, of: interface)
    let bounds = recorder.clock.bounds(batch, of: interface)
    let kept = rows.filter { $0.interface != interface || Int($0.start) != bounds.lowerBound }
    return kept + [FlowRow(.skipped, interface: interface, batch: bounds)]
  }
}
