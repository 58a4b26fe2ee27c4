import FlowModel
import FlowTestSupport
import Testing

@testable import FlowFindings
@testable import FlowReporting

@Suite("Blocklists for nft, ipset and AWS WAF")
struct BlocklistFormTests {
  private static func report(_ actors: [String]) throws -> Report {
    var report = Example.emptyReport()
    report.findings = try actors.enumerated().map { rank, actor in
      var finding = Example.finding(rank, rule: "scan.distributed", score: Double(90 - rank))
      let network = try #require(IPNetwork(actor))
      finding.actor = network.isOneAddress ? .address(network.base) : .prefix(network)
      return finding
    }
    return report
  }

  private static let actors = [
    "203.0.113.7", "2001:db8:7::1", "198.51.100.0/24", "2001:db8:9::/48", "198.51.100.9",
  ]

  private static func lines(_ form: BlocklistReporter.Form, _ report: Report) -> [String] {
    BlocklistReporter.report(report, for: form).text.split(separator: "\n").map(String.init)
  }

  @Test("plain: an address or range on each line, and nothing else")
  func plain() throws {
    #expect(Self.lines(.plain, try Self.report(Self.actors)) == Array(Self.actors.prefix(4)))
    #expect(BlocklistReporter.report(Example.emptyReport(), for: .plain).isEmpty)
  }

  @Test("nft: two sets that are made, emptied and filled")
  func nft() throws {
    let lines = Self.lines(.nft, try Self.report(Self.actors)).filter { !$0.hasPrefix("#") }
    #expect(
      lines == [
        "add table inet weir", "add set inet weir blocked4 { type ipv4_addr; flags interval; }",
        "flush set inet weir blocked4", "add element inet weir blocked4 {", "  203.0.113.7,",
        "  198.51.100.0/24,", "}", "add set inet weir blocked6 { type ipv6_addr; flags interval; }",
        "flush set inet weir blocked6", "add element inet weir blocked6 {", "  2001:db8:7::1,",
        "  2001:db8:9::/48,", "}",
      ]
    )
    let empty = Self.lines(.nft, Example.emptyReport())
    #expect(empty.contains("flush set inet weir blocked6"))
    #expect(!empty.contains { $0.hasPrefix("add element") })
  }

  @Test("ipset: members are loaded beside the old ones and take their place")
  func ipset() throws {
    let lines = Self.lines(.ipset, try Self.report(["203.0.113.7", "2001:db8:9::/48"]))
      .filter { !$0.hasPrefix("#") }
    #expect(
      lines == [
        "create weir4 hash:net family inet maxelem 1048576 -exist",
        "create weir4-new hash:net family inet maxelem 1048576 -exist", "flush weir4-new",
        "add weir4-new 203.0.113.7", "swap weir4-new weir4", "destroy weir4-new",
        "create weir6 hash:net family inet6 maxelem 1048576 -exist",
        "create weir6-new hash:net family inet6 maxelem 1048576 -exist", "flush weir6-new",
        "add weir6-new 2001:db8:9::/48", "swap weir6-new weir6", "destroy weir6-new",
      ]
    )
  }

  @Test("WAF: what UpdateIPSet takes for each address version", .needs(.python, .botocore))
  func waf() throws {
    let bytes = BlocklistReporter.report(try Self.report(Self.actors), for: .waf)
    #expect(
      try Validator.read("waf", bytes)
        == #"{"IPV4": ["203.0.113.7/32", "198.51.100.0/24"], "IPV6": ["2001:db8:7::1/128", "2001:db8:9::/48"]}"#
        + "\n"
    )
    var interrupted = Example.emptyReport()
    interrupted.isInterrupted = true
    let empty = BlocklistReporter.report(interrupted, for: .waf)
    #expect(try Validator.read("waf", empty) == #"{"IPV4": [], "IPV6": []}"# + "\n")
    #expect(empty.text.contains("INTERRUPTED"))
  }

  @Test("WAF: the 10,000 with the highest scores, and it is said", .needs(.python, .botocore))
  func wafLimit() throws {
    var report = Example.emptyReport()
    report.findings = (0..<10_003).map { number in
      var finding = Example.finding(number, score: number == 10_002 ? 90 : 20)
      finding.actor = .address(IPAddress(v4: 0xc633_6400 - UInt32(number)))
      return finding
    }
    let last = report.findings.removeLast()
    report.findings.insert(last, at: 0)
    let bytes = BlocklistReporter.report(report, for: .waf)
    #expect(try Validator.read("waf", bytes).hasPrefix(#"{"IPV4": ["\#(actor(last))/32", "#))
    #expect(
      BlocklistReporter.shortage(report, in: .waf)
        == "AWS WAF takes 10,000 entries in an IP set: 10,000 of 10,003 IPv4 entries are listed, those with the highest scores"
    )
    #expect(BlocklistReporter.shortage(report, in: .nft) == nil)
    report.findings.removeLast(3)
    #expect(BlocklistReporter.shortage(report, in: .waf) == nil)
  }

  private func actor(_ finding: Finding) -> String {
    if case .address(let address) = finding.actor { address.description } else { "" }
  }

  @Test(
    "A range with a local or internal address in it gives way to the known sources",
    arguments: [
      ("203.0.113.0/24", ["203.0.113.128/25"], ""), ("203.0.113.0/24", ["203.0.112.0/22"], ""),
      ("203.0.113.0/24", [], "203.0.113.9"), ("100.64.3.0/24", [], ""),
      ("169.254.169.0/24", [], ""),
    ]
  )
  func ownRanges(network: String, ranges: [String], own: String) throws {
    var report = try Self.report([network])
    report.internalRanges = InternalRanges(adding: ranges.compactMap { IPNetwork($0) })
    report.own = Set([IPAddress(own)].compactMap(\.self))
    let stranger = try #require(IPAddress("198.51.100.3"))
    report.findings[0].members = Members(count: 1, sample: [stranger])
    for form in BlocklistReporter.Form.allCases {
      let text = BlocklistReporter.report(report, for: form).text
      #expect(!text.contains(network.prefix(9)) && text.contains("198.51.100.3"), "\(form)")
    }
    report.internalRanges = InternalRanges(adding: [try #require(IPNetwork("198.51.100.0/30"))])
    report.own = []
    report.findings[0].actor = .campaign("SSH brute force")
    #expect(BlocklistReporter.report(report, for: .plain).isEmpty)
  }

  @Test(
    "Addresses that name no host of the internet are never blocked",
    arguments: ["169.254.169.254", "127.0.0.1", "0.0.0.0", "255.255.255.255", "fe80::1", "ff02::1"]
  )
  func specialUse(address: String) throws {
    #expect(BlocklistReporter.report(try Self.report([address]), for: .plain).isEmpty)
  }
}
