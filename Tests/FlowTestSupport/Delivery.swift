package import LogInput
package import SystemFiles

/// Everything that a `LogStream` hands out, from its first block to its end.
package struct Delivery: Sendable {
  /// The lines without their line feeds.
  package private(set) var lines: [[UInt8]] = []
  /// How many blocks came.
  package private(set) var blocks = 0
  /// Whether every block was one or more whole lines.
  package private(set) var areBlocksWhole = true
  /// What broke the input off.
  package let fault: InputFault?
  /// Whether the beginning of a line was dropped.
  package let lostPartialLine: Bool
  /// The layers found.
  package let form: InputForm
  /// Inflated bytes.
  package let bytes: Int
  /// Bytes of the file or pipe.
  package let compressedBytes: Int

  /// Reads a stream to its end.
  package init(_ stream: LogStream) {
    var buffer: [UInt8] = []
    while let end = stream.nextBlock(into: &buffer) {
      blocks += 1
      guard end > 0, buffer[end - 1] == UInt8(ascii: "\n") else {
        areBlocksWhole = false
        continue
      }
      lines += buffer[..<(end - 1)].split(
        separator: UInt8(ascii: "\n"),
        omittingEmptySubsequences: false
      ).map { Array($0) }
    }
    (fault, lostPartialLine, form) = (stream.fault, stream.lostPartialLine, stream.form)
    (bytes, compressedBytes) = (stream.bytes, stream.compressedBytes)
  }

  /// Reads bytes that come in pieces.
  ///
  /// - Throws: `InputError` for content that is no log.
  package init(
    _ bytes: [UInt8],
    _ cutting: Cutting = .pages,
    inflater: InflaterKind = .fastest,
    copy: OpenFile? = nil
  ) throws {
    self = try ChunkCutter.withSource(bytes, cutting) { file in
      Delivery(try LogStream.open(file, inflater: inflater, copy: copy))
    }
  }

  /// The lines of a text, of which the last one may lack its line feed.
  package static func lines(of text: [UInt8]) -> [[UInt8]] {
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { Array($0) }
  }
}
