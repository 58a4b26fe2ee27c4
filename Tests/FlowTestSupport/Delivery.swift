public import LogInput
public import SystemFiles

/// Everything that a `LogStream` hands out, from its first block to its end.
public struct Delivery: Sendable {
  /// The lines without their line feeds.
  public private(set) var lines: [[UInt8]] = []
  /// How many blocks came.
  public private(set) var blocks = 0
  /// Whether every block was one or more whole lines.
  public private(set) var areBlocksWhole = true
  /// What broke the input off.
  public let fault: InputFault?
  /// Whether the beginning of a line was dropped.
  public let lostPartialLine: Bool
  /// The layers found.
  public let form: InputForm
  /// Inflated bytes.
  public let bytes: Int
  /// Bytes of the file or pipe.
  public let compressedBytes: Int

  /// Reads a stream to its end.
  public init(_ stream: LogStream) {
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
  public init(
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
  public static func lines(of text: [UInt8]) -> [[UInt8]] {
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { Array($0) }
  }
}
