/// Inflates a page.
///
/// It takes the codec, the compressed bytes and how many come out, and gives nil where they are damaged, or where the
/// codec is none that it knows.
package typealias PageInflater = @Sendable (ParquetCodec, [UInt8], Int) -> [UInt8]?

/// The pages of a column chunk, one behind the other.
struct ChunkBytes {
  /// Headers are short, but show the least and the greatest text.
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
    var size = Self.piece
    while true {
      let bytes = try bytes(min(size, end - position))
      do throws(ParquetFault) {
        let header = try PageHeader(bytes)
        position += header.headerBytes
        guard header.compressedSize <= end - position else {
          throw ParquetFault("a page goes on behind the end of its column")
        }
        return header
      } catch {
        guard bytes.count < end - position, size < Self.longestHeader else { throw error }
        size *= 4
      }
    }
  }

  /// The bytes of a page, which come next.
  mutating func take(_ count: Int) throws(ParquetFault) -> [UInt8] {
    defer { position += count }
    return try bytes(count)
  }

  /// Passes over the bytes of a page.
  mutating func skip(_ count: Int) { position += count }

  /// The next bytes, read ahead.
  private mutating func bytes(_ count: Int) throws(ParquetFault) -> [UInt8] {
    let offset = position - bufferStart
    if offset < 0 || offset + count > buffer.count {
      let ahead = min(end, position + max(count, Self.piece))
      buffer = try file.read(position..<ahead)
      bufferStart = position
    }
    let start = position - bufferStart
    return Array(buffer[start..<start + count])
  }
}
