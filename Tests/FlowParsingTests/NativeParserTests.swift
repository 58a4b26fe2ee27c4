import FlowModel
import FlowTestSupport
import Testing

@testable import FlowParsing

/// The parser in C against its twin in Swift.
@Suite(
  "Both parsers",
  .enabled(if: NativeParser.isAvailable, "this processor cannot run the parser in C")
)
struct NativeParserTests {
  /// Reads text by both parsers, and by the one in C cut at every line.
  private func expectSame(_ text: String, wanted: Projection = .all) {
    let bytes = Array(text.utf8)
    let safe = Parsed(blocks: [bytes], wanted: wanted, isNative: false)
    let native = Parsed(blocks: [bytes], wanted: wanted)
    #expect(native.rows == safe.rows, "\(text)")
    #expect(native.texts == safe.texts, "\(text)")
    #expect(native.counts == safe.counts, "\(text)")
    #expect(native.windows == safe.windows, "\(text)")
  }

  private static let good =
    "2 123456789012 eni-0a1b2c3d4e5f60718 198.51.100.7 10.0.0.1 40211 22 6 18 3120 1767607200 1767607258 ACCEPT OK\n"

  @Test("read lines alike, also when they are unusual")
  func unusual() {
    let replacements: [(String, [String])] = [
      (
        "198.51.100.7",
        [
          "0.0.0.0", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1..2.3",
          "-", "2001:db8::7", "::ffff:198.51.100.7", "1.2.3.4a", "1234.1.1.1",
        ]
      ),
      ("40211", ["0", "65535", "65536", "-", "040", "4o2", "12345678", "", "99999999999"]),
      (" 6 ", [" 0 ", " 255 ", " 256 ", " - ", "  6 ", " 6\t"]),
      (
        "3120",
        ["0", "9999999", "10000000", "18446744073709551613", "18446744073709551616", "-", "3 120"]
      ),
      (
        "1767607200",
        ["0", "999999999", "4294967295", "4294967296", "1767607200000", "-", "17676072x0"]
      ),
      ("ACCEPT", ["REJECT", "-", "ACCEPTED", "accept"]),
      (
        " OK\n", [" NODATA\n", " SKIPDATA\n", " OK \n", " OK\r\n", " OKAY\n", " OK extra\n", " OK"]
      ),
      (
        "1767607200 1767607258 ACCEPT OK",
        ["- - - NODATA", "- - - SKIPDATA", "- 1767607258 - NODATA", "- - ACCEPT OK"]
      ),
      ("eni-0a1b2c3d4e5f60718", ["eni-0a1b2c3d", "-", "eni-0a1b2c3d4e5f607181"]),
      ("123456789012", ["unknown", "-", "999999999999", "12345678901"]),
    ]
    for (part, others) in replacements {
      for other in others {
        let line = Self.good.replacing(part, with: other)
        let ended = line.hasSuffix("\n") ? line : line + "\n"
        expectSame(Self.good + Self.good + ended + Self.good)
      }
    }
  }

  @Test("read lines alike under random damage", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func damage(seed: UInt64) {
    var random = SplitMix(seed)
    let alphabet = Array("0123456789.- :aAOK\tx\r".utf8)
    for _ in 0..<400 {
      var bytes = Array(Self.good.utf8)
      for _ in 0..<Int(random.next() % 3) {
        let place = Int(random.next() % UInt64(bytes.count - 1))
        bytes[place] = alphabet[Int(random.next() % UInt64(alphabet.count))]
      }
      expectSame(Self.good + String(decoding: bytes, as: UTF8.self) + Self.good)
    }
  }

  /// Values of every field as AWS writes them, and what others write.
  private static func value(_ field: FieldName, _ random: inout SplitMix) -> String {
    if random.oneIn(9) { return "-" }
    let number = random.next() >> UInt64(random.below(64))
    switch field.storage {
    case .address:
      return random.oneIn(3)
        ? IPAddress(high: 0x2001_0db8 << 32, low: number).description
        : IPAddress(v4: UInt32(truncatingIfNeeded: number)).description
    case .port: return "\(number % 65_600)"
    case .protocolNumber, .tcpFlags: return "\(number % 258)"
    case .trafficPath: return "\(number % 20)"
    case .time: return "\(1_700_000_000 + number % 100_000_000)"
    case .counter, .number: return "\(number)"
    case .action: return random.oneIn(2) ? "ACCEPT" : "REJECT"
    case .logStatus: return random.oneIn(8) ? "NODATA" : "OK"
    case .interface: return "eni-0a1b2c3d4e5f6071\(number % 10)"
    case .text: return random.oneIn(20) ? "é" : "text-\(number % 5)"
    }
  }

  @Test(
    "read any format alike, whichever fields are asked for",
    arguments: 1...20 as ClosedRange<UInt64>
  )
  func formats(seed: UInt64) {
    var random = SplitMix(seed)
    let fields = FieldName.allCases.shuffled(using: &random).prefix(2 + random.below(60))
    let format = RecordFormat(columns: fields.map(FormatColumn.field), origin: .header)
    var lines = [format.header]
    for _ in 0..<150 {
      var words = fields.map { Self.value($0, &random) }
      if random.oneIn(30) { words.removeLast() }
      if random.oneIn(30) { words.append("more") }
      lines.append(words.joined(separator: random.oneIn(40) ? "  " : " "))
    }
    let text = lines.joined(separator: "\n") + "\n"
    let asked = Projection(FieldName.allCases.filter { _ in random.oneIn(2) })
    for wanted in [Projection.all, .analysis, asked] { expectSame(text, wanted: wanted) }
  }
}
