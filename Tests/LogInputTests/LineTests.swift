import FlowTestSupport
import LogInput
import SystemFiles
import Testing

@Suite("The lines of a log", .serialized)
struct LineTests {
  private static let longest = LogStream.longestLine

  /// What must come of a line: itself, or its beginning where it is too long.
  private static func isFaithful(_ line: [UInt8], to whole: [UInt8]) -> Bool {
    line == whole || line.count > longest && line == Array(whole.prefix(longest + 1))
  }

  private static func check(_ text: [UInt8], _ cutting: Cutting, _ inflater: InflaterKind) throws {
    let truth = Delivery.lines(of: text)
    for bytes in [text, GzipWriter.member(text)] {
      let delivery = try Delivery(bytes, cutting, inflater: inflater)
      #expect(delivery.lines.count == truth.count)
      for (line, whole) in zip(delivery.lines, truth) {
        #expect(isFaithful(line, to: whole), "a line of \(whole.count) bytes")
      }
      #expect(delivery.fault == nil)
      #expect(delivery.areBlocksWhole)
      #expect(delivery.bytes == text.count)
    }
  }

  @Test(
    "around the longest one come whole or cut, and leave the others alone",
    arguments: [-1, 0, 1, 2, 300_000]
  )
  func longLines(_ beyond: Int) throws {
    let long = Samples.line(Self.longest + beyond)
    let before = Array("first\n".utf8)
    let after = Array("\nthen\n".utf8)
    for inflater in Samples.inflaters {
      try Self.check(before + long + [Samples.lineFeed] + long + after, .pages, inflater)
      try Self.check(before + long, .pages, inflater)
    }
    try Self.check(long + after, .random(seed: 2), .fastest)
  }

  @Test("that are too long for a block are cut to one byte more than the longest")
  func cut() throws {
    let text = Samples.line(3 << 20) + Array("\nthen\n".utf8)
    let delivery = try Delivery(text)
    #expect(delivery.lines.map(\.count) == [Self.longest + 1, 4])
    #expect(delivery.bytes == text.count)
    #expect(!delivery.lostPartialLine)
  }

  @Test("are one, and cut, when three megabytes hold no line feed", arguments: Samples.inflaters)
  func noLineFeed(_ inflater: InflaterKind) throws {
    let text = Samples.line(3 << 20)
    for bytes in [text, GzipWriter.member(text)] {
      let delivery = try Delivery(bytes, inflater: inflater)
      #expect(delivery.lines.map(\.count) == [Self.longest + 1])
      #expect(delivery.bytes == text.count)
      #expect(delivery.fault == nil)
    }
  }

  @Test(
    "may fill the block to its last byte",
    arguments: Samples.inflaters,
    [-2, -1, 0, 1, 2]
  )
  func brim(_ inflater: InflaterKind, _ shift: Int) throws {
    // A file is read as 65,536 bytes first, then as much as the block can take.
    let room = LogStream.blockSize + Self.longest + 2
    let head = Samples.line(65_535) + [Samples.lineFeed]
    let middle = Samples.line(60_000) + [Samples.lineFeed]
    var text = head + middle + middle + middle
    text += Samples.line(room - 3 * middle.count - (Self.longest + 1) - 1 + shift, "y")
    text += [Samples.lineFeed] + Samples.line(70_000, "z") + Array("\nthen\n".utf8)
    let folder = try TemporaryFolder()
    for (name, bytes) in [("a.log", text), ("a.gz", GzipWriter.member(text))] {
      let path = try folder.write(bytes, to: name)
      let delivery = Delivery(try LogStream.open(OpenFile.reading(path), inflater: inflater))
      let truth = Delivery.lines(of: text)
      #expect(delivery.lines.count == truth.count)
      for (line, whole) in zip(delivery.lines, truth) {
        #expect(Self.isFaithful(line, to: whole), "a line of \(whole.count) bytes")
      }
      #expect(delivery.bytes == text.count)
    }
  }

  @Test("are as many as there are when damage strikes inside one that is too long")
  func damageInLongLine() throws {
    // The beginning of the long line was handed out, so nothing of it may be noted a second time.
    let packed = GzipWriter.member(Array("first\n".utf8) + Samples.line(1 << 20))
    let delivery = try Delivery(Array(packed.dropLast(8)))
    #expect(delivery.lines.map(\.count) == [5, Self.longest + 1])
    #expect(delivery.fault != nil)
    #expect(!delivery.lostPartialLine)
  }

  @Test(
    "are the same from both libraries, plain and packed, however reads are cut",
    arguments: [1, 2, 3, 4, 5, 6] as [UInt64]
  )
  func differential(seed: UInt64) throws {
    var random = SplitMix(seed)
    var text = random.text(lines: 500 + random.below(2500))
    if random.oneIn(2) { text.removeLast() }
    let truth = Delivery.lines(of: text)
    let level = [1, 6, 9][random.below(3)]
    let half = text.count / 2
    let inputs = [
      text, GzipWriter.member(text, level: level),
      GzipWriter.member(Array(text[..<half])) + GzipWriter.member(Array(text[half...])),
      GzipWriter.member(GzipWriter.member(text, level: level)),
    ]
    for bytes in inputs {
      for inflater in Samples.inflaters {
        for cutting in [Cutting.pages, .random(seed: seed)] {
          let delivery = try Delivery(bytes, cutting, inflater: inflater)
          #expect(delivery.lines == truth)
          #expect(delivery.bytes == text.count)
          #expect(delivery.compressedBytes == bytes.count)
          #expect(delivery.fault == nil)
        }
      }
    }
  }

  @Test(
    "are complete when the inflated bytes end where a buffer ends",
    arguments: Samples.inflaters
  )
  func bufferBorders(_ inflater: InflaterKind) throws {
    let block = LogStream.blockSize + Self.longest + 2
    for size in [65_536, 131_072, block, 65_536 + block] {
      for shift in -1...1 {
        var text: [UInt8] = []
        while text.count < size + shift { text += Array("\(text.count) of \(size)\n".utf8) }
        text.removeLast(text.count - size - shift)
        let delivery = try Delivery(GzipWriter.member(text), inflater: inflater)
        #expect(delivery.lines == Delivery.lines(of: text), "\(size + shift) bytes")
        #expect(delivery.fault == nil, "\(size + shift) bytes")
      }
    }
  }

  @Test("are read from a copy as well when the input can be read only once")
  func copy() throws {
    for bytes in [Samples.longer, GzipWriter.member(Samples.longer)] {
      let copy = try OpenFile.temporary()
      let delivery = try Delivery(bytes, .random(seed: 4), copy: copy)
      copy.rewind()
      #expect(delivery.lines == Delivery.lines(of: Samples.longer))
      #expect(try copy.wholeContent() == bytes)
    }
  }

  @Test("come in few blocks, and the block's buffer stops growing")
  func memory() throws {
    var random = SplitMix(8)
    let text = random.text(lines: 12_000)
    let folder = try TemporaryFolder()
    let path = try folder.write(GzipWriter.member(text), to: "a.gz")
    let stream = try LogStream.open(OpenFile.reading(path))
    var buffer: [UInt8] = []
    var sizes: Set<Int> = []
    var total = 0
    while let end = stream.nextBlock(into: &buffer) {
      sizes.insert(buffer.count)
      total += end
    }
    #expect(sizes == [LogStream.blockSize + Self.longest + 2])
    #expect(total == text.count)
    #expect(stream.nextBlock(into: &buffer) == nil)
  }
}
