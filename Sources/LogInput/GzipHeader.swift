internal import CZlib

/// Reads the header of a gzip member (RFC 1952) from pieces of any length.
///
/// ISA-L forgets the flags and the checksum of a header whose end lies in another piece than its beginning, so its
/// inflater begins behind the header.
struct GzipHeader {
  /// What comes next, in the order of RFC 1952.
  private enum Part { case fixed, extraLength, extra, name, comment, checksum, finished }

  private struct Flags: OptionSet {
    let rawValue: UInt8
    static let checksum = Flags(rawValue: 2)
    static let extra = Flags(rawValue: 4)
    static let name = Flags(rawValue: 8)
    static let comment = Flags(rawValue: 16)
    static let reserved = Flags(rawValue: 0xe0)
  }

  private static let fixedLength = 10
  private static let deflate: UInt8 = 8

  private var part = Part.fixed
  private var flags = Flags()
  /// Bytes of the part that were read, for parts of a fixed length.
  private var count = 0
  /// The number in front of the extra field, or at the end of the header, as far as it was read.
  private var number = 0
  private var checksum: UInt = 0
  /// Whether the bytes are no header that RFC 1952 allows.
  private(set) var isCorrupt = false

  /// Whether the header was read to its end.
  var isFinished: Bool { part == .finished }

  private var isBeforeChecksum: Bool { part != .checksum && part != .finished }

  /// Reads on.
  ///
  /// - Returns: how many bytes of the range belong to the header.
  mutating func read(_ input: borrowing [UInt8], _ range: Range<Int>) -> Int {
    var place = range.lowerBound
    while place < range.upperBound, isBeforeChecksum, !isCorrupt {
      take(input[place])
      place += 1
    }
    add(input, range.lowerBound..<place)
    while place < range.upperBound, part == .checksum, !isCorrupt {
      take(input[place])
      place += 1
    }
    return place - range.lowerBound
  }

  private mutating func take(_ byte: UInt8) {
    switch part {
    case .fixed: takeFixed(byte)
    case .extraLength: takeNumber(byte) { $0.begin($0.number > 0 ? .extra : .name) }
    case .extra:
      count += 1
      if count == number { begin(.name) }
    case .name: if byte == 0 { begin(.comment) }
    case .comment: if byte == 0 { begin(.checksum) }
    case .checksum:
      takeNumber(byte) {
        $0.isCorrupt = $0.number != Int($0.checksum & 0xffff)
        $0.begin(.finished)
      }
    case .finished: break
    }
  }

  private mutating func takeFixed(_ byte: UInt8) {
    switch count {
    case 0: isCorrupt = byte != 0x1f
    case 1: isCorrupt = byte != 0x8b
    case 2: isCorrupt = byte != Self.deflate
    case 3:
      flags = Flags(rawValue: byte)
      isCorrupt = !flags.isDisjoint(with: .reserved)
    default: break
    }
    count += 1
    if count == Self.fixedLength { begin(.extraLength) }
  }

  /// Takes a byte of a number of two bytes, the lower one first.
  private mutating func takeNumber(_ byte: UInt8, whenWhole body: (inout GzipHeader) -> Void) {
    number |= Int(byte) << (8 * count)
    count += 1
    if count == 2 { body(&self) }
  }

  /// Goes on with a part, or with the next one that the flags announce.
  private mutating func begin(_ next: Part) {
    part = next
    count = 0
    switch next {
    case .extraLength:
      number = 0
      if !flags.contains(.extra) { begin(.name) }
    case .name: if !flags.contains(.name) { begin(.comment) }
    case .comment: if !flags.contains(.comment) { begin(.checksum) }
    case .checksum:
      number = 0
      if !flags.contains(.checksum) { begin(.finished) }
    case .fixed, .extra, .finished: break
    }
  }

  /// Adds bytes to the checksum, as long as the flags do not say that there is none.
  private mutating func add(_ input: borrowing [UInt8], _ range: Range<Int>) {
    guard flags.contains(.checksum) || part == .fixed, !range.isEmpty else { return }
    checksum = unsafe input.withUnsafeBufferPointer { bytes in
      let start = unsafe bytes.baseAddress.map { unsafe $0 + range.lowerBound }
      return unsafe crc32(checksum, start, UInt32(range.count))
    }
  }
}
