import FlowModel
import Testing

@Suite("A network")
struct IPNetworkTests {
  struct Membership: Sendable {
    var network: String
    var inside: [String]
    var outside: [String]
  }

  @Test(
    "The last address has all host bits set",
    arguments: [
      ("10.0.0.0/8", "10.255.255.255"), ("192.0.2.7", "192.0.2.7"),
      ("0.0.0.0/0", "255.255.255.255"),
      ("2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), ("2001:db8::/128", "2001:db8::"),
    ]
  )
  func last(network: String, address: String) throws {
    #expect(try #require(IPNetwork(network)).last.description == address)
  }

  @Test(
    "holds the addresses that share its prefix",
    arguments: [
      Membership(
        network: "192.0.2.0/24",
        inside: ["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.9"],
        outside: ["192.0.1.255", "192.0.3.0", "2001:db8::"]
      ),
      Membership(
        network: "198.51.100.128/25",
        inside: ["198.51.100.128", "198.51.100.255"],
        outside: ["198.51.100.127", "198.51.101.128"]
      ),
      Membership(
        network: "203.0.113.7/32",
        inside: ["203.0.113.7"],
        outside: ["203.0.113.6", "203.0.113.8"]
      ),
      Membership(
        network: "0.0.0.0/0",
        inside: ["0.0.0.0", "255.255.255.255", "192.0.2.1"],
        outside: ["::", "2001:db8::1"]
      ),
      Membership(
        network: "2001:db8::/32",
        inside: ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
        outside: ["2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "192.0.2.1"]
      ),
      Membership(
        network: "2001:db8::80/121",
        inside: ["2001:db8::80", "2001:db8::ff"],
        outside: ["2001:db8::7f", "2001:db8::100"]
      ),
      Membership(network: "2001:db8::1", inside: ["2001:db8::1"], outside: ["2001:db8::"]),
      Membership(
        network: "::/0",
        inside: ["::", "2001:db8::1", "ffff::"],
        outside: ["192.0.2.1", "0.0.0.0"]
      ),
    ]
  )
  func contains(_ membership: Membership) throws {
    let network = try #require(IPNetwork(membership.network))
    for text in membership.inside {
      #expect(network.contains(try #require(IPAddress(text))), "\(text)")
    }
    for text in membership.outside {
      #expect(!network.contains(try #require(IPAddress(text))), "\(text)")
    }
  }

  struct Spelling: Sendable {
    var text: String
    var canonical: String
  }

  @Test(
    "drops the host bits and says its prefix",
    arguments: [
      Spelling(text: "192.0.2.77/24", canonical: "192.0.2.0/24"),
      Spelling(text: "192.0.2.77", canonical: "192.0.2.77/32"),
      Spelling(text: "192.0.2.77/0", canonical: "0.0.0.0/0"),
      Spelling(text: "::ffff:192.0.2.77/24", canonical: "192.0.2.0/24"),
      Spelling(text: "2001:db8::77/64", canonical: "2001:db8::/64"),
      Spelling(text: "2001:DB8::77", canonical: "2001:db8::77/128"),
    ]
  )
  func canonical(_ spelling: Spelling) throws {
    let network = try #require(IPNetwork(spelling.text))
    #expect(network.description == spelling.canonical)
    #expect(IPNetwork(spelling.canonical) == network)
  }

  @Test(
    "is refused when the address or the length is none",
    arguments: [
      "", "/", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+24",
      "192.0.2.0/24/24", "192.0.2.0/ 24", "192.0.2/24", "192.0.2.0/255.255.255.0",
      "2001:db8::/129", "2001:db8::/x", "2001:db8/32", "192.0.2.0-192.0.2.9",
      "192.0.2.0/99999999999999999999",
    ]
  )
  func refused(_ text: String) {
    #expect(IPNetwork(text) == nil)
  }

  @Test("of one address is made of a prefix that fits its family only")
  func families() throws {
    let v4 = try #require(IPAddress("192.0.2.1"))
    let v6 = try #require(IPAddress("2001:db8::1"))
    #expect(IPNetwork(v4, prefixLength: 32) != nil)
    #expect(IPNetwork(v4, prefixLength: 33) == nil)
    #expect(IPNetwork(v6, prefixLength: 128) != nil)
    #expect(IPNetwork(v6, prefixLength: 129) == nil)
    #expect(IPNetwork(v6, prefixLength: -1) == nil)
  }
}

@Suite("The internal ranges")
struct InternalRangesTests {
  @Test(
    "hold private, shared and unique local addresses",
    arguments: [
      "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0",
      "192.168.255.255", "100.64.0.0", "100.127.255.255", "fc00::",
      "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:10.1.2.3",
    ]
  )
  func inside(_ text: String) throws {
    #expect(InternalRanges().contains(try #require(IPAddress(text))))
  }

  @Test(
    "hold nothing beside them",
    arguments: [
      "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
      "100.63.255.255", "100.128.0.0", "192.0.2.1", "198.51.100.1", "203.0.113.1",
      "169.254.169.254",
      "127.0.0.1", "fbff:ffff::", "fe00::", "fe80::1", "2001:db8::1", "::", "::1", "::a00:1",
    ]
  )
  func outside(_ text: String) throws {
    #expect(!InternalRanges().contains(try #require(IPAddress(text))))
  }

  @Test("are widened by the user's own, and keep the fixed ones")
  func added() throws {
    let own = try ["203.0.113.0/28", "2001:db8::/48"].map { try #require(IPNetwork($0)) }
    let ranges = InternalRanges(adding: own)
    let expected = [
      "203.0.113.0": true, "203.0.113.15": true, "203.0.113.16": false,
      "2001:db8::1": true, "2001:db8:1::1": false, "10.0.0.1": true, "192.0.2.1": false,
    ]
    for (text, isInside) in expected {
      #expect(ranges.contains(try #require(IPAddress(text))) == isInside, "\(text)")
    }
  }
}
