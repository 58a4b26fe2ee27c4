/// Decodes runs of small numbers: levels, and places in a dictionary.
///
/// Source: Apache Parquet, "Run Length Encoding / Bit-Packing Hybrid".
enum RunDecoder {
  private static let damaged = ParquetFault("the runs of a page are damaged")

  /// Decodes numbers.
  ///
  /// - Parameters:
  ///   - bytes: the runs, and what follows them.
  ///   - width: how many bits a number has, 0 to 32.
  ///   - count: how many numbers there are.
  /// - Returns: the numbers.
  /// - Throws: `ParquetFault` when the bytes end before.
  /// - Complexity: linear in `count`.
  static func decode(
    _ bytes: Span<UInt8>,
    width: Int,
    count: Int
  ) throws(ParquetFault) -> [UInt32] {
    guard 0...32 ~= width else { throw damaged }
    var numbers = [UInt32](repeating: 0, count: count)
    guard width > 0 else { return numbers }
    var (position, done) = (0, 0)
    while done < count {
      guard let head = VariableLength.read(bytes, &position) else { throw damaged }
      let left = count - done
      guard head > 1 else { throw damaged }
      if head & 1 == 1 {
        let groups = Int(min(head >> 1, UInt64(left / 8 + 1)))
        let end = done + min(left, groups * 8)
        try unpack(bytes, position, width: width, to: &numbers, done..<end)
        position += groups * width
        done = end
      } else {
        let value = try value(bytes, &position, width: width)
        let end = done + Int(min(head >> 1, UInt64(left)))
        if value != 0 { for index in done..<end { numbers[index] = value } }
        done = end
      }
    }
    return numbers
  }

  /// Whether the numbers are one run of one value.
  static func isRun(of value: UInt32, _ bytes: Span<UInt8>, width: Int, count: Int) -> Bool {
    var position = 0
    guard width > 0, let head = VariableLength.read(bytes, &position), head & 1 == 0,
      head >> 1 >= UInt64(count), let own = try? self.value(bytes, &position, width: width)
    else { return false }
    return own == value
  }

  private static func value(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    width: Int
  ) throws(ParquetFault) -> UInt32 {
    let size = (width + 7) / 8
    guard bytes.count - position >= size else { throw damaged }
    defer { position += size }
    let word = WordScan.word(bytes, position) & (1 << UInt64(size * 8) - 1)
    return UInt32(truncatingIfNeeded: word)
  }

  private static func unpack(
    _ bytes: Span<UInt8>,
    _ start: Int,
    width: Int,
    to numbers: inout [UInt32],
    _ places: Range<Int>
  ) throws(ParquetFault) {
    guard start <= bytes.count, (places.count * width + 7) / 8 <= bytes.count - start else {
      throw damaged
    }
    let mask: UInt64 = 1 << UInt64(width) - 1
    var bit = 0
    for index in places {
      let word = WordScan.word(bytes, start &+ bit &>> 3)
      numbers[index] = UInt32(truncatingIfNeeded: word &>> UInt64(bit & 7) & mask)
      bit &+= width
    }
  }
}
