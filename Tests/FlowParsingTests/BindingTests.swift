import FlowModel
import FlowParsing
import Testing

@Suite("From which line on a format holds")
struct BindingTests {
  private static func bindings(_ lines: [String], wanted: ColumnSet) -> [FormatBinding] {
    let block = Parsed.bytes(lines)
    var parser = RecordParser(wanted: wanted, registry: InterfaceRegistry())
    var batch = RecordBatch()
    parser.beginInput()
    var position = 0
    while position < block.count {
      batch.count = 0
      parser.parse(block.span, from: &position, to: block.count, into: &batch)
    }
    let bindings = parser.takeBindings()
    #expect(parser.takeBindings().isEmpty)
    return bindings
  }

  private static let narrow = "srcaddr dstaddr bytes start end"

  @Test("headers in the middle, and a format that content tells")
  func headers() {
    let lines = [
      "", Parsed.line(), Parsed.line(), Self.narrow, "10.0.0.1 10.0.0.2 1 2 3",
      RecordFormat.standard.header, Parsed.line(),
    ]
    let found = Self.bindings(lines, wanted: [.analysis, .lineNumber, .bindings])
    #expect(found.map(\.line) == [2, 4, 6])
    #expect(
      found.map(\.format.header) == [
        RecordFormat.standard.header, Self.narrow, RecordFormat.standard.header,
      ]
    )
    #expect(found.map(\.prefixColumns) == [0, 0, 0])
  }

  @Test("what an exporter put before the records")
  func prefix() {
    let lines = (0..<3).map { _ in "2026-01-05T10:00:00.000Z \(Parsed.line())" }
    let found = Self.bindings(lines, wanted: [.analysis, .lineNumber, .bindings])
    #expect(found.map(\.prefixColumns) == [1])
  }

  @Test("nothing is kept for consumers that do not ask")
  func unasked() {
    let lines = [RecordFormat.standard.header, Parsed.line()]
    #expect(Self.bindings(lines, wanted: Parsed.all).isEmpty)
  }
}
