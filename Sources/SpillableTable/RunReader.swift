internal import SystemFiles

/// Reads a run back, frame by frame.
struct RunReader {
  private let file: OpenFile
  let shape: RowShape
  private let partition: Int
  private let rowsPerFrame: Int
  private let wordsAhead: Int
  /// The place in the file of the first word in the buffer.
  private var offset: Int
  private var rowsLeft: Int
  private var isFirst = true
  private var buffer: [UInt64] = []
  private var position = 0

  /// Reads a run of a partition, so many bytes at once unless a frame is larger.
  init(_ source: RunSource, _ run: Run, _ partition: Int, bytesAhead: Int) {
    (file, shape, rowsPerFrame) = (source.file, source.shape, source.rowsPerFrame)
    (self.partition, offset, rowsLeft) = (partition, run.offset, run.rows)
    wordsAhead = bytesAhead / 8
  }

  /// Reads the next frame.
  ///
  /// - Parameter block: takes the rows.
  /// - Returns: how many there are; 0 at the end of the run.
  /// - Throws: `SystemError` when the file cannot be read or is not what was written.
  mutating func next(into block: UnsafeMutablePointer<UInt64>) throws(SystemError) -> Int {
    guard rowsLeft > 0 else { return 0 }
    try need(FrameHeader.words)
    guard let header = FrameHeader(buffer[position]), header.partition == partition,
      header.beginsRun == isFirst, header.rows <= min(rowsLeft, rowsPerFrame)
    else { throw damaged }
    let words = header.rows * shape.words
    try need(FrameHeader.words + words)
    guard unsafe copy(words, to: block) else { throw damaged }
    (rowsLeft, isFirst) = (rowsLeft - header.rows, false)
    position += FrameHeader.words + words
    return header.rows
  }

  /// Copies the words behind the frame's header.
  ///
  /// - Returns: false when their checksum differs.
  private func copy(_ words: Int, to block: UnsafeMutablePointer<UInt64>) -> Bool {
    let start = position + FrameHeader.words
    let rows = buffer.span.extracting(start..<start + words)
    guard Checksum.of(rows, seed: buffer[position]) == buffer[position + 1] else { return false }
    unsafe rows.withUnsafeBufferPointer {
      if let base = $0.baseAddress { unsafe block.update(from: base, count: words) }
    }
    return true
  }

  /// Sees to it that so many words lie in the buffer from the position on.
  private mutating func need(_ words: Int) throws(SystemError) {
    guard buffer.count - position < words else { return }
    offset += position * 8
    position = 0
    // A frame for each row is the most that the rest can be.
    let most = rowsLeft * (shape.words + FrameHeader.words)
    resize(max(words, min(wordsAhead, most)))
    let count = try file.read(rowsInto: &buffer, atByte: offset)
    guard count >= words else { throw damaged }
    buffer.removeLast(buffer.count - count)
  }

  private mutating func resize(_ count: Int) {
    if buffer.count > count { buffer.removeLast(buffer.count - count) }
    buffer.append(contentsOf: repeatElement(0, count: count - buffer.count))
  }

  private var damaged: SystemError { RunSource.damaged(file) }
}

/// A file with runs, and what its rows are.
struct RunSource: Sendable {
  var file: OpenFile
  var shape: RowShape
  /// The most rows that a frame holds: as many as a block.
  var rowsPerFrame: Int

  /// The file is not what was written: `EIO`.
  static func damaged(_ file: OpenFile) -> SystemError {
    SystemError(operation: "read back", path: file.path, code: 5)
  }
}

extension RunSource {
  /// Finds the runs of a file that another process finished.
  ///
  /// The rows themselves are checked when they are read.
  ///
  /// - Returns: the runs of each partition.
  /// - Throws: `TableFileError` when the file is cut, altered or something else.
  func runs(_ header: TableHeader) throws(TableFileError) -> [[Run]] {
    var runs = [[Run]](repeating: [], count: partitionCount)
    try header.check(words(TableHeader.words, at: 0))
    var (offset, rows) = (TableHeader.words * 8, UInt64(0))
    while true {
      let word = try words(1, at: offset)[0]
      if word == FrameHeader.end { break }
      guard let frame = FrameHeader(word), frame.rows <= rowsPerFrame else { throw .damaged }
      if frame.beginsRun { runs[frame.partition].append(Run(offset: offset, rows: 0)) }
      guard let last = runs[frame.partition].indices.last else { throw .damaged }
      runs[frame.partition][last].rows += frame.rows
      rows += UInt64(frame.rows)
      offset += (FrameHeader.words + frame.rows * shape.words) * 8
    }
    let end = try words(3, at: offset)
    guard end[1] == rows, Checksum.of(end.span.extracting(first: 2)) == end[2],
      file.size == offset + 24
    else { throw .damaged }
    return runs
  }

  private func words(_ count: Int, at offset: Int) throws(TableFileError) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: count)
    do throws(SystemError) {
      guard try file.read(rowsInto: &words, atByte: offset) == count else {
        throw Self.damaged(file)
      }
    } catch {
      throw .damaged
    }
    return words
  }
}
