#if GeoIP
import FlowModel
import FlowTestSupport
import Foundation
@testable import GeoLookup
import Testing

@Suite("Damaged and hostile GeoIP databases: told, never a crash")
struct DamageTests {
  /// A few hundred bytes with everything that the format has.
  private static func small(_ recordSize: Int) throws -> [UInt8] {
    var writer = MaxMindWriter(recordSize: recordSize)
    writer.add(try #require(IPNetwork("128.0.0.0/1")), .country("NL"))
    writer.add(try #require(IPNetwork("192.0.0.0/2")), .network(64_500, "Example"))
    writer.add(try #require(IPNetwork("2001:db8::/32")), .country("JP"))
    return writer.bytes
  }

  /// Opens a file and asks it for addresses all over its tree.
  ///
  /// - Returns: how many questions were answered; nil when the file was refused.
  private static func ask(_ bytes: [UInt8], _ folder: TemporaryFolder) throws -> Int? {
    // Thousands of files: unlike a report they need not outlive a power cut.
    let path = "\(folder.path)/a.mmdb"
    try Data(bytes).write(to: URL(filePath: path))
    guard let database = try? GeoDatabase([path]) else { return nil }
    let addresses = ["127.0.0.1", "130.0.0.1", "200.0.0.1", "2001:db8::1", "::1", "ffff::1"]
    return addresses.compactMap { IPAddress($0) }.count { database.origin(of: $0) != nil }
  }

  @Test("A file that ends early is refused, wherever that is", arguments: [24, 28, 32])
  func truncations(recordSize: Int) throws {
    let folder = try TemporaryFolder()
    let bytes = try Self.small(recordSize)
    #expect(try Self.ask(bytes, folder) == 3)
    for length in 0..<bytes.count {
      #expect(try Self.ask(Array(bytes[..<length]), folder) == nil, "\(length) of \(bytes.count)")
    }
  }

  @Test("A single bit may be wrong", arguments: [24, 28, 32])
  func flips(recordSize: Int) throws {
    let folder = try TemporaryFolder()
    let bytes = try Self.small(recordSize)
    var refused = 0
    // Every fifth, elsewhere for each size: a file for each bit there is would take a minute.
    for bit in stride(from: recordSize / 4 % 5, to: bytes.count * 8, by: 5) {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      if try Self.ask(damaged, folder) == nil { refused += 1 }
    }
    #expect(refused > 20 && refused < bytes.count)
  }

  @Test("Many bytes may be wrong", arguments: 0..<8)
  func noise(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    var random = SplitMix(seed)
    let bytes = try Self.small([24, 28, 32][Int(seed) % 3])
    for _ in 0..<200 {
      var damaged = bytes
      for _ in 0..<1 + random.below(12) {
        damaged[random.below(bytes.count)] = UInt8(random.below(256))
      }
      // What is answered does not matter; that the test still runs does.
      let answered = try Self.ask(damaged, folder)
      #expect(answered ?? 0 <= 6)
    }
  }

  struct Frame: Sendable, CustomTestStringConvertible {
    var what: String
    var member: MaxMindValue.Member
    var testDescription: String { what }
  }

  @Test(
    "A description that cannot be true is refused",
    arguments: [
      Frame(what: "more nodes than the file holds", member: .init("node_count", .uint32(.max))),
      Frame(what: "nodes whose size overflows", member: .init("node_count", .uint32(0x2492_4925))),
      Frame(what: "records of 20 bits", member: .init("record_size", .uint16(20))),
      Frame(what: "records of no bits", member: .init("record_size", .uint16(0))),
      Frame(what: "version 5 of IP", member: .init("ip_version", .uint16(5))),
      Frame(what: "another format", member: .init("binary_format_major_version", .uint16(3))),
      Frame(what: "a text for a number", member: .init("node_count", .text("96"))),
      Frame(what: "a value that goes on past the end", member: .init("languages", .raw([0x5f]))),
      Frame(what: "a pointer to itself", member: .init("languages", .raw([0x20, 0]))),
    ]
  )
  func frames(_ frame: Frame) throws {
    let folder = try TemporaryFolder()
    var writer = MaxMindWriter()
    writer.add(try #require(IPNetwork("128.0.0.0/1")), .country("NL"))
    #expect(try Self.ask(writer.bytes, folder) == 2)
    writer.description = [frame.member]
    #expect(try Self.ask(writer.bytes, folder) == nil)
  }

  /// Arrays within arrays, as many as told.
  private static func nested(_ depth: Int) -> MaxMindValue {
    .raw((0..<depth).flatMap { _ in [1, 4] as [UInt8] } + [0x41, UInt8(ascii: "x")])
  }

  /// Each element points twice to the one before it: few bytes, and more than 2 to the power of 25 values.
  private static let fanOut: MaxMindValue = {
    var bytes: [UInt8] = [28, 4, 0x41, UInt8(ascii: "x")]
    var last = 2
    for _ in 1..<28 {
      let pointer: [UInt8] = [0x20 | UInt8(last >> 8), UInt8(last & 255)]
      last = bytes.count
      bytes += [2, 4] + pointer + pointer
    }
    return .raw(bytes)
  }()

  @Test("Neither deep nesting nor pointers that multiply take the stack or the day")
  func hostile() throws {
    let folder = try TemporaryFolder()
    let nested = Self.nested(200_000)
    for record in [nested, .map([.init("country", nested)]), Self.fanOut] {
      var writer = MaxMindWriter()
      writer.add(try #require(IPNetwork("128.0.0.0/1")), record)
      let path = try folder.write(writer.bytes, to: "deep.mmdb")
      let database = try GeoDatabase([path])
      #expect(database.origin(of: IPAddress(v4: 0x8200_0001)) == nil)
      #expect(
        database.fault
          == GeoDatabaseError(
            path: path,
            message: "the record of 130.0.0.1 is damaged; download the file again"
          )
      )
    }
    var writer = MaxMindWriter()
    writer.add(try #require(IPNetwork("128.0.0.0/1")), .country("NL"))
    writer.description = [.init("languages", Self.nested(40_000))]
    #expect(try Self.ask(writer.bytes, folder) == nil)
  }

  struct NoDatabase: Sendable, CustomTestStringConvertible {
    var what: String
    var bytes: [UInt8]
    var testDescription: String { what }
  }

  @Test(
    "What is no database at all is told with the file",
    arguments: [
      NoDatabase(what: "an empty file", bytes: []),
      NoDatabase(what: "a text", bytes: Array("203.0.113.0/24,NL\n".utf8)),
      NoDatabase(what: "zeros", bytes: [UInt8](repeating: 0, count: 300_000)),
    ]
  )
  func noDatabase(_ example: NoDatabase) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(example.bytes, to: "a.mmdb")
    #expect(
      throws: GeoDatabaseError(
        path: path,
        message:
          "this is not a MaxMind DB, or it is truncated; an unpacked, complete .mmdb file is expected"
      )
    ) { try GeoDatabase([path]) }
    #expect(throws: GeoDatabaseError.self) { try GeoDatabase([folder.path]) }
    #expect(
      throws: GeoDatabaseError(
        path: "\(folder.path)/none",
        message: "No such file or directory"
      )
    ) { try GeoDatabase(["\(folder.path)/none"]) }
  }
}
#else
@testable import GeoLookup
import Testing

@Suite("A build without the trait GeoIP")
struct DamageTests {
  @Test("says so when a database is to be opened")
  func says() {
    #expect(!GeoDatabase.isAvailable)
    #expect(
      throws: GeoDatabaseError(
        path: "a.mmdb",
        message:
          "this build has no GeoIP support; build it with the trait GeoIP and libmaxminddb-dev"
      )
    ) { try GeoDatabase(["a.mmdb"]) }
  }
}
#endif
