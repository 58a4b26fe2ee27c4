import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

/// Origins by address, as a database would answer.
private struct KnownOrigins: AddressOrigins {
  var byAddress: [IPAddress: AddressOrigin] = [:]
  func origin(of address: IPAddress) -> AddressOrigin? { byAddress[address] }
}

@Suite("What is known of addresses, in lines and in JSON")
struct AddressFactsTests {
  private static let origin = AddressOrigin(country: "NL", asn: 64_500, organization: "Example")

  /// A report with one finding of 203.0.113.7 at 192.0.2.10, which is an local address.
  private static func report(
    origin: AddressOrigin? = origin,
    aws: String? = nil,
    name: String? = nil,
    score: Double = 12
  ) throws -> Report {
    var report = Example.emptyReport()
    report.findings = [Example.finding(7, score: score)]
    report.own = [Example.own(10)]
    var known = KnownOrigins()
    // The local address is in the database as well, as public local addresses are.
    for address in [Example.stranger(7), Example.own(10)] { known.byAddress[address] = origin }
    report.origins = known
    if let aws {
      let ranges = try ["203.0.113.0/24", "192.0.2.0/24"].map {
        AWSPrefix(network: try #require(IPNetwork($0)), service: aws, region: "eu-west-1")
      }
      report.awsPrefixes = AWSPrefixes(ranges)
    }
    if let name {
      report.names.hosts.set(name, for: try #require(IPNetwork("203.0.113.7")))
    }
    return report
  }

  private static func text(_ report: Report, width: Int) -> String {
    TextReporter.report(report, TextStyle(width: width, usesColor: false, top: nil)).text
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var origin: AddressOrigin? = AddressFactsTests.origin
    var aws: String?
    var name: String?
    var width = 80
    var text: String
    var testDescription: String { "\(width): \(text)" }
  }

  @Test(
    "A line tells as much of an external address as it has room for, of an own one nothing",
    arguments: [
      Case(text: "203.0.113.7 (NL AS64500 Example) → 192.0.2.10"),
      Case(width: 200, text: "203.0.113.7 (NL AS64500 Example) → 192.0.2.10"),
      Case(width: 70, text: "203.0.113.7 (NL AS64500) → 192.0.2.10"),
      Case(width: 60, text: "203.0.113.7 (NL) → 192.0.2.10"),
      Case(origin: nil, text: "203.0.113.7 → 192.0.2.10"),
      Case(origin: AddressOrigin(country: "NL"), text: "203.0.113.7 (NL) → 192.0.2.10"),
      Case(origin: AddressOrigin(asn: 7), text: "203.0.113.7 (AS7) → 192.0.2.10"),
      Case(aws: "S3", text: "203.0.113.7 (S3 eu-west-1) → 192.0.2.10"),
      Case(origin: nil, aws: "S3", text: "203.0.113.7 (S3 eu-west-1) → 192.0.2.10"),
      Case(name: "visitor", text: "visitor (203.0.113.7, NL AS64500) → 192.0.2.10"),
      Case(
        name: "visitor",
        width: 120,
        text: "visitor (203.0.113.7, NL AS64500 Example) → 192.0.2.10"
      ),
      Case(origin: nil, name: "visitor", text: "visitor (203.0.113.7) → 192.0.2.10"),
      Case(
        origin: nil,
        name: "a name that is too long for a line",
        text: "203.0.113.7 → 192.0.2.10"
      ),
      Case(
        origin: AddressOrigin(organization: "Organization with a very long name"),
        width: 120,
        text: "203.0.113.7 (Organization with a ver…) → 192.0.2.10"
      ),
      Case(
        origin: AddressOrigin(organization: "a\u{1b}[31m\n\u{202e}b"),
        width: 120,
        text: #"203.0.113.7 (a\x1b[31m\xa\x202eb) → 192.0.2.10"#
      ),
    ]
  )
  func lines(_ example: Case) throws {
    let report = try Self.report(origin: example.origin, aws: example.aws, name: example.name)
    let text = Self.text(report, width: example.width)
    #expect(text.contains("  Port scan  \(example.text)"), "\(text)")
  }

  @Test("What the line of an important finding leaves out stands below it")
  func story() throws {
    var report = try Self.report(aws: "EC2", name: "visitor", score: 50)
    let whole = "who: 203.0.113.7: visitor, EC2 eu-west-1, NL AS64500 Example"
    #expect(Self.text(report, width: 120).contains(whole))
    // A line that has all of it needs no second one.
    report = try Self.report(score: 50)
    #expect(!Self.text(report, width: 120).contains("who:"))
    #expect(Self.text(report, width: 60).contains("who: 203.0.113.7: NL AS64500"))
    #expect(!Self.text(try Self.report(), width: 60).contains("who:"))
  }

  @Test("A network is said to be somewhere only when its two ends agree", arguments: [true, false])
  func networks(agree: Bool) throws {
    var report = try Self.report()
    report.findings[0].actor = .prefix(try #require(IPNetwork("203.0.113.0/24")))
    report.findings[0].members = Members(count: 9, sample: [Example.stranger(7)])
    var known = KnownOrigins(byAddress: [Example.stranger(0): Self.origin])
    if agree { known.byAddress[Example.stranger(255)] = Self.origin }
    report.origins = known
    let note = agree ? " (NL AS64500 Example)" : ""
    #expect(
      Self.text(report, width: 120).contains("  203.0.113.0/24\(note) (9 sources) → 192.0.2.10")
    )
    let actor = try JSONText.value(JSONReporter.report(report).text)["findings"]?[0]?["actor"]
    #expect((actor?["origin"]?["country"] == .string("NL")) == agree)
  }

  @Test("Examples of sources, folded findings and suppressed ones are told the same way")
  func otherLines() throws {
    var report = try Self.report(name: "visitor")
    let entry = Suppression(rule: "scan.*", reason: "ours", path: "s.yaml", line: 1)
    report.suppressed = [(report.findings[0], entry)]
    report.findings[0].actor = .campaign("hidden")
    report.findings[0].members = Members(count: 4, sample: [Example.stranger(7)])
    let style = TextStyle(width: 120, usesColor: false, top: nil, showsSuppressed: true)
    let text = TextReporter.report(report, style).text
    #expect(text.contains("  4 sources, e.g. visitor (203.0.113.7, NL AS64500 Example) → 192"))
    #expect(text.contains("  scan.vertical  visitor (203.0.113.7) → 192.0.2.10"))
    report.findings = (6...9).map { Example.finding($0) }
    #expect(Self.text(report, width: 160).contains("e.g. 203.0.113.6, visitor (203.0.113.7"))
  }

  @Test(
    "Tables have it too",
    arguments: [(80, "203.0.113.7 (NL"), (120, "visitor (203.0.113.7, NL")]
  )
  func tables(width: Int, label: String) throws {
    var report = try Self.report(name: width > 80 ? "visitor" : nil)
    report.tables = Example.tables()
    var style = TextStyle(width: width, usesColor: false, top: nil)
    style.showsTables = true
    let lines = TextReporter.report(report, style).text.split(separator: "\n")
    let rows = try #require(lines.firstIndex { $0.hasPrefix("Tables") })
    let sources = lines[rows...].filter { $0.contains("203.0.113.7") }
    #expect(sources.count == 5)
    // A narrow screen has room for it in fewer rows.
    #expect(sources.count { $0.contains(label) } >= (width > 80 ? 2 : 1))
    #expect(lines.allSatisfy { $0.count <= width })
  }

  @Test("JSON has all of it, beside the address")
  func json() throws {
    var report = try Self.report(aws: "EC2", name: "visitor")
    report.tables = Example.tables()
    report.findings[0].targets.sample.append(Target(address: Example.stranger(7), port: 22))
    report.findings[0].members = Members(
      count: 2,
      sample: [Example.stranger(7), Example.stranger(8)]
    )
    let value = try JSONText.value(JSONReporter.report(report).text)
    let name = JSONValue.string("visitor")
    let aws = JSONValue.object(["service": .string("EC2"), "region": .string("eu-west-1")])
    let origin = JSONValue.object([
      "country": .string("NL"), "asn": .number("64500"), "organization": .string("Example"),
    ])
    let finding = try #require(value["findings"]?[0])
    let targets = try #require(finding["targets"]?["sample"])
    for place in [try #require(finding["actor"]), try #require(targets[1])] {
      #expect(place["ip"] == .string("203.0.113.7"))
      #expect(place["name"] == name)
      #expect(place["aws"] == aws)
      #expect(place["origin"] == origin)
    }
    #expect(targets[0] == .object(["ip": .string("192.0.2.10")]))
    #expect(finding["actor"]?["members"]?["names"] == .object(["203.0.113.7": name]))
    let row = try #require(value["tables"]?["topTalkers"]?[0])
    #expect(row["destinationName"] == name)
    #expect(row["destinationAWS"] == aws)
    #expect(row["destinationOrigin"] == origin)
    for column in ["sourceName", "sourceAWS", "sourceOrigin"] { #expect(row[column] == nil) }
    for table in ["sshSources", "portScans", "hostSweeps", "rejectedSources"] {
      #expect(value["tables"]?[table]?[0]?["sourceOrigin"] == origin, "\(table)")
    }
  }

  @Test("Members of an origin that are unknown are absent; a report of nothing known is as ever")
  func absent() throws {
    let report = try Self.report(origin: AddressOrigin(country: "NL"))
    let value = try JSONText.value(JSONReporter.report(report).text)
    #expect(value["findings"]?[0]?["actor"]?["origin"] == .object(["country": .string("NL")]))
    var plain = report
    plain.origins = nil
    let unknown = try Self.report(origin: nil)
    #expect(JSONReporter.report(unknown) == JSONReporter.report(plain))
    #expect(Self.text(unknown, width: 80) == Self.text(plain, width: 80))
  }

  @Test(
    "Internal, own and special addresses are asked about nowhere",
    arguments: [
      "10.0.0.7", "192.168.1.1", "100.64.0.1", "fd00::1", "169.254.169.254", "192.0.2.10",
    ]
  )
  func inside(text: String) throws {
    let address = try #require(IPAddress(text))
    var report = try Self.report()
    report.origins = KnownOrigins(byAddress: [address: Self.origin])
    report.awsPrefixes = AWSPrefixes(
      try ["0.0.0.0/0", "::/0"].map {
        AWSPrefix(network: try #require(IPNetwork($0)), service: "AMAZON", region: "GLOBAL")
      }
    )
    let facts = AddressFacts(report)
    #expect(facts.origin(address) == nil)
    #expect(facts.aws(address) == nil)
    #expect(facts.aws(Example.stranger(1))?.service == "AMAZON")
  }
}
