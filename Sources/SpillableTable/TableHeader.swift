/// Why a file is no table, or not the one that was asked for.
package enum TableFileError: Error, Sendable, Equatable {
  /// Something else, or a table that was cut or altered.
  case damaged
  /// A table of another version of this program.
  case version(Int)
  /// A table of other rows.
  case otherRows
  /// A table that was made with other settings, so that its rows mean something else.
  case otherSettings
}

/// The beginning of a file of rows.
///
/// A file is a sequence of 64-bit words, little-endian, none of which is a pointer or depends on the machine:
///
/// - Header, eight words: magic; version, kind of row, words of a row, words of the key and words of the group, in 16,
///   16, 16, 8 and 8 bits from the lowest one up; mask of the group; fingerprint of the settings; three zeros; checksum
///   of the seven words before.
/// - Frames, each of them a word that holds from the lowest bit up the number of rows (32 bits), the partition (16), 1
///   where a run begins (8) and the mark 0xf7 (8); then a checksum of this word and the rows; then the rows. A run is
///   one frame or several ones behind each other; its rows are sorted by hash, then key (`RowShape`).
/// - End, three words: the mark 0xe0 in the highest byte, zeros below; the number of all rows; checksum of both. A file
///   that never leaves its process, such as spilled state, has none.
struct TableHeader: Equatable {
  static let words = 8
  private static let magic: UInt64 = 0x3165_6c62_6154_6957  // "WiTable1"
  private static let version: UInt64 = 1

  var kind: UInt16
  var shape: RowShape
  /// Stands for all settings by which rows differ in meaning.
  var settings: UInt64

  private var layout: UInt64 {
    Self.version | UInt64(kind) << 16 | UInt64(shape.words) << 32 | UInt64(shape.keyWords) << 48
      | UInt64(shape.groupWords) << 56
  }

  /// The header as it stands in a file.
  var encoded: [UInt64] {
    var words = [Self.magic, layout, shape.groupMask, settings, 0, 0, 0]
    words.append(Checksum.of(words.span))
    return words
  }

  /// Checks that a file's first words are this header.
  func check(_ words: [UInt64]) throws(TableFileError) {
    guard words.count == Self.words, words[0] == Self.magic,
      Checksum.of(words.span.extracting(first: Self.words - 1)) == words[Self.words - 1]
    else { throw .damaged }
    let version = words[1] & 0xffff
    guard version == Self.version else { throw .version(Int(version)) }
    guard words[1] == layout, words[2] == shape.groupMask else { throw .otherRows }
    guard words[3] == settings else { throw .otherSettings }
    guard words == encoded else { throw .damaged }
  }
}

/// The word before each frame.
struct FrameHeader {
  /// A frame's header and its checksum.
  static let words = 2
  private static let mark: UInt64 = 0xf7
  private static let endMark: UInt64 = 0xe0

  var rows: Int
  var partition: Int
  var beginsRun: Bool

  /// The word behind all frames.
  static let end = endMark << 56

  init(rows: Int, partition: Int, beginsRun: Bool) {
    (self.rows, self.partition, self.beginsRun) = (rows, partition, beginsRun)
  }

  /// Reads the word; nil when it is none.
  init?(_ word: UInt64) {
    guard word >> 56 == Self.mark, word >> 48 & 0xff <= 1, word & 0xffff_ffff > 0 else {
      return nil
    }
    rows = Int(word & 0xffff_ffff)
    partition = Int(word >> 32 & 0xffff)
    beginsRun = word >> 48 & 1 == 1
    guard partition < partitionCount else { return nil }
  }

  var encoded: UInt64 {
    UInt64(rows) | UInt64(partition) << 32 | (beginsRun ? 1 << 48 : 0) | Self.mark << 56
  }
}

/// A checksum of words that every change of a single word changes, fast enough for all that is spilled.
enum Checksum {
  private static let factor: UInt64 = 0x9fb2_1c65_1e98_df25

  static func of(_ words: Span<UInt64>, seed: UInt64 = 0) -> UInt64 {
    var lanes = SIMD4<UInt64>(seed, seed ^ 0x5555, seed &+ 0x1234_5678, ~seed)
    var place = 0
    while place &+ 4 <= words.count {
      lanes[0] = step(lanes[0], words[place])
      lanes[1] = step(lanes[1], words[place &+ 1])
      lanes[2] = step(lanes[2], words[place &+ 2])
      lanes[3] = step(lanes[3], words[place &+ 3])
      place &+= 4
    }
    while place < words.count {
      lanes[place & 3] = step(lanes[place & 3], words[place])
      place &+= 1
    }
    let joined = mix(lanes[0]) ^ mix(lanes[1] &+ 1) ^ mix(lanes[2] &+ 2) ^ mix(lanes[3] &+ 3)
    return mix(joined ^ UInt64(words.count))
  }

  @inline(__always)
  private static func step(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    let product = (lane ^ word) &* factor
    return product << 29 | product >> 35
  }
}
