import FlowTestSupport
import SystemFiles
import Testing

@testable import SpillableTable

@Suite("Files of rows")
struct TableFileTests {
  private static let header = TableHeader(
    kind: SampleRow.table.kind,
    shape: SampleRow.shape,
    settings: 42
  )
  private static let rows = SampleRow.random(60, groups: 9, keys: 30, seed: 1)

  /// A finished file with the rows, as words.
  private static func written() throws -> [UInt64] {
    let file = try OpenFile.temporary()
    let writer = try RunWriter(file, header, rowsPerFrame: 4)
    let sorted = rows.sorted { ($0.hash >> 56, $0.hash, $0.key) < ($1.hash >> 56, $1.hash, $1.key) }
    var last = -1
    for row in sorted {
      let partition = Int(row.hash >> 56)
      if partition != last { try writer.finishRun() }
      if partition != last { _ = writer.begin(partition) }
      last = partition
      try unsafe withUnsafeBytes(of: row) { bytes in
        guard let words = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt64.self) else {
          return
        }
        try unsafe writer.write(words)
      }
    }
    try writer.finishRun()
    try writer.finish()
    var words = [UInt64](repeating: 0, count: writer.bytes / 8)
    #expect(try file.read(rowsInto: &words, atByte: 0) == words.count)
    return words
  }

  private static func file(_ bytes: some Sequence<UInt8>) throws -> OpenFile {
    let file = try OpenFile.temporary()
    try file.write(Array(bytes).span)
    return file
  }

  private static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  /// All rows of a file.
  private static func read(_ file: OpenFile) throws -> [SampleRow] {
    let source = RunSource(file: file, shape: SampleRow.shape, rowsPerFrame: 4)
    let part = Part(block: BlockAllocator.shared.allocate(), count: 0)
    defer { BlockAllocator.shared.free([part]) }
    var rows: [SampleRow] = []
    for (partition, runs) in try source.runs(header).enumerated() {
      for run in runs {
        var reader = RunReader(source, run, partition, bytesAhead: 100)
        while case let count = try unsafe reader.next(into: part.block.base), count > 0 {
          let raw = unsafe UnsafeRawPointer(part.block.base)
          for place in 0..<count {
            rows.append(unsafe raw.load(fromByteOffset: place * 24, as: SampleRow.self))
          }
        }
      }
    }
    return rows
  }

  @Test("what is written is read back")
  func roundTrip() throws {
    let file = try Self.file(Self.bytes(Self.written()))
    #expect(try Set(Self.read(file)) == Set(Self.rows))
  }

  @Test("a file of rows has these bytes")
  func bytes() throws {
    let words = try Self.written()
    #expect(Array(Self.bytes(Array(words[..<1]))) == Array("WiTable1".utf8.reversed()).reversed())
    #expect(words[1] == 1 | 77 << 16 | 3 << 32 | 2 << 48 | 1 << 56)
    #expect(words[2] == .max)
    #expect(words[3] == 42)
    #expect(words[words.count - 2] == 60)
  }

  @Test("a file cut at any byte is an error")
  func cut() throws {
    let bytes = try Self.bytes(Self.written())
    for length in 0..<bytes.count {
      let file = try Self.file(bytes[..<length])
      #expect(throws: (any Error).self) { try Self.read(file) }
    }
  }

  @Test("a file with any byte altered is an error")
  func altered() throws {
    let bytes = try Self.bytes(Self.written())
    for place in bytes.indices {
      var altered = bytes
      altered[place] ^= 1 << UInt8(place % 8)
      let file = try Self.file(altered)
      #expect(throws: (any Error).self) { try Self.read(file) }
    }
  }

  @Test("a file with more behind its end is an error")
  func longer() throws {
    let file = try Self.file(Self.bytes(Self.written()) + [0])
    #expect(throws: TableFileError.damaged) { try Self.read(file) }
  }

  @Test("a table of other rows, settings or version is told apart")
  func otherHeaders() throws {
    var words = try Self.written()
    let source = RunSource(
      file: try Self.file(Self.bytes(words)),
      shape: SampleRow.shape,
      rowsPerFrame: 4
    )
    var header = Self.header
    header.kind = 76
    #expect(throws: TableFileError.otherRows) { try source.runs(header) }
    header = Self.header
    header.settings = 41
    #expect(throws: TableFileError.otherSettings) { try source.runs(header) }
    words[1] += 1
    words[7] = Checksum.of(words.span.extracting(first: 7))
    let later = RunSource(
      file: try Self.file(Self.bytes(words)),
      shape: SampleRow.shape,
      rowsPerFrame: 4
    )
    #expect(throws: TableFileError.version(2)) { try later.runs(Self.header) }
  }

  @Test("a spilled run that was altered ends the reading with an error")
  func alteredSpill() throws {
    let file = try OpenFile.temporary()
    let writer = try RunWriter(file, Self.header, rowsPerFrame: 4)
    let offset = writer.begin(3)
    for row in Self.rows.prefix(10) {
      try unsafe withUnsafeBytes(of: row) { bytes in
        guard let words = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt64.self) else {
          return
        }
        try unsafe writer.write(words)
      }
    }
    try writer.finishRun()
    try writer.flush()
    let source = RunSource(file: file, shape: SampleRow.shape, rowsPerFrame: 4)
    let part = Part(block: BlockAllocator.shared.allocate(), count: 0)
    defer { BlockAllocator.shared.free([part]) }
    var tooLong = RunReader(source, Run(offset: offset, rows: 11), 3, bytesAhead: 4096)
    for count in [4, 4, 2] { #expect(try unsafe tooLong.next(into: part.block.base) == count) }
    #expect(throws: SystemError.self) { try unsafe tooLong.next(into: part.block.base) }
    var elsewhere = RunReader(source, Run(offset: offset, rows: 10), 4, bytesAhead: 4096)
    #expect(throws: SystemError.self) { try unsafe elsewhere.next(into: part.block.base) }
  }
}
