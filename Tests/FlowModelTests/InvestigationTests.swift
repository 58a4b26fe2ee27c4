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
    ]
  )
  func words(_ word: String, _ meaning: String) throws {
    #expect(try #require(InvestigationTarget(word)).description == meaning)
  }

  @Test(
    "words that name none",
    arguments: [
      "", "eni-", "bastion", "203.0.113", "203.0.113.9/33", "2001:db8::/129", "10.0.0.0/", "-",
      "203.0.113.9 ", "10.0.0.1-10.0.0.9", "ENI-0A",
    ]
  )
  func others(_ word: String) { #expect(InvestigationTarget(word) == nil) }

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
