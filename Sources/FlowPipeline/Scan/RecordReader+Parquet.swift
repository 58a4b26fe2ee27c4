internal import FlowFindings
internal import FlowModel
internal import FlowParsing
internal import LogInput
internal import Synchronization
internal import SystemFiles

/// Parquet files, whose rows are read from wherever the footer says that they lie.
extension RecordReader {
  /// Reads a Parquet file.
  ///
  /// Anything that is no plain file is copied into a temporary one first.
  mutating func readParquet(_ stream: LogStream, onTwoThreads: Bool, archive: String?) {
    var summary = SourceSummary(unreadable: stream.path, "")
    do {
      let file = FileBytes(try stream.takeFile())
      summary.bytes = file.size
      summary.compressedBytes = stream.isPlainFile ? file.size : stream.compressedBytes
      try fingerprint.note(file)
      let work = ParquetWork(file: file, path: stream.path)
      try read(work, onTwoThreads: onTwoThreads, &summary)
    } catch let fault as ParquetFault where fault.isForeign {
      summary.fault = "is a Parquet file, but \(fault.description)"
    } catch let fault as ParquetFault {
      (summary.form, summary.fault) = ("Parquet", "Parquet: \(fault.description)")
    } catch {
      (summary.form, summary.fault) = ("Parquet", "\(error)")
    }
    summary.isTruncated = summary.fault != nil
    (summary.copyFault, summary.archive) = (stream.copyFault, archive)
    (summary.formats, summary.counts) = (parser.formats, parser.counts)
    summary.fingerprint = fingerprint.value
    progress?.add(compressedBytes: summary.compressedBytes, records: parser.counts.records.total)
    progress?.endFile(records: parser.counts.records.total)
    sources.append(summary)
  }

  private mutating func read(
    _ work: ParquetWork,
    onTwoThreads: Bool,
    _ summary: inout SourceSummary
  ) throws(ParquetFault) {
    var reader = try reader(of: work)
    summary.form = reader.kind
    if onTwoThreads, reader.groupCount > 1, options.blocksPerInput == nil, Workers.canStart {
      readOnTwoThreads(work, &reader)
    } else {
      readGroups(work, &reader)
    }
    summary.notes = reader.notes
    summary.fault = work.damage
  }

  private func reader(of work: ParquetWork) throws(ParquetFault) -> ParquetReader {
    try ParquetReader(
      work.file,
      FileBytes.inflate,
      projection: parser.projection,
      registry: source.registry,
      window: options.window
    )
  }

  /// Another worker takes every row group that this one does not take.
  private mutating func readOnTwoThreads(
    _ work: ParquetWork,
    _ reader: inout ParquetReader
  ) {
    let second = reader
    let result = BoundedQueue<Second>(capacity: 1)
    let (source, make) = (source, make)
    let thread = Workers.start {
      var worker = RecordReader(source, make)
      var reader = second
      _ = worker.consumer.begin(work.path)
      worker.readGroups(work, &reader)
      worker.consumer.end()
      result.push(
        Second(
          consumer: worker.consumer,
          recordsInWindow: worker.recordsInWindow,
          counts: worker.parser.counts,
          formats: worker.parser.formats,
          reader: reader
        )
      )
    }
    readGroups(work, &reader)
    thread.join()
    guard let other = result.pop() else { return }
    reader.merge(other.reader)
    parser.merge(other.counts, other.formats)
    recordsInWindow += other.recordsInWindow
    consumer.merge(other.consumer)
  }

  /// What the other worker gives.
  private struct Second: Sendable {
    var consumer: Consumer
    var recordsInWindow: UInt64
    var counts: LineCounts
    var formats: [RecordFormat]
    var reader: ParquetReader
  }

  /// Reads row groups as long as there are any; one that is damaged ends where the damage begins.
  private mutating func readGroups(_ work: ParquetWork, _ reader: inout ParquetReader) {
    (parser.isOfDocuments, place.path) = (true, work.path)
    if consumer.wantsPlaces, reader.isDirect {
      place.lines = ParquetLines(reader)
    }
    defer { place.lines = nil }
    while !Interruption.isRequested, let group = work.nextGroup(of: reader.groupCount) {
      do throws(ParquetFault) {
        try reader.open(group: group, &parser)
        try readGroup(&reader)
      } catch {
        work.note(error, reader.rest, group: group)
      }
      flush()
      if options.blocksPerInput != nil { return }
    }
  }

  private mutating func readGroup(_ reader: inout ParquetReader) throws(ParquetFault) {
    var steps = 0
    while !Interruption.isRequested, steps < options.blocksPerInput ?? .max {
      steps += 1
      if consumer.wantsPlaces, place.lines == nil {
        lines.clear()
        guard try reader.read(into: &lines, &parser) else { return }
        parseLines()
      } else {
        guard try reader.read(into: &batch, &parser) else { return }
        if batch.isFull { flush() }
      }
    }
  }
}

/// The row groups of a file, which one worker or two read, and what is wrong with them.
private final class ParquetWork: Sendable {
  let file: FileBytes
  let path: String
  private let next = Atomic<Int>(0)
  private let faults = Mutex<[(group: Int, text: String)]>([])

  init(file: FileBytes, path: String) { (self.file, self.path) = (file, path) }

  /// The next row group that nobody read; nil when there is none.
  func nextGroup(of count: Int) -> Int? {
    let group = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return group < count ? group : nil
  }

  func note(_ fault: ParquetFault, _ rest: Range<Int>, group: Int) {
    let rows =
      rest.isEmpty ? "" : "; its rows \(rest.lowerBound + 1) to \(rest.upperBound) are lost"
    let text = "Parquet row group \(group + 1): \(fault.description)\(rows)"
    faults.withLock { $0.append((group, text)) }
  }

  /// The first damage, in words; nil where all is well.
  var damage: String? {
    let faults = faults.withLock { $0.sorted { $0.group < $1.group } }
    let others = faults.count - 1
    return faults.first.map { first in
      others > 0
        ? "\(first.text); \(others) more damaged row group\(others == 1 ? "" : "s")" : first.text
    }
  }
}

/// An open file, of which any part can be read.
struct FileBytes: RandomAccessBytes {
  private let file: OpenFile
  let size: Int

  init(_ file: OpenFile) { (self.file, size) = (file, file.size ?? 0) }

  func read(_ range: Range<Int>) throws(ParquetFault) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= size else {
      throw ParquetFault("the file is cut off")
    }
    var bytes = [UInt8](repeating: 0, count: range.count)
    let count: Int
    do throws(SystemError) {
      count = try file.read(rowsInto: &bytes, atByte: range.lowerBound)
    } catch {
      throw ParquetFault(error.description)
    }
    guard count == range.count else {
      throw ParquetFault("the file became shorter while it was read")
    }
    return bytes
  }

  /// Inflates a page.
  static func inflate(_ codec: ParquetCodec, _ bytes: [UInt8], _ size: Int) -> [UInt8]? {
    switch codec {
    case .uncompressed: bytes
    case .gzip: CompressedBlock.inflate(bytes, .gzip, size: size)
    case .snappy: CompressedBlock.inflate(bytes, .snappy, size: size)
    case .zstd: CompressedBlock.inflate(bytes, .zstd, size: size)
    case .lzo, .brotli, .lz4, .lz4Raw: nil
    }
  }
}

extension TextFingerprint {
  /// Takes the footer of a file into account, which tells where everything lies and how large it is.
  mutating func note(_ file: FileBytes) throws(ParquetFault) {
    let end = try file.read(max(0, file.size - 8192)..<file.size)
    note(end, end.count)
  }
}
