import FlowModel
import FlowTestSupport
import Testing

@Suite("An address")
struct IPAddressTests {
  struct Spelling: Sendable {
    var text: String
    var canonical: String
  }

  @Test(
    "is printed in the one spelling of RFC 5952",
    arguments: [
      Spelling(text: "192.0.2.1", canonical: "192.0.2.1"),
      Spelling(text: "0.0.0.0", canonical: "0.0.0.0"),
      Spelling(text: "255.255.255.255", canonical: "255.255.255.255"),
      Spelling(text: "::", canonical: "::"),
      Spelling(text: "::1", canonical: "::1"),
      Spelling(text: "1::", canonical: "1::"),
      Spelling(text: "2001:0db8:0000:0000:0000:0000:0000:0001", canonical: "2001:db8::1"),
      Spelling(text: "2001:DB8::ABCD", canonical: "2001:db8::abcd"),
      // A lone zero group is not shortened.
      Spelling(text: "2001:db8:0:1:1:1:1:1", canonical: "2001:db8:0:1:1:1:1:1"),
      Spelling(text: "2001:db8::1:1:1:1:1", canonical: "2001:db8:0:1:1:1:1:1"),
      // The longest run is shortened, the first one of two equal ones.
      Spelling(text: "2001:0:0:1:0:0:0:1", canonical: "2001:0:0:1::1"),
      Spelling(text: "2001:db8:0:0:1:0:0:1", canonical: "2001:db8::1:0:0:1"),
      Spelling(text: "0:0:1:0:0:0:0:0", canonical: "0:0:1::"),
      Spelling(text: "2001:db8::192.0.2.33", canonical: "2001:db8::c000:221"),
      Spelling(text: "1:2:3:4:5:6:192.0.2.33", canonical: "1:2:3:4:5:6:c000:221"),
      Spelling(text: "1:2:3:4:5:6:7::", canonical: "1:2:3:4:5:6:7:0"),
      Spelling(text: "::2:3:4:5:6:7:8", canonical: "0:2:3:4:5:6:7:8"),
      Spelling(text: "::ffff:192.0.2.1", canonical: "192.0.2.1"),
      Spelling(text: "::FFFF:c000:0201", canonical: "192.0.2.1"),
      Spelling(text: "0:0:0:0:0:ffff:c000:201", canonical: "192.0.2.1"),
      // Only the mapped block is IPv4.
      Spelling(text: "::192.0.2.1", canonical: "::c000:201"),
      Spelling(text: "::fffe:192.0.2.1", canonical: "::fffe:c000:201"),
      Spelling(text: "fe80::1%eth0", canonical: "fe80::1"),
      Spelling(text: "fe80::1%", canonical: "fe80::1"),
      Spelling(text: "::ffff:192.0.2.1%1", canonical: "192.0.2.1"),
    ]
  )
  func canonical(_ spelling: Spelling) throws {
    let address = try #require(IPAddress(spelling.text))
    #expect(address.description == spelling.canonical)
    #expect(IPAddress(spelling.canonical) == address)
  }

  @Test(
    "is refused in any other spelling",
    arguments: [
      "", " ", "-", "1", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5",
      "256.0.0.1", "192.0.2.256", "999999999999.0.0.1", "192.0.2.-1", "192.0.2.+1", "192.0.2.a",
      " 192.0.2.1", "192.0.2.1 ", "192.0.2.1/32", "192.0.2.1%eth0", "192.0.2.1:80",
      // Leading zeros: some systems read them as octal.
      "192.0.2.01", "192.00.2.1", "010.0.0.1", "::ffff:192.0.02.1",
      ":", ":::", "1:", ":1", "1:::2", "::1::", "1::2::3", "12345::", "g::", "2001:db8",
      "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "1:2:3:4:5:6:7:192.0.2.1",
      "192.0.2.1::", "::192.0.2.1:1", "::192.0.2", "[::1]", "::1 ", "%eth0", "2001:db8::-1",
      "2001:db8::\u{e9}", "\u{661}.0.0.1",
    ]
  )
  func refused(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("that is mapped is the IPv4 address itself")
  func mapped() throws {
    let mapped = try #require(IPAddress("::ffff:203.0.113.7"))
    let plain = IPAddress(v4: 0xcb00_7107)
    #expect(mapped == plain)
    #expect(mapped.hashValue == plain.hashValue)
    #expect(mapped.isV4)
    #expect(mapped.v4 == 0xcb00_7107)
    #expect(mapped.high == 0 && mapped.low == 0xffff_cb00_7107)
  }

  @Test("has as many bits as its halves")
  func bits() throws {
    let address = try #require(IPAddress("2001:db8:1:2:3:4:5:6"))
    #expect(address.high == 0x2001_0db8_0001_0002)
    #expect(address.low == 0x0003_0004_0005_0006)
    #expect(address.bits == 0x2001_0db8_0001_0002_0003_0004_0005_0006)
    #expect(IPAddress(bits: address.bits) == address)
    #expect(!address.isV4)
  }

  @Test("sorts by family, IPv4 first, then by number")
  func order() throws {
    let sorted = [
      "0.0.0.0", "9.255.255.255", "10.0.0.0", "192.0.2.2", "192.0.2.10", "255.255.255.255",
      "::", "::1", "::fffe:ffff:ffff", "::1:0:0:0", "2001:db8::", "2001:db8::2", "2001:db8::10",
      "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]
    let addresses = try sorted.map { try #require(IPAddress($0)) }
    var random = SplitMix(5)
    #expect(addresses.shuffled(using: &random).sorted() == addresses)
    for (left, right) in zip(addresses, addresses.dropFirst()) {
      #expect(left < right && !(right < left))
    }
    #expect(!(addresses[0] < addresses[0]))
  }

  @Test("is the same after being printed and read", arguments: [1, 2, 3, 4] as [UInt64])
  func roundTrip(seed: UInt64) {
    var random = SplitMix(seed)
    for _ in 0..<500 {
      let address = Self.address(&random)
      #expect(IPAddress(address.description) == address)
      #expect(IPAddress(Self.longSpelling(address, &random)) == address)
    }
  }

  @Test("reads the same from bytes as from text", arguments: [7] as [UInt64])
  func damagedText(seed: UInt64) {
    var random = SplitMix(seed)
    let alphabet = Array("0123456789abcdefF:.%/- ".utf8)
    for _ in 0..<3000 {
      var text = Array(Self.address(&random).description.utf8)
      for _ in 0..<(1 + random.below(3)) {
        text[random.below(text.count)] = alphabet[random.below(alphabet.count)]
      }
      let string = String(decoding: text, as: UTF8.self)
      let read = IPAddress(bytes: text.span)
      #expect(read == IPAddress(string))
      if let read { #expect(IPAddress(read.description) == read) }
    }
  }

  /// Zero groups are frequent, so that every place of `::` comes up.
  private static func address(_ random: inout SplitMix) -> IPAddress {
    guard !random.oneIn(4) else {
      return IPAddress(v4: UInt32(truncatingIfNeeded: random.next()))
    }
    let groups = (0..<8).map { _ in
      random.oneIn(2) ? 0 : random.next() & (random.oneIn(2) ? 0xffff : 0xf)
    }
    return IPAddress(bits: groups.reduce(UInt128(0)) { $0 << 16 | UInt128($1) })
  }

  /// All eight groups, letters of either case, leading zeros or none.
  private static func longSpelling(_ address: IPAddress, _ random: inout SplitMix) -> String {
    (0..<8).map { place in
      let group = UInt16(truncatingIfNeeded: address.bits >> UInt128(112 - 16 * place))
      let digits = String(group, radix: 16, uppercase: random.oneIn(2))
      return String(repeating: "0", count: random.below(5 - digits.count)) + digits
    }.joined(separator: ":")
  }
}
