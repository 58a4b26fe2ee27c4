import FlowModel
import FlowParsing
import Testing

@Suite("From which line on a format holds")
struct BindingTests {
  /// The format of each batch, and how many rows it has.
  private static func bindings(_ lines: [String]) -> [(FormatBinding?, rows: Int)] {
    let block = Parsed.bytes(lines)
    var parser = RecordParser(.analysis, registry: InterfaceRegistry())
    var batch = parser.makeBatch()
    var bindings: [(FormatBinding?, rows: Int)] = []
    parser.beginInput()
    var position = 0
    while position < block.count {
      parser.parse(block.span, from: &position, to: block.count, into: &batch)
      if batch.count > 0 { bindings.append((parser.batchFormat, batch.count)) }
      batch.clear()
    }
    return bindings
  }

  private static let narrow = "srcaddr dstaddr bytes start end"

  @Test("headers in the middle, and a format that content tells")
  func headers() {
    let lines = [
      "", Parsed.line(), Parsed.line(), Self.narrow, "10.0.0.1 10.0.0.2 1 2 3",
      RecordFormat.standard.header, Parsed.line(),
    ]
    let found = Self.bindings(lines)
    #expect(found.map(\.0?.line) == [2, 4, 6])
    #expect(
      found.map(\.0?.format.header) == [
        RecordFormat.standard.header, Self.narrow, RecordFormat.standard.header,
      ]
    )
    #expect(found.map(\.0?.prefixColumns) == [0, 0, 0])
    // A batch has rows of one format.
    #expect(found.map(\.rows) == [2, 1, 1])
  }

  @Test("what an exporter put before the records")
  func prefix() {
    let lines = (0..<3).map { _ in "2026-01-05T10:00:00.000Z \(Parsed.line())" }
    let found = Self.bindings(lines)
    #expect(found.map(\.0?.prefixColumns) == [1])
  }

  @Test("a header that is repeated changes nothing")
  func repeated() {
    let header = RecordFormat.standard.header
    let found = Self.bindings([header, Parsed.line(), header, Parsed.line()])
    #expect(found.map(\.rows) == [2])
  }
}
