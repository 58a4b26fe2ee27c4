import FlowModel
import FlowTestSupport
import LogInput
import Testing

@testable import FlowParsing

@Suite("Documents, tables and other envelopes")
struct DocumentTests {
  /// Records as AWS writes them, one of each log status.
  static let records = [
    "2 123456789012 eni-0a1b2c3d4e5f60718 203.0.113.25 192.0.2.10 51544 22 6 18 3120 1767607200 1767607258 ACCEPT OK",
    "2 123456789012 eni-0a1b2c3d4e5f60718 198.51.100.77 192.0.2.10 40211 22 6 1 40 1767607203 1767607204 REJECT OK",
    "2 123456789012 eni-0a1b2c3d4e5f60718 - - - - - - - 1767607200 1767607260 - NODATA",
    "2 123456789012 eni-0608192d5c498fbcd 2001:db8:1::5 2001:db8:2::9 34892 443 17 54 8855 1767607201 1767607251 ACCEPT OK",
    "2 123456789012 eni-0608192d5c498fbcd - - - - - - - 1767607260 1767607320 - SKIPDATA",
  ]

  @Test(
    "Every form gives the same records, however its bytes are cut",
    arguments: DeliveryForm.allCases
  )
  func sameRecords(form: DeliveryForm) throws {
    let bytes = form.bytes(Self.records)
    let whole = Documents(bytes)
    #expect(whole.counts.records.ok == 3)
    #expect(whole.counts.records.noData == 1)
    #expect(whole.counts.records.skipData == 1)
    #expect(whole.counts.rejected.isEmpty)
    #expect(whole.fault == nil)
    #expect(whole.sums == ["3120 22", "40 22", "8855 443"])
    #expect(whole.counts.lines == 5 + whole.counts.headers)
    #expect(whole.counts.headers == (form.hasHeader ? 1 : 0))
    for size in [1, 2, 3, 7, 64, 1000] {
      #expect(Documents(bytes, pieces: size) == whole, "pieces of \(size) bytes")
    }
  }

  @Test("A form that is cut anywhere loses its end and is told", arguments: DeliveryForm.allCases)
  func cut(form: DeliveryForm) {
    let bytes = form.bytes(Self.records)
    let whole = Documents(bytes)
    for end in 0..<bytes.count {
      let part = Documents(Array(bytes[..<end]), envelope: whole.envelope)
      let counts = part.counts
      #expect(counts.records.total <= 5)
      #expect(
        counts.records.total + counts.rejectedTotal + counts.headers <= counts.lines,
        "cut at \(end)"
      )
    }
  }
}

/// What became of an input in any form.
struct Documents: Equatable {
  private(set) var counts = LineCounts()
  private(set) var fault: String?
  private(set) var kind = ""
  private(set) var notes: [String] = []
  /// Bytes and destination port of each record with log-status OK.
  private(set) var sums: [String] = []
  let envelope: Envelope?

  static func == (left: Documents, right: Documents) -> Bool {
    left.counts == right.counts && left.fault == right.fault && left.sums == right.sums
      && left.notes == right.notes
  }

  /// Reads an input in pieces of so many bytes.
  init(_ bytes: [UInt8], pieces: Int = .max, envelope given: Envelope? = nil) {
    envelope = given ?? Envelope(bytes.span.extracting(0..<min(bytes.count, Envelope.headSize)))
    var parser = RecordParser(.analysis, registry: InterfaceRegistry(), hasPlaces: true)
    var batch = parser.makeBatch()
    parser.beginInput()
    var lines = LineBlock()
    guard let envelope else {
      lines.bytes = bytes
      if bytes.last != 10, !bytes.isEmpty { lines.bytes.append(10) }
      parse(lines.bytes, to: lines.bytes.count, &parser, &batch)
      flush(&parser, &batch)
      counts = parser.counts
      return
    }
    parser.isOfDocuments = true
    var reader = DocumentReader(envelope) { GzipMembers.inflate($0, limit: 1 << 20) }
    for start in stride(from: 0, to: bytes.count, by: min(pieces, max(1, bytes.count))) {
      lines.clear()
      let end = min(bytes.count, pieces == .max ? .max : start + pieces)
      reader.read(bytes.span.extracting(start..<end), into: &lines)
      take(lines, &parser, &batch)
    }
    lines.clear()
    reader.finish(isDamaged: false, into: &lines)
    take(lines, &parser, &batch)
    flush(&parser, &batch)
    (counts, fault, kind) = (parser.counts, reader.fault, reader.kind)
    notes = reader.notes
  }

  private mutating func take(
    _ lines: LineBlock,
    _ parser: inout RecordParser,
    _ batch: inout RecordBatch
  ) {
    var start = 0
    for segment in lines.segments {
      parser.use(segment.format, number: segment.formatNumber, &batch)
      parse(lines.bytes, from: start, to: segment.end, &parser, &batch)
      start = segment.end
    }
  }

  private mutating func parse(
    _ bytes: [UInt8],
    from start: Int = 0,
    to end: Int,
    _ parser: inout RecordParser,
    _ batch: inout RecordBatch
  ) {
    var position = start
    while position < end {
      parser.parse(bytes.span, from: &position, to: end, into: &batch)
      if batch.isFull { flush(&parser, &batch) }
    }
  }

  private mutating func flush(_ parser: inout RecordParser, _ batch: inout RecordBatch) {
    for row in 0..<batch.count where batch.status[row] == LogStatus.ok.rawValue {
      sums.append("\(batch.bytes[row]) \(batch.destinationPort[row])")
    }
    batch.clear()
  }
}
