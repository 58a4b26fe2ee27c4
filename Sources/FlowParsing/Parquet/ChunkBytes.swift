/// Inflates a page.
///
/// It takes the codec, the compressed bytes and how many come out, and gives nil where they are damaged, or where the
/// codec is none that it knows.
package typealias PageInflater = @Sendable (ParquetCodec, [UInt8], Int) -> [UInt8]?

/// The pages of a column chunk, one behind the other.
struct ChunkBytes {
  /// Most headers are shorter; some show the least and the greatest text.
  private static let usualHeader = 1024
  private static let longestHeader = 1 << 20
  private static let piece = 131_072

  private let file: any RandomAccessBytes
  private let end: Int
  /// The place in the file of what comes next.
  private var position: Int
  private var buffer: [UInt8] = []
  private var bufferStart = 0

  init(_ file: any RandomAccessBytes, _ range: Range<Int>) {
    self.file = file
    (position, end) = (range.lowerBound, range.upperBound)
  }

  /// The header of the next page; nil at the end of the chunk.
  mutating func header() throws(ParquetFault) -> PageHeader? {
    guard position < end else { return nil }
    let header = try nextHeader()
    position += header.headerBytes
    guard header.compressedSize <= end - position else {
      throw ParquetFault("a page goes on behind the end of its column")
    }
    return header
  }

  private mutating func nextHeader() throws(ParquetFault) -> PageHeader {
    var size = Self.usualHeader
    while true {
      try readAhead(min(size, end - position))
      do throws(ParquetFault) {
        return try PageHeader(buffer, at: position - bufferStart)
      } catch {
        guard size < end - position, size < Self.longestHeader else { throw error }
        size *= 8
      }
    }
  }

  /// The bytes of a page, which come next.
  mutating func take(_ count: Int) throws(ParquetFault) -> [UInt8] {
    defer { position += count }
    guard count <= Self.piece else {
      // Beside a large page nothing else is kept.
      buffer = []
      return try file.read(position..<position + count)
    }
    try readAhead(count)
    let start = position - bufferStart
    return Array(buffer[start..<start + count])
  }

  /// Passes over the bytes of a page.
  mutating func skip(_ count: Int) { position += count }

  /// Makes sure that the next bytes stand in the buffer.
  private mutating func readAhead(_ count: Int) throws(ParquetFault) {
    let offset = position - bufferStart
    guard offset < 0 || offset + count > buffer.count else { return }
    buffer = try file.read(position..<min(end, position + max(count, Self.piece)))
    bufferStart = position
  }
}
