internal import SystemFiles

/// A sorted run of one partition in a file.
struct Run: Sendable {
  /// Where its first frame begins.
  var offset: Int
  var rows: Int
}

/// Writes sorted runs to a file.
@safe
final class RunWriter {
  private static let bufferWords = 32 << 10

  let file: OpenFile
  /// The size of the file once all is written.
  private(set) var bytes = 0
  private(set) var rows: UInt64 = 0
  private let shape: RowShape
  private let rowsPerFrame: Int
  private let buffer: UnsafeMutablePointer<UInt64>
  private var used = 0
  private var frame = (start: 0, rows: 0, partition: 0, beginsRun: false)

  /// - Parameters:
  ///   - file: an empty file.
  ///   - header: what the rows are.
  ///   - rowsPerFrame: rows of a frame, no more than a block holds.
  /// - Throws: `SystemError` when the header cannot be written.
  init(_ file: OpenFile, _ header: TableHeader, rowsPerFrame: Int) throws(SystemError) {
    self.file = file
    self.rowsPerFrame = rowsPerFrame
    shape = header.shape
    let frameWords = FrameHeader.words + rowsPerFrame * header.shape.words
    unsafe buffer = .allocate(capacity: Self.bufferWords + frameWords)
    bytes = try file.append(header.encoded.span)
  }

  deinit { unsafe buffer.deallocate() }

  /// Begins a run; the rows that follow belong to it.
  ///
  /// - Returns: where it begins.
  func begin(_ partition: Int) -> Int {
    frame = (used, 0, partition, true)
    return bytes
  }

  /// Writes the run's next row.
  func write(_ row: UnsafePointer<UInt64>) throws(SystemError) {
    let place = frame.start + FrameHeader.words + frame.rows * shape.words
    unsafe (buffer + place).update(from: row, count: shape.words)
    frame.rows += 1
    if frame.rows == rowsPerFrame { try finishFrame() }
  }

  /// Ends the run.
  func finishRun() throws(SystemError) { if frame.rows > 0 { try finishFrame() } }

  private func finishFrame() throws(SystemError) {
    let header = FrameHeader(
      rows: frame.rows,
      partition: frame.partition,
      beginsRun: frame.beginsRun
    ).encoded
    let words = frame.rows * shape.words
    unsafe buffer[frame.start] = header
    let payload = unsafe Span(_unsafeStart: buffer + frame.start + 2, count: words)
    unsafe buffer[frame.start + 1] = Checksum.of(payload, seed: header)
    used = frame.start + FrameHeader.words + words
    bytes += (FrameHeader.words + words) * 8
    rows += UInt64(frame.rows)
    if used >= Self.bufferWords { try flush() }
    frame = (used, 0, frame.partition, false)
  }

  /// Writes what waits; before anything is read back.
  func flush() throws(SystemError) {
    _ = try file.append(unsafe Span(_unsafeStart: buffer, count: used))
    used = 0
    frame.start = 0
  }

  /// Writes the end, behind which there is nothing more.
  func finish() throws(SystemError) {
    try flush()
    let end = [FrameHeader.end, rows]
    bytes += try file.append((end + [Checksum.of(end.span)]).span)
  }
}
