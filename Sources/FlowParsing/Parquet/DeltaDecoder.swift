/// Decodes numbers that are written as differences.
///
/// Source: Apache Parquet, "Delta Encoding".
enum DeltaDecoder {
  private static let damaged = ParquetFault("the differences of a page are damaged")

  /// Decodes numbers.
  ///
  /// - Parameters:
  ///   - bytes: a header and blocks.
  ///   - position: where they begin; moves behind them.
  ///   - count: how many numbers there may be at most.
  /// - Returns: the numbers.
  /// - Throws: `ParquetFault` when the bytes end before, or claim more numbers.
  static func decode(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    most count: Int
  ) throws(ParquetFault) -> [Int64] {
    let blockSize = try varint(bytes, &position)
    let miniblocks = try varint(bytes, &position)
    let total = try varint(bytes, &position)
    var value = try zigzag(bytes, &position)
    guard total <= count, miniblocks > 0, blockSize <= 1 << 20, miniblocks <= blockSize,
      blockSize % miniblocks == 0, blockSize / miniblocks % 8 == 0
    else { throw damaged }
    var numbers: [Int64] = []
    numbers.reserveCapacity(total)
    if total > 0 { numbers.append(value) }
    while numbers.count < total {
      let least = try zigzag(bytes, &position)
      let widths = position
      guard bytes.count - position >= miniblocks else { throw damaged }
      position += miniblocks
      for block in 0..<miniblocks where numbers.count < total {
        let width = Int(bytes[widths + block])
        let size = blockSize / miniblocks
        try unpack(
          bytes,
          &position,
          Miniblock(
            width: width,
            size: size,
            count: min(size, total - numbers.count),
            least: least
          ),
          &value,
          &numbers
        )
      }
    }
    return numbers
  }

  private struct Miniblock {
    var width: Int
    var size: Int
    var count: Int
    var least: Int64
  }

  private static func unpack(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ block: Miniblock,
    _ value: inout Int64,
    _ numbers: inout [Int64]
  ) throws(ParquetFault) {
    let needed = (block.count * block.width + 7) / 8
    guard block.width <= 64, needed <= bytes.count - position else { throw damaged }
    var bit = 0
    for _ in 0..<block.count {
      let difference = bits(bytes, position &+ bit &>> 3, bit & 7, block.width)
      value = value &+ block.least &+ Int64(bitPattern: difference)
      numbers.append(value)
      bit &+= block.width
    }
    // Writers may leave out what is not needed of the last block.
    position = min(bytes.count, position + block.size * block.width / 8)
  }

  /// A number of up to 64 bits that begins inside of a byte.
  @inline(__always)
  private static func bits(_ bytes: Span<UInt8>, _ place: Int, _ shift: Int, _ width: Int)
    -> UInt64
  {
    guard width > 0 else { return 0 }
    var word = WordScan.word(bytes, place) &>> UInt64(shift)
    if shift + width > 64 {
      word |= WordScan.word(bytes, place &+ 8) &<< UInt64(64 - shift)
    }
    return width == 64 ? word : word & (1 << UInt64(width) - 1)
  }

  private static func varint(_ bytes: Span<UInt8>, _ position: inout Int) throws(ParquetFault)
    -> Int
  {
    let value = try raw(bytes, &position)
    guard value <= UInt64(Int32.max) else { throw damaged }
    return Int(value)
  }

  private static func zigzag(_ bytes: Span<UInt8>, _ position: inout Int) throws(ParquetFault)
    -> Int64
  {
    VariableLength.signed(try raw(bytes, &position))
  }

  private static func raw(_ bytes: Span<UInt8>, _ position: inout Int) throws(ParquetFault)
    -> UInt64
  {
    guard let value = VariableLength.read(bytes, &position) else { throw damaged }
    return value
  }
}
