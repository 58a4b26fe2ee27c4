import FlowModel
import FlowTestSupport
import Testing

@testable import FlowParsing

@Suite("Blocks of lines")
struct BlockTests {
  private static let header = RecordFormat.standard.header

  /// Lines of every kind.
  private static let lines: [String] = {
    let other = "start end srcaddr dstaddr"
    return [
      "# exported", header, Parsed.line(), "", Parsed.line([.action: "REJECT"]) + "\r",
      Parsed.line([.logStatus: "NODATA"]), "garbage", Parsed.line([.sourcePort: "-"]), header,
      Parsed.line([.logStatus: "SKIPDATA"]), "#" + Parsed.line(), Parsed.line([.end: "5"]), other,
      "7 8 192.0.2.7 198.51.100.7", "\t7 6 192.0.2.7 2001:db8::7", "7 8 192.0.2.7", header,
      Parsed.line([.interfaceId: "eni-2"]), Parsed.line([.interfaceId: "eni-3"]) + " ",
    ]
  }()

  @Test("give the same rows and counts wherever they are cut")
  func cuts() {
    let whole = Parsed(Self.lines)
    #expect(whole.rows.count == 8 && whole.counts.headers == 4)
    for cut in 0...Self.lines.count {
      let blocks = [Array(Self.lines[..<cut]), Array(Self.lines[cut...])].map(Parsed.bytes)
      expectSame(Parsed(blocks: blocks), whole)
    }
    expectSame(Parsed(blocks: Self.lines.map { Parsed.bytes([$0]) }), whole)
  }

  private func expectSame(_ parsed: Parsed, _ whole: Parsed) {
    #expect(parsed.rows == whole.rows)
    #expect(parsed.counts == whole.counts)
    #expect(parsed.formats == whole.formats)
    #expect(parsed.windows == whole.windows)
    #expect(parsed.names == whole.names)
  }

  @Test("are not read behind their end")
  func end() {
    let block = Parsed.bytes([Self.header, Parsed.line()])
    let all = block + Parsed.bytes([Parsed.line(), "garbage"])
    var parser = RecordParser(.analysis, registry: InterfaceRegistry())
    var batch = parser.makeBatch()
    var position = 0
    parser.parse(all.span, from: &position, to: block.count, into: &batch)
    #expect(position == block.count)
    #expect(parser.counts.lines == 2 && batch.count == 1)
  }

  @Test("fill batches of 4096 rows, one after the other")
  func fullBatch() {
    let total = 10_000
    // Every thousandth line takes the slow way.
    let lines = (0..<total).map { index in
      Parsed.line([.packets: "\(index)"]) + (index % 1000 == 0 ? " " : "")
    }
    let block = Parsed.bytes([Self.header] + lines)
    var parser = RecordParser(.analysis, registry: InterfaceRegistry(), hasPlaces: true)
    var batch = parser.makeBatch()
    var (position, sizes, packets, numbers) = (0, [Int](), [UInt64](), [UInt64]())
    while position < block.count {
      parser.parse(block.span, from: &position, to: block.count, into: &batch)
      #expect(block[position - 1] == 10)
      sizes.append(batch.count)
      packets += batch.packets[..<batch.count]
      numbers += batch.lineNumber[..<batch.count]
      batch.clear()
    }
    #expect(sizes == [4096, 4096, total - 8192])
    #expect(packets == (0..<total).map(UInt64.init))
    #expect(numbers == (0..<total).map { UInt64($0 + 2) })
    #expect(parser.counts.records.ok == UInt64(total))
  }

  @Test("add to a batch that already holds rows, and leave a full one alone")
  func partlyFull() {
    var parser = RecordParser(.analysis, registry: InterfaceRegistry())
    var batch = parser.makeBatch()
    var position = 0
    let first = Parsed.bytes([Self.header, Parsed.line([.packets: "77"])])
    parser.parse(first.span, from: &position, to: first.count, into: &batch)
    batch.count = RecordBatch.capacity - 2
    let block = Parsed.bytes((1...5).map { Parsed.line([.packets: "\($0)"]) })
    position = 0
    parser.parse(block.span, from: &position, to: block.count, into: &batch)
    #expect(batch.isFull && batch.packets[0] == 77)
    #expect(batch.packets.suffix(2) == [1, 2])
    #expect(parser.counts.lines == 4)
    let before = position
    parser.parse(block.span, from: &position, to: block.count, into: &batch)
    #expect(position == before && parser.counts.lines == 4)
  }

  @Test("say where in them every record lies")
  func offsets() {
    let lines = [Self.header, Parsed.line(), "garbage", " " + Parsed.line(), Parsed.line()]
    let block = Parsed.bytes(lines)
    var parser = RecordParser(.analysis, registry: InterfaceRegistry(), hasPlaces: true)
    var batch = parser.makeBatch()
    var position = 0
    parser.parse(block.span, from: &position, to: block.count, into: &batch)
    let starts = lines.indices.map { Parsed.bytes(Array(lines[..<$0])).count }
    #expect(batch.lineOffset[..<batch.count].map(Int.init) == [starts[1], starts[3], starts[4]])
    #expect(Array(batch.lineNumber[..<batch.count]) == [2, 4, 5])
  }

  @Test("of the next input begin anew")
  func nextInput() {
    var parser = RecordParser(.analysis, registry: InterfaceRegistry())
    var batch = parser.makeBatch()
    let lines = [
      "srcaddr start end", "192.0.2.1 1 2", "srcaddr start end log-status",
      "192.0.2.1 1 2 SKIPDATA",
    ]
    for _ in 0..<2 {
      parser.beginInput()
      #expect(parser.counts == LineCounts() && parser.formats.isEmpty)
      let block = Parsed.bytes(lines)
      var position = 0
      while position < block.count {
        parser.parse(block.span, from: &position, to: block.count, into: &batch)
        batch.clear()
      }
      #expect(parser.counts.lines == 4 && parser.formats.count == 2)
      #expect(parser.counts.records.skipData == 1)
    }
    parser.beginInput()
    let block = Parsed.bytes(["192.0.2.1 1 2"])
    var position = 0
    parser.parse(block.span, from: &position, to: block.count, into: &batch)
    #expect(parser.counts.rejected == [.unknownFormat: 1])
  }
}
