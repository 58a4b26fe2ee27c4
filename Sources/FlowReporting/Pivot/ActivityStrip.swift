internal import FlowFindings
internal import FlowModel

/// Time as a row of signs.
enum ActivityStrip {
  private static let heights = Array("▁▂▃▄▅▆▇█")
  private static let silence: Character = "·"

  /// One sign for each slice of a log, or for several of them where there is no room.
  ///
  /// - Parameters:
  ///   - activity: the slices with something in them, the lowest bit first.
  ///   - width: 64, 32, 16 or 8.
  /// - Returns: so many signs.
  static func marks(_ activity: UInt64, width: Int) -> String {
    let bits = LogSlices.count / width
    return String(
      (0..<width).map { place in
        let part = activity >> UInt64(place * bits) & (bits == 64 ? .max : (1 << UInt64(bits)) - 1)
        return part == 0 ? silence : "█"
      }
    )
  }

  /// Numbers as heights: the logarithm, so that little beside much can be seen.
  static func heights(_ counts: [UInt64]) -> String {
    let most = counts.max() ?? 0
    return String(counts.map { count in count == 0 ? silence : heights[height(count, most)] })
  }

  /// 0 to 7: the binary digits of a number among those of the largest.
  private static func height(_ count: UInt64, _ most: UInt64) -> Int {
    let (digits, all) = (64 - count.leadingZeroBitCount, 64 - most.leadingZeroBitCount)
    return all <= 1 ? 7 : (digits - 1) * 7 / (all - 1)
  }

  /// Records by slice of a log: the bins of a time line put together.
  static func counts(
    _ bins: [TrafficTimeline.Bin],
    _ slices: LogSlices,
    width: Int,
    _ count: (TrafficTimeline.Bin) -> UInt64
  ) -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: width)
    for bin in bins { counts[slices.slice(bin.start) * width / LogSlices.count] += count(bin) }
    return counts
  }

  /// The widest strip for a room: 64, 32, 16 or 8 signs.
  static func width(_ room: Int) -> Int { [64, 32, 16].first { $0 <= room } ?? 8 }
}
