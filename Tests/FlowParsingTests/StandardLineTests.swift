import FlowModel
import FlowTestSupport
import Testing

@testable import FlowParsing

/// The fast path for lines of the default format against the one for any format.
@Suite("Lines of the default format")
struct StandardLineTests {
  private struct Reading: Equatable {
    var counts: LineCounts
    var rows: [String]
  }

  /// Reads text; only a consumer of all columns gets the fast path.
  private func read(_ text: [UInt8], wanted: ColumnSet) -> Reading {
    var parser = RecordParser(wanted: wanted, registry: InterfaceRegistry())
    var batch = RecordBatch()
    var rows: [String] = []
    var position = 0
    while position < text.count {
      parser.parse(text.span, from: &position, to: text.count, into: &batch)
      for row in 0..<batch.count {
        rows.append(
          """
          \(batch.source[row]) \(batch.destination[row]) \(batch.sourcePort[row]) \
          \(batch.destinationPort[row]) \(batch.protocolNumber[row]) \(batch.packets[row]) \
          \(batch.bytes[row]) \(batch.start[row]) \(batch.end[row]) \(batch.action[row]) \
          \(batch.interface[row])
          """
        )
      }
      batch.count = 0
    }
    return Reading(counts: parser.counts, rows: rows)
  }

  private func expectSame(_ text: String) {
    let bytes = Array(text.utf8)
    let fast = read(bytes, wanted: .analysis)
    #expect(fast == read(bytes, wanted: ColumnSet.analysis.subtracting(.tcpFlags)), "\(text)")
  }

  private static let good =
    "2 123456789012 eni-0a1b2c3d4e5f60718 198.51.100.7 10.0.0.1 40211 22 6 18 3120 1767607200 1767607258 ACCEPT OK\n"

  @Test("are read alike by both ways, also when they are unusual")
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

  @Test("are read alike by both ways under random damage", arguments: [1, 2, 3, 4, 5] as [UInt64])
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
}
