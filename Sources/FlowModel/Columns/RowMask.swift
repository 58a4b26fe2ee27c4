/// One bit for each row of a batch.
///
/// Shape: 64 words of 64 bits, the first row lowest.
public struct RowMask: Sendable, Equatable {
  /// How many words the mask has.
  public static let wordCount = RecordBatch.capacity / 64

  /// The bits.
  public internal(set) var words = [UInt64](repeating: 0, count: wordCount)

  /// No bit set.
  public init() {}

  /// Every bit set.
  public static let all: RowMask = {
    var mask = RowMask()
    for word in mask.words.indices { mask.words[word] = .max }
    return mask
  }()

  /// Whether no bit is set.
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// The bit of a row.
  @inlinable
  public subscript(row: Int) -> Bool { words[row &>> 6] &>> UInt64(row & 63) & 1 == 1 }

  /// Sets the bit of a row.
  public mutating func insert(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

  /// Clears all bits.
  mutating func clear() {
    for word in words.indices { words[word] = 0 }
  }
}
