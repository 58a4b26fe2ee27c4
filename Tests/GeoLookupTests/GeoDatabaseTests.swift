#if GeoIP
import FlowModel
import FlowTestSupport
@testable import GeoLookup
import Testing

@Suite("GeoIP databases: country and owner of an address")
struct GeoDatabaseTests {
  static func origin(_ text: String, in database: GeoDatabase) throws -> AddressOrigin? {
    database.origin(of: try #require(IPAddress(text)))
  }

  static func countries(_ recordSize: Int, _ ipVersion: Int) throws -> MaxMindWriter {
    var writer = MaxMindWriter(recordSize: recordSize, ipVersion: ipVersion)
    writer.add(try #require(IPNetwork("203.0.113.0/24")), .country("NL"))
    writer.add(try #require(IPNetwork("203.0.113.128/25")), .country("DE"))
    writer.add(try #require(IPNetwork("203.0.113.200/32")), .country("FR"))
    if ipVersion == 6 {
      writer.add(try #require(IPNetwork("2001:db8::/32")), .country("JP"))
      writer.add(try #require(IPNetwork("2001:db8:1::/48")), .country("KR"))
    }
    return writer
  }

  static func open(_ bytes: [UInt8]...) throws -> (database: GeoDatabase, folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    let paths = try bytes.enumerated().map { try folder.write($1, to: "\($0).mmdb") }
    return (try GeoDatabase(paths), folder)
  }

  @Test(
    "The longest prefix answers, in trees of every record size and both versions",
    arguments: [24, 28, 32],
    [4, 6]
  )
  func trees(recordSize: Int, ipVersion: Int) throws {
    let (database, folder) = try Self.open(Self.countries(recordSize, ipVersion).bytes)
    defer { withExtendedLifetime(folder) {} }
    let v6 = ipVersion == 6
    let expected: [(address: String, country: String?)] = [
      ("203.0.113.0", "NL"), ("203.0.113.127", "NL"), ("203.0.113.128", "DE"),
      ("203.0.113.199", "DE"), ("203.0.113.200", "FR"), ("203.0.113.201", "DE"),
      ("203.0.112.255", nil), ("203.0.114.0", nil), ("0.0.0.0", nil), ("255.255.255.255", nil),
      ("2001:db8::1", v6 ? "JP" : nil), ("2001:db8:1::1", v6 ? "KR" : nil),
      ("2001:db7::1", nil), ("ffff::", nil),
    ]
    for (address, country) in expected {
      #expect(
        try Self.origin(address, in: database) == country.map { AddressOrigin(country: $0) },
        "\(address)"
      )
    }
    #expect(database.fault == nil)
  }

  @Test("Two files answer as one; of the same member the first file's counts")
  func merged() throws {
    var asn = MaxMindWriter()
    asn.add(try #require(IPNetwork("203.0.113.0/25")), .network(64_500, "Example"))
    var more = MaxMindWriter()
    more.add(try #require(IPNetwork("203.0.0.0/16")), .network(64_511, "Other"))
    more.add(try #require(IPNetwork("198.51.100.0/24")), .country("SE"))
    let (database, folder) = try Self.open(Self.countries(28, 6).bytes, asn.bytes, more.bytes)
    defer { withExtendedLifetime(folder) {} }
    #expect(
      try Self.origin("203.0.113.9", in: database)
        == AddressOrigin(country: "NL", asn: 64_500, organization: "Example")
    )
    #expect(
      try Self.origin("203.0.113.130", in: database)
        == AddressOrigin(country: "DE", asn: 64_511, organization: "Other")
    )
    #expect(try Self.origin("198.51.100.1", in: database) == AddressOrigin(country: "SE"))
  }

  struct Shape: Sendable, CustomTestStringConvertible {
    var what: String
    var record: MaxMindValue
    var origin: AddressOrigin?
    var testDescription: String { what }
  }

  @Test(
    "Members may be missing, of another type, or named as other makers do",
    arguments: [
      Shape(what: "an empty map", record: .map([]), origin: nil),
      Shape(what: "no map", record: .text("NL"), origin: nil),
      Shape(
        what: "country without code",
        record: .map([.init("country", .map([.init("geoname_id", .uint32(1))]))]),
        origin: nil
      ),
      Shape(what: "code in small letters", record: .country("nl"), origin: nil),
      Shape(what: "code that is none", record: .country("N\u{1b}"), origin: nil),
      Shape(
        what: "code that is a number",
        record: .map([.init("country", .map([.init("iso_code", .uint16(7))]))]),
        origin: nil
      ),
      Shape(
        what: "number without organization",
        record: .map([.init("autonomous_system_number", .uint32(.max))]),
        origin: AddressOrigin(asn: .max)
      ),
      Shape(
        what: "a short number",
        record: .map([.init("autonomous_system_number", .uint16(64))]),
        origin: AddressOrigin(asn: 64)
      ),
      Shape(
        what: "organization without number",
        record: .map([.init("autonomous_system_organization", .text("Example"))]),
        origin: AddressOrigin(organization: "Example")
      ),
      Shape(
        what: "an organization of 300 letters",
        record: .map([
          .init("autonomous_system_organization", .text(String(repeating: "é", count: 300)))
        ]),
        origin: AddressOrigin(organization: String(repeating: "é", count: 200))
      ),
      Shape(
        what: "flat members",
        record: .map([
          .init("as_domain", .text("example.org")), .init("as_name", .text("Example")),
          .init("asn", .text("AS64500")), .init("country", .text("Netherlands")),
          .init("country_code", .text("NL")), .init("is_anycast", .boolean(true)),
        ]),
        origin: AddressOrigin(country: "NL", asn: 64_500, organization: "Example")
      ),
      Shape(
        what: "country as a code of its own",
        record: .map([.init("country", .text("NL")), .init("asn", .text("64500"))]),
        origin: AddressOrigin(country: "NL")
      ),
    ]
  )
  func shapes(_ shape: Shape) throws {
    var writer = MaxMindWriter()
    writer.add(try #require(IPNetwork("203.0.113.0/24")), shape.record)
    let (database, folder) = try Self.open(writer.bytes)
    defer { withExtendedLifetime(folder) {} }
    #expect(try Self.origin("203.0.113.9", in: database) == shape.origin)
    #expect(database.fault == nil)
  }

  @Test("Texts that recur are pointed to, also over the longer distances of a large file")
  func pointers() throws {
    var writer = MaxMindWriter(recordSize: 32, ipVersion: 4)
    for number in 0..<3000 {
      let network = try #require(IPNetwork(IPAddress(v4: UInt32(number) << 12), prefixLength: 20))
      let name = "Network \(number) " + String(repeating: "x", count: 200)
      writer.add(
        network,
        .map([
          .init("autonomous_system_number", .uint32(UInt32(number + 1))),
          .init("autonomous_system_organization", .text(number.isMultiple(of: 2) ? name : "Last")),
        ])
      )
    }
    let (database, folder) = try Self.open(writer.bytes)
    defer { withExtendedLifetime(folder) {} }
    for number in [0, 1, 1500, 2501, 2998, 2999] {
      let origin = database.origin(of: IPAddress(v4: UInt32(number) << 12 + 5))
      #expect(origin?.asn == UInt32(number + 1))
      #expect(
        origin?.organization?.hasPrefix(number.isMultiple(of: 2) ? "Network \(number) " : "Last")
          == true
      )
    }
  }
}
#endif
