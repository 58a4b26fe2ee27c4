import FlowTestSupport
import LogInput
import SystemFiles
import Testing

@Suite("The layers around a log")
struct LayerTests {
  struct Layers: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var form: InputForm
    var lines: [String]
    var testDescription: String { name }
  }

  private static let a = Samples.gzip("a1\na2\n")
  private static let b = Samples.gzip("b1\nb2\n")
  private static let none = Samples.gzip("")
  private static let padding = [UInt8](repeating: 0, count: 9)

  static let all = [
    Layers(name: "nothing", bytes: [], form: .text, lines: []),
    Layers(name: "plain text", bytes: Array("a1\na2\n".utf8), form: .text, lines: ["a1", "a2"]),
    Layers(name: "one letter", bytes: Array("a".utf8), form: .text, lines: ["a"]),
    Layers(name: "line feeds", bytes: Array("\n\n".utf8), form: .text, lines: ["", ""]),
    Layers(
      name: "a last line without line feed",
      bytes: Array("a1\na2".utf8),
      form: .text,
      lines: ["a1", "a2"]
    ),
    Layers(
      name: "carriage returns",
      bytes: Array("a1\r\n\r\na2\r\n".utf8),
      form: .text,
      lines: ["a1\r", "\r", "a2\r"]
    ),
    Layers(name: "one member", bytes: a, form: .gzip, lines: ["a1", "a2"]),
    Layers(name: "an empty member", bytes: none, form: .gzip, lines: []),
    Layers(name: "two members", bytes: a + b, form: .gzip, lines: ["a1", "a2", "b1", "b2"]),
    Layers(
      name: "an empty member between two",
      bytes: a + none + b,
      form: .gzip,
      lines: ["a1", "a2", "b1", "b2"]
    ),
    Layers(
      name: "empty members around one",
      bytes: none + none + a + none,
      form: .gzip,
      lines: ["a1", "a2"]
    ),
    Layers(
      name: "zero padding between and behind members",
      bytes: a + padding + b + padding,
      form: .gzip,
      lines: ["a1", "a2", "b1", "b2"]
    ),
    Layers(
      name: "a line across two members",
      bytes: Samples.gzip("a1\nhalf ") + Samples.gzip("line\n"),
      form: .gzip,
      lines: ["a1", "half line"]
    ),
    Layers(
      name: "a last line without line feed in gzip",
      bytes: a + Samples.gzip("end"),
      form: .gzip,
      lines: ["a1", "a2", "end"]
    ),
    Layers(
      name: "gzip in gzip",
      bytes: GzipWriter.member(a + b),
      form: .gzipInGzip,
      lines: ["a1", "a2", "b1", "b2"]
    ),
    Layers(
      name: "members of an inner stream in outer members",
      bytes: GzipWriter.member(Array(a[..<7])) + GzipWriter.member(Array(a[7...]) + b),
      form: .gzipInGzip,
      lines: ["a1", "a2", "b1", "b2"]
    ),
    Layers(
      name: "nothing in gzip in gzip",
      bytes: GzipWriter.member(none),
      form: .gzipInGzip,
      lines: []
    ),
  ]

  @Test("are taken off", arguments: Samples.inflaters, all)
  func takenOff(_ inflater: InflaterKind, _ layers: Layers) throws {
    let delivery = try Delivery(layers.bytes, inflater: inflater)
    #expect(Samples.strings(delivery) == layers.lines)
    #expect(delivery.form == layers.form)
    #expect(delivery.fault == nil)
    #expect(!delivery.lostPartialLine)
    #expect(delivery.areBlocksWhole)
    #expect(delivery.compressedBytes == layers.bytes.count)
  }

  @Test("do not depend on where reads are cut", arguments: Samples.inflaters, all)
  func cuts(_ inflater: InflaterKind, _ layers: Layers) throws {
    let cuttings = layers.bytes.indices.map(Cutting.at) + [.everyByte, .random(seed: 3)]
    for cutting in cuttings {
      let delivery = try Delivery(layers.bytes, cutting, inflater: inflater)
      #expect(Samples.strings(delivery) == layers.lines, "\(cutting)")
      #expect(delivery.form == layers.form, "\(cutting)")
      #expect(delivery.fault == nil, "\(cutting)")
      #expect(delivery.areBlocksWhole, "\(cutting)")
    }
  }

  @Test("are two at the most: a third one is handed out as it is", arguments: Samples.inflaters)
  func third(_ inflater: InflaterKind) throws {
    let inner = GzipWriter.member(Samples.longer)
    let bytes = GzipWriter.member(GzipWriter.member(inner))
    let delivery = try Delivery(bytes, inflater: inflater)
    #expect(delivery.lines == Delivery.lines(of: inner))
    #expect(delivery.form == .gzipInGzip)
    #expect(delivery.fault == nil)
  }

  @Test("are found by content, whatever the name says", arguments: ["a.log", "a.gz", "a.parquet"])
  func names(_ name: String) throws {
    let folder = try TemporaryFolder()
    let plain = try folder.write(Samples.text, to: name)
    let packed = try folder.write(GzipWriter.member(Samples.text), to: "packed/\(name)")
    let plainStream = try LogStream.open(OpenFile.reading(plain))
    let packedStream = try LogStream.open(OpenFile.reading(packed))
    #expect(plainStream.path == plain)
    let (first, second) = (Delivery(plainStream), Delivery(packedStream))
    #expect(first.form == .text && second.form == .gzip)
    #expect(first.lines == Delivery.lines(of: Samples.text))
    #expect(second.lines == first.lines)
  }

  struct Foreign: Sendable {
    var bytes: [UInt8]
    var says: String
  }

  @Test(
    "that Weir cannot take off are named",
    arguments: [
      Foreign(bytes: Array("BZh91AY".utf8), says: "bzip2"),
      Foreign(bytes: [0xff, 0xfe, 0x32, 0], says: "UTF-16"),
      Foreign(bytes: [0xfe, 0xff, 0, 0x32], says: "UTF-16"),
      Foreign(bytes: Array("PK\u{3}\u{4}....".utf8), says: "ZIP"),
    ]
  )
  func foreign(_ foreign: Foreign) throws {
    for bytes in [foreign.bytes, GzipWriter.member(foreign.bytes)] {
      for cutting in [Cutting.pages, .everyByte] {
        let error = try #require(throws: InputError.self) { try Delivery(bytes, cutting) }
        #expect(error.reason.contains(foreign.says))
        #expect(error.description.hasPrefix("\(error.path): is "))
      }
    }
  }

  @Test(
    "are no layers when only the beginning of the mark is there",
    arguments: ["PAR", "BZ", "PK\u{3}", "(\u{b5}", "P", "B"]
  )
  func partOfMark(_ text: String) throws {
    let delivery = try Delivery(Array(text.utf8))
    #expect(Samples.strings(delivery) == [text])
    #expect(delivery.form == .text)
  }
}
