internal import FlowModel
internal import LogInput
internal import SystemFiles

/// One S3 object in the making: lines go in, compressed bytes lie on the disk at the end.
struct LogFile {
  private static let flushSize = 1 << 18
  private static let spareSize = 1 << 12

  private let format: LineFormat
  private let prefixes: [[UInt8]]
  private let gzip = GzipWriter()
  private var lines = LineBuffer(capacity: flushSize + spareSize)
  /// The records so far and the size of their text.
  private(set) var totals = GeneratedTotals()

  init(_ format: LineFormat, _ network: VirtualNetwork) {
    self.format = format
    prefixes = network.interfaces.map(format.prefix)
    lines.append(format.header)
    lines.endLine()
  }

  /// Adds a row as a line.
  mutating func append(_ row: FlowRow) {
    lines.append(prefixes[Int(row.interface)])
    format.append(row, to: &lines)
    totals.records += 1
    if lines.bytes.count > Self.flushSize { flush() }
  }

  /// Ends the file and writes it below the folder.
  ///
  /// - Returns: what went into it.
  mutating func finish(_ name: ObjectName, in folder: String) throws(SystemError) -> GeneratedTotals
  {
    flush()
    let path = "\(folder)/\(name.folder)"
    try Folders.create(path)
    let compressed = gzip.finish()
    try WholeFile.write(compressed.span, to: "\(path)/\(name.file)")
    totals.files = 1
    totals.compressedBytes = compressed.count
    return totals
  }

  private mutating func flush() {
    totals.textBytes += lines.bytes.count
    gzip.write(lines.bytes.span)
    lines.clear()
  }
}
