import FlowTestSupport
import Testing

/// Firewalls load the lists in a network namespace, so that nothing on the machine changes.
@Suite("Blocklists are loaded by the programs they are for")
struct BlocklistToolTests {
  private static let sources = ["198.51.100.7", "2001:db8:99::8", "203.0.113.8"]

  /// Sources that scan SSH, of both families.
  private static func log() -> String {
    let scans = (1...12).map { host in
      let interface = "eni-0a1b2c3d4e5f607\(host + 10)"
      return Log.line("203.0.113.8", "10.0.0.\(host)", 41_000 + host, 22, interface: interface)
        + Log.line("2001:db8:99::8", "2001:db8:1::\(host)", 42_000 + host, 22, interface: interface)
        + Log.exchange(
          "2001:db8:77::1",
          "2001:db8:1::\(host)",
          50_000 + host,
          443,
          up: (9, 900),
          down: (9, 9000),
          start: 1_767_607_200,
          interface: interface
        )
    }
    return Log.header + Log.scan() + scans.joined()
  }

  private static func shell(_ line: String) throws -> Outcome {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.log", log())
    try program.write("empty.log", header)
    return try program.shell("PATH=$PATH:/usr/sbin; \(line)")
  }

  private static let header = Log.header + Log.line("10.0.0.1", "10.0.0.2", 50_000, 443)

  @Test("plain: as many lines as addresses")
  func plain() throws {
    let outcome = try Self.shell("weir --format blocklist:plain a.log | LC_ALL=C sort")
    #expect(outcome.stdout == Self.sources.map { "\($0)\n" }.joined() && outcome.stderr.isEmpty)
  }

  @Test(
    "nft: twice, and over an older list",
    .needs(.nftables),
    .needsNamespace("nft list tables")
  )
  func nft() throws {
    let outcome = try Self.shell(
      """
      weir --output a.nft a.log && weir --format blocklist:nft empty.log > none.nft || exit
      unshare -rn sh -ec 'nft -c -f a.nft; nft -f none.nft; nft add element inet weir blocked4 { 192.0.2.1 }
      nft -f a.nft; nft -f a.nft; nft list ruleset'
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    for source in Self.sources { #expect(outcome.stdout.contains(source)) }
    #expect(!outcome.stdout.contains("192.0.2.1"))
  }

  @Test(
    "nft: the rules that its comment shows drop what the sets hold",
    .needs(.nftables),
    .needsNamespace("nft list tables")
  )
  func nftRules() throws {
    let outcome = try Self.shell(
      """
      weir --output a.nft a.log; sed -n 's/^#   //p' a.nft > rules; wc -l < rules
      unshare -rn sh -ec 'nft -f a.nft; . ./rules; nft -f a.nft; nft list chain inet weir input'
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout.hasPrefix("3\n"))
    #expect(outcome.stdout.contains("ip saddr @blocked4 drop"))
  }

  @Test(
    "ipset: twice, and over an older list",
    .needs(.ipset),
    .needsNamespace("ipset list")
  )
  func ipset() throws {
    let outcome = try Self.shell(
      """
      weir --output a.ipset a.log && weir --format blocklist:ipset empty.log > none || exit
      unshare -rn sh -ec 'ipset restore -file none; ipset add weir4 192.0.2.1
      ipset restore < a.ipset; ipset restore -file a.ipset; ipset list'
      """
    )
    #expect(outcome.status == 0, "\(outcome.stderr)")
    for source in Self.sources { #expect(outcome.stdout.contains(source)) }
    #expect(!outcome.stdout.contains("192.0.2.1") && !outcome.stdout.contains("-new"))
  }

  @Test("WAF: one file for both address versions", .needs(.python, .botocore))
  func waf() throws {
    let outcome = try Self.shell("weir --format blocklist:waf a.log")
    #expect(outcome.status == 0 && outcome.stderr.isEmpty)
    let found = try Validator.read("waf", Array(outcome.stdout.utf8))
    for source in Self.sources {
      #expect(found.contains("\"\(source)/\(source.contains(":") ? 128 : 32)\""))
    }
  }
}
