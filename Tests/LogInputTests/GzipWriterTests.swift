import FlowTestSupport
import LogInput
import Testing

@Suite("The gzip writer")
struct GzipWriterTests {
  @Test("gives equal bytes for equal input, without a name or a time", arguments: [1, 6, 9])
  func deterministic(_ level: Int) {
    let first = GzipWriter.member(Samples.longer, level: level)
    #expect(first == GzipWriter.member(Samples.longer, level: level))
    #expect(first.starts(with: [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]))
  }

  @Test("gives bytes that become the same text again", arguments: Samples.inflaters, [1, 6, 9])
  func roundTrip(_ inflater: InflaterKind, _ level: Int) throws {
    var random = SplitMix(UInt64(level))
    let text = random.text(lines: 3000)
    let packed = GzipWriter.member(text, level: level)
    #expect(packed.count < text.count)
    let delivery = try Delivery(packed, inflater: inflater)
    #expect(delivery.lines == Delivery.lines(of: text))
    #expect(delivery.fault == nil)
  }

  @Test("does not care in how many pieces the text comes, or when its output is taken")
  func pieces() {
    var random = SplitMix(21)
    let text = random.text(lines: 4000)
    let writer = GzipWriter()
    var packed: [UInt8] = []
    var start = 0
    while start < text.count {
      let end = min(text.count, start + 1 + random.below(20_000))
      writer.write(Array(text[start..<end]).span)
      if random.oneIn(2) { packed += writer.takeOutput() }
      start = end
    }
    packed += writer.finish()
    #expect(packed == GzipWriter.member(text))
  }

  @Test("makes a member of nothing", arguments: Samples.inflaters)
  func nothing(_ inflater: InflaterKind) throws {
    let delivery = try Delivery(GzipWriter.member([]), inflater: inflater)
    #expect(delivery.lines.isEmpty && delivery.fault == nil && delivery.form == .gzip)
  }
}
