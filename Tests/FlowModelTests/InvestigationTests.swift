import FlowModel
import Testing

@Suite("Subjects of an investigation")
struct InvestigationTests {
  @Test(
    "words that name one",
    arguments: [
      ("203.0.113.9", "203.0.113.9"), ("203.0.113.9/32", "203.0.113.9"),
      ("203.0.113.9/24", "203.0.113.0/24"), ("::ffff:203.0.113.9", "203.0.113.9"),
      ("2001:DB8::0:1", "2001:db8::1"), ("2001:db8::/32", "2001:db8::/32"),
      ("eni-0a1b2c3d", "eni-0a1b2c3d"), ("0.0.0.0/0", "0.0.0.0/0"),
      ("i-0a1b2c3d", "i-0a1b2c3d"), ("i-0a1b2c3d4e5f60718", "i-0a1b2c3d4e5f60718"),
      (":8080", ":8080"), ("10.20.1.5:22", "10.20.1.5:22"), ("10.20.1.9/24:22", "10.20.1.0/24:22"),
      ("[2001:DB8::5]:443", "[2001:db8::5]:443"), ("[2001:db8::]/64:443", "[2001:db8::/64]:443"),
      ("[2001:db8::/64]:443", "[2001:db8::/64]:443"), ("2001:db8::22", "2001:db8::22"),
    ]
  )
  func words(_ word: String, _ meaning: String) throws {
    #expect(try #require(InvestigationTarget(word)).description == meaning)
  }

  @Test(
    "words that name none",
    arguments: [
      "", "eni-", "bastion", "203.0.113", "203.0.113.9/33", "2001:db8::/129", "10.0.0.0/", "-",
      "203.0.113.9 ", "10.0.0.1-10.0.0.9", "ENI-0A", "i-", "i-web", "i-0A1B2C3D", "i-0a1b2c3g", ":",
      ":0", ":65536", ":+22", "8080", "10.0.0.1:", "10.0.0.1:ssh", "[10.0.0.1]:22", "web:22",
      "[2001:db8::5:443", "10.0.0.1/33:22",
    ]
  )
  func others(_ word: String) { #expect(InvestigationTarget(word) == nil) }

  @Test("a group has the parts of all, and is about services when one of them is")
  func group() throws {
    let parts = try ["10.0.0.5", "eni-1", "i-0a1b2c3d", "10.0.0.0/24"].map {
      try #require(InvestigationTarget($0))
    }
    let hosts = InvestigationTarget.group(parts)
    #expect(hosts.words == ["10.0.0.5", "eni-1", "i-0a1b2c3d", "10.0.0.0/24"])
    #expect(hosts.networks.map(\.description) == ["10.0.0.5/32", "10.0.0.0/24"])
    #expect(hosts.interfaces == ["eni-1"] && hosts.instances == ["i-0a1b2c3d"])
    #expect(!hosts.isService && hosts.address == nil)
    let ports = InvestigationTarget.group(
      try [":22", "10.0.0.1:80"].map { try #require(.init($0)) }
    )
    #expect(ports.isService && ports.services.map(\.port) == [22, 80])
  }

  @Test("a service is a port at the addresses that are meant")
  func service() throws {
    let address = try #require(IPAddress("10.20.1.5"))
    let other = try #require(IPAddress("10.20.2.5"))
    let anywhere = ServicePort(22)
    #expect(anywhere.contains(address, 22) && !anywhere.contains(address, 23))
    let there = ServicePort(22, on: IPNetwork("10.20.1.0/24"))
    #expect(there.contains(address, 22) && !there.contains(other, 22))
  }

  @Test("only a lone address is one")
  func addresses() {
    #expect(InvestigationTarget("203.0.113.9")?.address == IPAddress("203.0.113.9"))
    #expect(InvestigationTarget("2001:db8::/128")?.address == IPAddress("2001:db8::"))
    #expect(InvestigationTarget("203.0.113.0/31")?.address == nil)
    #expect(InvestigationTarget("eni-1")?.address == nil)
  }

  @Test(
    "ranges hold what their networks hold, and families never mix",
    arguments: [
      ["10.0.0.0/8"], ["203.0.113.9"], ["0.0.0.0/0"], ["::/0"], ["2001:db8::/33"], [],
      ["192.0.2.128/25", "2001:db8::1"], ["::/80"],
    ]
  )
  func ranges(_ texts: [String]) {
    let networks = texts.compactMap { IPNetwork($0) }
    #expect(networks.count == texts.count)
    let ranges = InvestigationRanges(networks)
    let addresses = [
      "10.0.0.0", "10.255.255.255", "11.0.0.0", "203.0.113.8", "203.0.113.9", "203.0.113.10",
      "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1", "2001:db8:8000::", "192.0.2.127",
      "192.0.2.128", "ffff::", "::fffe:203.0.113.9",
    ].compactMap { IPAddress($0) }
    for address in addresses {
      #expect(ranges.contains(address) == networks.contains { $0.contains(address) }, "\(address)")
    }
  }
}
