import FlowModel
import FlowTestSupport
import Testing

@Suite("Files that say more of addresses")
struct EnrichmentTests {
  private static let ranges = """
    {"syncToken": "1", "createDate": "2026-01-01-00-00-00",
     "prefixes": [{"ip_prefix": "198.51.100.0/24", "region": "eu-west-1", "service": "EC2",
                   "network_border_group": "eu-west-1"}],
     "ipv6_prefixes": []}
    """

  /// A program with a log of a scan by 198.51.100.7 and files about that address.
  private static func program() throws -> Program {
    let program = try Program()
    try program.write("a.log", Log.header + Log.scan())
    try program.write(
      "names.txt",
      "10.0.0.0/24, own hosts\r\n198.51.100.7 \"the visitor\" # who?\n"
    )
    try program.write("ip-ranges.json", ranges)
    return program
  }

  private static func database(_ record: MaxMindValue) throws -> [UInt8] {
    var writer = MaxMindWriter()
    writer.add(try #require(IPNetwork("198.51.100.0/24")), record)
    return writer.bytes
  }

  @Test("names show in lines, tables and JSON, over those of the settings")
  func names() throws {
    let program = try Self.program()
    defer { program.remove() }
    try program.write(".weir.yaml", "hosts: {198.51.100.7: somebody, 192.0.2.9: a client}\n")
    let text = try program.shell("weir --tables --names names.txt a.log")
    #expect(text.status == 0 && text.stderr.isEmpty)
    #expect(text.stdout.contains("the visitor (198.51.100.7) → 12 addresses :22"))
    let row = "SSH sources (tcp/22)      the visitor (198.51.100.7)  12 addresses"
    #expect(text.stdout.contains(row))
    #expect(text.stdout.contains("a client (192.0.2.9)"))
    #expect(!text.stdout.contains("somebody"))
    let json = try program.shell("weir --names names.txt --format json a.log")
    #expect(json.stdout.contains(#""sourceName": "the visitor""#))
    #expect(json.stdout.contains(#""name": "own hosts""#))
    let kept = try program.shell("echo 'names: names.txt' > .weir.yaml; weir a.log")
    #expect(kept.stdout.contains("the visitor (198.51.100.7) → 12 addresses :22"))
  }

  @Test("external addresses of AWS get service and region")
  func aws() throws {
    let program = try Self.program()
    defer { program.remove() }
    let text = try program.shell("weir --aws-ip-ranges ip-ranges.json a.log")
    #expect(text.status == 0 && text.stderr.isEmpty)
    #expect(text.stdout.contains("198.51.100.7 (EC2 eu-west-1) → 12 addresses :22"))
    let json = try program.shell("WEIR_AWS_IP_RANGES=ip-ranges.json weir --format json a.log")
    #expect(json.stdout.contains(#""service": "EC2""#))
  }

  @Test("without the options a report is the same bytes as ever")
  func without() throws {
    let program = try Self.program()
    defer { program.remove() }
    let line = "weir --color never --format json a.log | grep -v '\"command\"'"
    let plain = try program.shell(line)
    try program.write("none.json", Self.ranges.replacing("198.51.100.0/24", with: "3.5.140.0/22"))
    let unknown = try program.shell(
      line.replacing("--format", with: "--names /dev/null --aws-ip-ranges none.json --format")
    )
    #expect(unknown.stdout == plain.stdout)
    for word in ["\"aws\"", "\"origin\"", "Name\""] { #expect(!plain.stdout.contains(word)) }
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var line: String
    var stderr: String
    var testDescription: String { line }
  }

  @Test(
    "a file that cannot be used ends the run with 2, before anything is read",
    arguments: [
      Mistake(line: "--names none.txt", stderr: "weir: none.txt: No such file or directory\n"),
      Mistake(
        line: "--names ip-ranges.json",
        stderr:
          "weir: ip-ranges.json:1: '{\"syncToken\":' is not an address or CIDR range such as 10.0.1.5 or 10.0.0.0/16\n"
      ),
      Mistake(
        line: "--aws-ip-ranges names.txt",
        stderr:
          "weir: names.txt: this is not JSON; download the file again from https://ip-ranges.amazonaws.com/ip-ranges.json\n"
      ),
      Mistake(
        line: "--aws-ip-ranges none.json",
        stderr: "weir: none.json: No such file or directory\n"
      ),
    ]
  )
  func mistakes(_ mistake: Mistake) throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell("weir \(mistake.line) a.log")
    #expect(outcome.status == 2)
    #expect(outcome.stdout.isEmpty)
    #expect(outcome.stderr == mistake.stderr)
  }

  @Test("weir config show has the keys, weir --help the options")
  func shown() throws {
    let program = try Self.program()
    defer { program.remove() }
    try program.write(".weir.yaml", "names: [names.txt]\ngeoip: a.mmdb\n")
    let shown = try program.shell("weir config show --origin")
    #expect(shown.stdout.contains("\nnames: [names.txt]  # .weir.yaml:1\n"))
    #expect(shown.stdout.contains("\naws-ip-ranges: ~  # built in\n"))
    #expect(shown.stdout.contains("\ngeoip: [a.mmdb]  # .weir.yaml:2\n"))
    let help = try program.shell("weir analyze --help")
    for option in ["--names <file>", "--aws-ip-ranges <file>", "--geoip <file>"] {
      #expect(help.stdout.contains(option))
    }
  }

  #if GeoIP
  @Test("country and owner of external addresses come from several databases")
  func origins() throws {
    let program = try Self.program()
    defer { program.remove() }
    try program.write("country.mmdb", Self.database(.country("NL")))
    try program.write("asn.mmdb", Self.database(.network(64_500, "Ex\u{1b}[31mample")))
    let text = try program.shell("weir --geoip country.mmdb --geoip asn.mmdb a.log")
    #expect(text.status == 0 && text.stderr.isEmpty)
    #expect(text.stdout.contains(#"198.51.100.7 (NL AS64500 Ex\x1b[31mample) → 12 addresses :22"#))
    #expect(!text.stdout.contains("\u{1b}"))
    let json = try program.shell("WEIR_GEOIP=country.mmdb,asn.mmdb weir --format json a.log")
    #expect(json.stdout.contains(#""country": "NL""#))
    #expect(json.stdout.contains(#""asn": 64500"#))
    #expect(json.stdout.contains(#""organization": "Ex\u001b[31mample""#))
  }

  @Test("a database that is damaged is told, with 2; the report says the rest")
  func damaged() throws {
    let program = try Self.program()
    defer { program.remove() }
    let whole = try Self.database(.country("NL"))
    try program.write("half.mmdb", Array(whole.prefix(whole.count / 2)))
    try program.write("bad.mmdb", Self.database(.raw([0xe1, 0x5f])))
    let half = try program.shell("weir --geoip half.mmdb a.log")
    #expect(half.status == 2 && half.stdout.isEmpty)
    #expect(half.stderr.hasPrefix("weir: half.mmdb: this is not a MaxMind DB, or it is truncated"))
    let bad = try program.shell("weir --geoip bad.mmdb a.log")
    #expect(bad.status == 2)
    #expect(bad.stdout.contains("198.51.100.7 → 12 addresses :22"))
    #expect(
      bad.stderr
        == "weir: bad.mmdb: the record of 198.51.100.7 is damaged; download the file again; the report omits its information\n"
    )
    let missing = try program.shell("weir --geoip none.mmdb a.log")
    #expect(missing.status == 2 && missing.stdout.isEmpty)
    #expect(missing.stderr == "weir: none.mmdb: No such file or directory\n")
  }
  #else
  @Test("a build without the trait says so")
  func noSupport() throws {
    let program = try Self.program()
    defer { program.remove() }
    let outcome = try program.shell("weir --geoip a.mmdb a.log")
    #expect(outcome.status == 2 && outcome.stdout.isEmpty)
    #expect(outcome.stderr.hasPrefix("weir: a.mmdb: this build has no GeoIP support"))
  }
  #endif
}
