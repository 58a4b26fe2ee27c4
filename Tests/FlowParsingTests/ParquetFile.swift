import FlowModel
import FlowParsing
import FlowTestSupport
import Foundation
import LogInput

/// Bytes in memory as a file.
struct BytesInMemory: RandomAccessBytes {
  let bytes: [UInt8]

  var size: Int { bytes.count }

  func read(_ range: Range<Int>) throws(ParquetFault) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
      throw ParquetFault("the file is cut off")
    }
    return Array(bytes[range])
  }
}

/// The Parquet files of `Tests/Fixtures`, all of which hold the records of `rows.log`.
enum ParquetFile {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Fixtures/Parquet")

  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (files ?? []).filter { $0.hasSuffix(".parquet") && $0 != "null-column.parquet" }.sorted()
  }()

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }

  static func reader(_ bytes: [UInt8], _ projection: Projection?, _ registry: InterfaceRegistry)
    throws(ParquetFault) -> ParquetReader
  {
    try ParquetReader(
      BytesInMemory(bytes: bytes),
      { codec, bytes, size in
        switch codec {
        case .gzip: CompressedBlock.inflate(bytes, .gzip, size: size)
        case .snappy: CompressedBlock.inflate(bytes, .snappy, size: size)
        case .zstd: CompressedBlock.inflate(bytes, .zstd, size: size)
        default: nil
        }
      },
      projection: projection,
      registry: registry
    )
  }
}

extension Parsed {
  /// Reads a Parquet file.
  ///
  /// - Parameters:
  ///   - parquet: its bytes.
  ///   - wanted: the fields that are decoded.
  ///   - asLines: whether each row becomes a line.
  init(parquet: [UInt8], wanted: Projection = .analysis, asLines: Bool) {
    let registry = InterfaceRegistry()
    var parser = RecordParser(wanted, registry: registry)
    parser.beginInput()
    parser.isOfDocuments = true
    var batch = parser.makeBatch()
    self.init(blocks: [])
    do throws(ParquetFault) {
      var reader = try ParquetFile.reader(parquet, asLines ? nil : parser.projection, registry)
      for group in 0..<reader.groupCount {
        do throws(ParquetFault) {
          try reader.open(group: group, &parser)
          while try read(&reader, &parser, &batch, asLines, registry) {
            if batch.isFull { flush(&batch, registry.names) }
          }
        } catch {
          faults.append(error.description)
        }
        flush(&batch, registry.names)
      }
    } catch {
      faults.append(error.description)
    }
    take(parser, registry)
  }

  private mutating func read(
    _ reader: inout ParquetReader,
    _ parser: inout RecordParser,
    _ batch: inout RecordBatch,
    _ asLines: Bool,
    _ registry: InterfaceRegistry
  ) throws(ParquetFault) -> Bool {
    guard asLines else { return try reader.read(into: &batch, &parser) }
    var lines = LineBlock()
    guard try reader.read(into: &lines, &parser) else { return false }
    var position = 0
    for segment in lines.segments {
      parser.use(segment.format, number: segment.formatNumber, &batch)
      while position < segment.end {
        parser.parse(lines.bytes.span, from: &position, to: segment.end, into: &batch)
        if batch.isFull { flush(&batch, registry.names) }
      }
    }
    return true
  }
}
