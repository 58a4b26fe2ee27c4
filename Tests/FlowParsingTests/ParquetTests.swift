import FlowModel
import FlowTestSupport
import Foundation
import Testing

@testable import FlowParsing

@Suite("Parquet")
struct ParquetTests {
  /// Every field that the files have, but for those that OCSF has under another meaning.
  private static let fields = Projection.analysis.union([
    .accountId, .vpcId, .type, .flowDirection, .pktDstAwsService, .trafficPath, .tcpFlags,
    .packetSource, .packetDestination,
  ])

  private static let expected: Parsed? = try? Parsed(
    blocks: [ParquetFile.bytes("rows.log")],
    wanted: fields
  )

  /// Rows without the numbers of their lines.
  private static func rows(_ parsed: Parsed?) -> [Row] {
    (parsed?.rows ?? []).map { row in
      var row = row
      row.line = 0
      return row
    }
  }

  @Test("There are files of every writer") func files() {
    #expect(ParquetFile.names.count == 36)
    #expect(Self.rows(Self.expected).count == 154)
  }

  @Test(
    "Codecs, encodings, pages, types and nesting give the records of the text log",
    arguments: ParquetFile.names,
    [false, true]
  )
  func sameRecords(name: String, asLines: Bool) throws {
    let parsed = Parsed(
      parquet: try ParquetFile.bytes(name),
      wanted: Self.fields,
      asLines: asLines
    )
    #expect(parsed.faults == [])
    #expect(Self.rows(parsed) == Self.rows(Self.expected))
    #expect(parsed.texts == Self.expected?.texts)
    #expect(parsed.counts.records == Self.expected?.counts.records)
    #expect(parsed.counts.lines == 160)
    #expect(parsed.counts.rejectedTotal == 0)
    #expect(parsed.counts.firstStart == Self.expected?.counts.firstStart)
    #expect(parsed.counts.lastEnd == Self.expected?.counts.lastEnd)
    #expect(parsed.formats.count == 1)
  }

  @Test(
    "Only the columns that somebody asked for are read",
    arguments: [[.start, .end, .logStatus], [.destinationPort], [.bytes, .packets, .action]]
      as [Projection]
  )
  func projection(wanted: Projection) throws {
    let bytes = try ParquetFile.bytes("gzip-v1.parquet")
    let some = Parsed(parquet: bytes, wanted: wanted, asLines: false)
    let text = Parsed(blocks: [try ParquetFile.bytes("rows.log")], wanted: wanted)
    #expect(Self.rows(some) == Self.rows(text))
    #expect(some.counts.records == text.counts.records)
    #expect(some.counts.rejectedTotal == 0)
  }

  // MARK: Damage

  /// A long run damages each file a hundred times as often.
  private static let rounds =
    ProcessInfo.processInfo.environment["WEIR_SLOW"] == nil ? 60 : 20_000

  private struct Damage: Sendable, CustomTestStringConvertible {
    var name: String
    var change: @Sendable ([UInt8]) -> [UInt8]
    var says: String
    var testDescription: String { name }
  }

  private static let damages = [
    Damage(
      name: "The file ends before its footer",
      change: { Array($0.dropLast(100)) },
      says: "cut off"
    ),
    Damage(name: "The file is a beginning", change: { Array($0.prefix(6)) }, says: "cut off"),
    Damage(
      name: "The footer is encrypted",
      change: { $0.dropLast(4) + Array("PARE".utf8) },
      says: "encrypted"
    ),
    Damage(
      name: "The footer claims to be longer than the file",
      change: { $0.dropLast(8) + [0xff, 0xff, 0xff, 0x7f] + Array("PAR1".utf8) },
      says: "footer is damaged"
    ),
    Damage(
      name: "The footer holds something else",
      change: {
        Array("PAR1".utf8) + [UInt8](repeating: 0xee, count: $0.count - 12) + $0.suffix(8)
      },
      says: "damaged"
    ),
  ]

  @Test("Damaged footers are named", arguments: damages)
  private func damage(damage: Damage) throws {
    let bytes = damage.change(try ParquetFile.bytes("gzip-v1.parquet"))
    let parsed = Parsed(parquet: bytes, asLines: false)
    #expect(parsed.faults.count == 1)
    #expect(parsed.faults[0].contains(damage.says), "\(parsed.faults)")
    #expect(parsed.rows.isEmpty)
  }

  @Test("A damaged row group does not take the others with it", arguments: [false, true])
  func damagedGroup(asLines: Bool) throws {
    var bytes = try ParquetFile.bytes("groups.parquet")
    // Within the first pages of the first row group.
    for place in 60..<400 { bytes[place] = 0x55 }
    let parsed = Parsed(parquet: bytes, wanted: Self.fields, asLines: asLines)
    #expect(parsed.faults.count == 1)
    #expect(parsed.faults[0].contains("column "))
    let all = Self.rows(Self.expected)
    #expect(parsed.rows.count < all.count && parsed.rows.count > 100)
    #expect(Self.rows(parsed) == Array(all.suffix(parsed.rows.count)))
  }

  @Test("A file that is no flow log is told") func foreign() throws {
    let text = String(decoding: try ParquetFile.bytes("none-v1.parquet"), as: UTF8.self)
    #expect(text.contains("srcaddr"))
    var bytes = try ParquetFile.bytes("none-v1.parquet")
    // The names of the schema stand in the footer.
    for name in ["srcaddr", "dstaddr", "interface_id"] {
      let letters = Array(name.utf8)
      for place in 0..<bytes.count - letters.count
      where bytes[place..<place + letters.count].elementsEqual(letters) {
        bytes[place] = UInt8(ascii: "x")
      }
    }
    let parsed = Parsed(parquet: bytes, asLines: false)
    #expect(parsed.faults.contains { $0.contains("no columns of a flow log") })
  }

  @Test("Cut at any byte, a file gives a fault and no crash") func cuts() throws {
    let bytes = try ParquetFile.bytes("duckdb-zstd.parquet")
    for end in stride(from: 0, to: bytes.count, by: 7) {
      let parsed = Parsed(parquet: Array(bytes[..<end]), asLines: false)
      #expect(!parsed.faults.isEmpty)
    }
  }

  @Test(
    "Damaged bytes anywhere give faults or other values, never a crash, and both ways agree",
    arguments: [
      "gzip-v1.parquet", "zstd-v2.parquet", "none-v1.parquet", "delta.parquet", "lengths.parquet",
      "plain-v1.parquet", "ocsf.parquet", "ocsf-plain.parquet", "pages.parquet",
      "duckdb-uncompressed.parquet", "times-96.parquet",
    ]
  )
  func damagedBytes(name: String) throws {
    let whole = try ParquetFile.bytes(name)
    for seed in 0..<Self.rounds {
      var random = SplitMix(UInt64(seed))
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        // Half of the damage lies in the footer, where everything is told.
        let isFooter = Bool.random(using: &random)
        let from = isFooter ? max(0, bytes.count - 4000) : 4
        let place = Int.random(in: from..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      let batches = Parsed(parquet: bytes, wanted: Self.fields, asLines: false)
      let lines = Parsed(parquet: bytes, wanted: Self.fields, asLines: true)
      if batches.faults.isEmpty, lines.faults.isEmpty {
        #expect(Self.rows(batches) == Self.rows(lines), "seed \(seed)")
        #expect(batches.texts == lines.texts, "seed \(seed)")
        #expect(batches.counts.rejected == lines.counts.rejected, "seed \(seed)")
      }
    }
  }
}
