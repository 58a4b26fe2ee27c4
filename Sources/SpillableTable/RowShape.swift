#if _endian(big)
#error("Rows are read and written as they lie in memory, which is little-endian.")
#endif

/// How the rows of a table lie in memory and in files, and in which order they stand.
///
/// A row is a whole number of 64-bit words and is read as one large number: its last word is the most significant one,
/// and within a word the lowest byte is the least significant one. So a row type declares its fields from the least to
/// the most significant, the key last, and rows of any type are ordered by comparing words from the last one down,
/// without knowing the type. Big-endian fields at the front, compared by `memcmp`, would give the same order; they were
/// not taken because every access to a field would then swap bytes, and because words compare eight bytes at a time.
///
/// The topmost words of the key, the lowest of them masked, are the group. Rows of one group have the same hash, so
/// they lie in one partition and come out side by side, ordered by the rest of their keys.
@usableFromInline
package struct RowShape: Sendable, Equatable {
  /// Words of a row.
  @usableFromInline package let words: Int
  /// Words that are compared, from the last one down.
  @usableFromInline package let keyWords: Int
  /// Words that make the group, from the last one down.
  @usableFromInline package let groupWords: Int
  /// What counts of the lowest of the group's words.
  @usableFromInline package let groupMask: UInt64

  /// The shape of a row type.
  ///
  /// - Parameters:
  ///   - row: the type; its size must be a whole number of words.
  ///   - keyWords: the words that are compared.
  ///   - groupWords: the words that make the group.
  ///   - groupMask: what counts of the lowest of the group's words.
  @inlinable
  package init<Row>(
    _ row: Row.Type,
    keyWords: Int,
    groupWords: Int,
    groupMask: UInt64 = .max
  ) {
    words = MemoryLayout<Row>.stride / 8
    self.keyWords = keyWords
    self.groupWords = groupWords
    self.groupMask = groupMask
  }

  /// Bytes of a row.
  @inlinable package var stride: Int { words &* 8 }

  /// The hash of a row's group; the upper eight bits are its partition.
  @inlinable
  @inline(__always)
  package func hash(_ row: UnsafePointer<UInt64>) -> UInt64 {
    var place = words &- groupWords
    var hash = unsafe row[place] & groupMask
    while place &+ 1 < words {
      place &+= 1
      hash = unsafe hash &* 0x9e37_79b9_7f4a_7c15 ^ hash >> 29 ^ row[place]
    }
    return mix(hash)
  }

  /// Whether the left row stands before the right one of the same group, the words above a level being equal.
  @inline(__always)
  func precedes(
    _ left: UnsafeMutablePointer<UInt64>,
    _ right: UnsafeMutablePointer<UInt64>,
    from level: Int = 0
  ) -> Bool {
    var place = words &- 1 &- level
    let last = words &- keyWords
    while place >= last {
      let (a, b) = unsafe (left[place], right[place])
      if a != b { return a < b }
      place &-= 1
    }
    return false
  }
}

/// The finalizer of MurmurHash3: every input bit changes every output bit with even odds.
@inlinable
@inline(__always)
package func mix(_ value: UInt64) -> UInt64 {
  var bits = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
  bits = (bits ^ bits >> 33) &* 0xc4ce_b9fe_1a85_ec53
  return bits ^ bits >> 33
}

/// How many partitions a table has.
@usableFromInline package let partitionCount = 256
