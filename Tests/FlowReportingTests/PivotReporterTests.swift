import FlowModel
import Foundation
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("An investigation: the screen")
struct PivotTextTests {
  private static func text(_ report: Report, width: Int = 80, top: Int? = nil) throws -> String {
    let style = TextStyle(width: width, usesColor: false, top: top)
    return PivotTextReporter.report(try #require(report.pivot), report, style).text
  }

  @Test("at 80 columns")
  func narrow() throws {
    let now = try Self.text(Example.pivot())
    #expect(try GoldenFile.text("pivot-80.txt", now: now) == now)
  }

  @Test("at 160 columns")
  func wide() throws {
    let now = try Self.text(Example.pivot(), width: 160)
    #expect(try GoldenFile.text("pivot-160.txt", now: now) == now)
  }

  @Test("no line is longer than the screen", arguments: [60, 80, 100, 120, 139, 140, 160, 200])
  func widths(width: Int) throws {
    for word in ["203.0.113.7", "203.0.113.0/24", "2001:db8::/32", "eni-0a1b2c3d4e5f60718"] {
      var report = Example.pivot(word, peers: 40)
      report.names.hosts.set(
        String(repeating: "long name ", count: 9),
        for: IPNetwork(only: Example.own(10))
      )
      for line in try Self.text(report, width: width).split(separator: "\n") {
        #expect(line.count <= width, "\(line)")
      }
    }
  }

  @Test("who does not occur is said not to, with how much was read")
  func absent() throws {
    let lines = try Self.text(Example.absent()).split(separator: "\n")
    #expect(
      lines.prefix(2).joined(separator: " ")
        == "203.0.113.99 does not occur in 1,005 records (2026-01-05 10:00 – 2026-01-08   03:00 UTC)."
    )
    #expect(!lines.contains { $0.contains("Conversations") || $0.contains("Peers") })
  }

  @Test("an interface whose address is not known says so and shows no direction")
  func lacksAddress() throws {
    var report = Example.pivot("eni-0a1b2c3d")
    report.pivot?.traffic = InvestigationTraffic()
    let text = try Self.text(report, width: 120)
    #expect(text.contains("address of the interface is not known"))
    #expect(text.contains("In 6 of 1,005 records"))
    #expect(!text.contains("Sent "))
  }

  @Test("peers that did something grave stand first")
  func suspects() throws {
    let report = Example.pivot(peers: 5)
    let peers = try #require(report.pivot).peersByInterest
    #expect(peers.map(\.address) == [11, 10, 12, 13, 14].map(Example.own))
  }

  @Test("names from files cannot command a terminal")
  func hostileNames() throws {
    var report = Example.pivot("203.0.113.0/24")
    let evil = "a\u{1b}[31m\u{202e}\nb"
    report.names.services[22] = evil
    for number in 10..<13 {
      report.names.hosts.set(evil, for: IPNetwork(only: Example.own(number)))
    }
    report.names.hosts.set(evil, for: try #require(IPNetwork("203.0.113.0/24")))
    let text = try Self.text(report, width: 160)
    #expect(!text.contains("\u{1b}") && !text.contains("\u{202e}"))
    #expect(text.contains("a\\x1b[31m\\x202e\\xab"))
  }
}

@Suite("An investigation: machine formats")
struct PivotMachineTests {
  @Test("JSON holds the schema, no null, and every list")
  func json() throws {
    for report in [Example.pivot(), Example.pivot("203.0.113.0/24"), Example.absent()] {
      let pivot = try #require(report.pivot)
      let value = try JSONText.value(PivotJSONReporter.report(pivot, report).text)
      #expect(value["schema"] == .string("weir.pivot/1"))
      #expect(!value.holdsNull)
      #expect(value["occurs"] == .flag(pivot.occurs))
      #expect(value["peers"]?[2] != nil || !pivot.occurs)
    }
  }

  @Test("the whole JSON of one peer, one host-service pair and one service")
  func rows() throws {
    let report = Example.pivot()
    let value = try JSONText.value(
      PivotJSONReporter.report(try #require(report.pivot), report, top: 1).text
    )
    #expect(value["peers"]?[1] == nil)
    let peer = try #require(value["peers"]?[0])
    #expect(peer["ip"] == .string("192.0.2.10"))
    #expect(peer["began"] == .object(["subject": .number("3")]))
    #expect(peer["bytesSent"] == .number("5000"))
    #expect(peer["activity"] == .string("000000000000000b"))
    #expect(peer["firstSeen"] == .string("2026-01-05T10:00:07Z"))
    let service = try #require(value["services"]?[0])
    #expect(service["service"] == .string("SSH"))
    #expect(service["began"] == .string("subject"))
    #expect(service["silent"] == .number("1"))
    #expect(value["findings"]?[0]?["role"] == .string("actor"))
    #expect(value["findings"]?[0]?["finding"]?["title"] == .string("SSH brute force"))
    #expect(value["afterwards"]?[0]?["finding"]?["rule"] == .string("outbound.sweep"))
    #expect(value["totals"]?["peers"] == .number("3"))
    #expect(value["timeline"]?[0]?["accepted"] == .number("4"))
    #expect(value["timeline"]?[1]?["rejected"] == .number("2"))
  }

  @Test("where nobody knows the initiator, there are no outcomes")
  func latePacket() throws {
    let report = Example.pivot()
    let text = PivotJSONReporter.report(try #require(report.pivot), report).text
    let servicePair = try #require(try JSONText.value(text)["contacts"]?[3])
    #expect(servicePair["began"] == .string("stray"))
    #expect(servicePair["silent"] == nil)
    #expect(servicePair["conversations"] == .number("2"))
  }

  @Test("each line of JSON Lines is an object of a type")
  func lines() throws {
    let report = Example.pivot("203.0.113.0/24")
    let text = PivotJSONReporter.lines(try #require(report.pivot), report).text
    let lines = text.split(separator: "\n")
    let types = try lines.map { line in
      try #require(try JSONText.value(String(line))["type"])
    }
    let expected =
      ["subject", "finding", "finding", "afterwards"] + ["service", "service"]
      + Array(repeating: "peer", count: 3) + Array(repeating: "contact", count: 4)
      + ["time", "time"]
    #expect(types == expected.map { JSONValue.string($0) })
    #expect(text.hasSuffix("}\n"))
  }

  @Test("CSV: a head, a row for each host-service pair, cells that no spreadsheet runs")
  func csv() throws {
    var report = Example.pivot()
    report.names.hosts.set("=cmd|' /C calc'!A0", for: IPNetwork(only: Example.own(10)))
    report.names.services[22] = "S,\"S\"\nH"
    let text = PivotCSVReporter.report(try #require(report.pivot), report).text
    let rows = text.components(separatedBy: "\r\n")
    #expect(rows.count == 6 && rows[5].isEmpty)
    let first = try #require(rows.first { $0.contains(",192.0.2.10,") })
    #expect(
      first
        == #"203.0.113.7,192.0.2.10,'=cmd|' /C calc'!A0,subject,6,22,"S,""S""\xaH",1,3,1,1,0,0,1,1,4,1000,5,2000,90,2026-01-05T10:00:07Z,2026-01-05T11:56:47Z,0,0"#
    )
    let columns = rows[0].split(separator: ",").count
    for row in rows[1..<4] { #expect(row.filter { $0 == "," }.count == columns) }
  }

  @Test("Markdown: tables whose cells cannot break out")
  func markdown() throws {
    var report = Example.pivot("203.0.113.0/24")
    report.names.hosts.set("<script>|`x`\n# h", for: IPNetwork(only: Example.own(10)))
    let text = PivotMarkdownReporter.report(try #require(report.pivot), report).text
    #expect(text.hasPrefix("# 203.0.113.0/24\n"))
    #expect(text.contains(##"&lt;script&gt;&#124;\`x\`\\xa\# h (192.0.2.10)"##))
    #expect(!text.contains("<script>"))
    let tables = text.split(separator: "\n").filter { $0.hasPrefix("|") }
    for line in tables { #expect(line.hasSuffix(" |"), "\(line)") }
    let absent = Example.absent()
    let nothing = PivotMarkdownReporter.report(try #require(absent.pivot), absent).text
    #expect(nothing.contains("203.0.113.99 does not occur in 1,005 records"))
  }
}

@Suite("An investigation: which findings concern the investigation target")
struct PivotFindingsTests {
  private static func concerns(
    _ word: String,
    _ findings: [Finding],
    servicePairs: [InvestigationContact] = [],
    suppressed: [Finding] = []
  ) throws -> [Pivot.Concern] {
    let investigated = try #require(InvestigationTarget(word))
    var report = Example.emptyReport()
    report.findings = findings
    report.own = Set((0..<64).map(Example.own))
    report.suppressed = suppressed.map { finding in
      (finding, Suppression(rule: finding.rule.rawValue, reason: "known", path: "s.yaml", line: 1))
    }
    var traffic = InvestigationTraffic()
    if case .network(let network) = investigated { traffic.networks = [network] }
    for servicePair in servicePairs { traffic.servicePairs.offer(servicePair) }
    return Pivot(investigated, InvestigationTally(), traffic, report).concerns
  }

  private static func servicePair(
    _ peer: IPAddress,
    _ initiator: Initiator,
    port: UInt16 = 22,
    at time: UInt32 = Example.begin + 60
  ) -> InvestigationContact {
    var sums = Example.sums(0)
    (sums.first, sums.last) = (time, time + 10)
    return InvestigationContact(
      peer: peer,
      service: Service(protocolNumber: 6, port: port),
      initiator: initiator,
      members: 1,
      sums: sums
    )
  }

  /// A scan of very many local addresses, of which the finding names one.
  private static func wideScan() -> Finding {
    var finding = Example.finding(7, rule: "scan.horizontal")
    finding.targets.count = 260
    finding.evidenceQuery.source = IPNetwork(only: Example.stranger(7))
    finding.evidenceQuery.port = 22
    finding.evidenceQuery.protocols = [6]
    return finding
  }

  @Test("actor, prefix, member, target, interface")
  func named() throws {
    let one = Example.finding(7)
    #expect(try Self.concerns("203.0.113.7", [one]).map(\.role) == [.actor])
    #expect(try Self.concerns("203.0.113.0/24", [one]).map(\.role) == [.actor])
    #expect(try Self.concerns("203.0.113.8", [one]).isEmpty)
    #expect(try Self.concerns("192.0.2.10", [one]).map(\.role) == [.target])
    var network = one
    network.actor = .prefix(try #require(IPNetwork("203.0.113.0/24")))
    network.members = Members(count: 2, sample: [Example.stranger(3), Example.stranger(4)])
    #expect(try Self.concerns("203.0.113.3", [network]).map(\.role) == [.member])
    #expect(try Self.concerns("203.0.113.5", [network]).isEmpty)
    #expect(try Self.concerns("203.0.0.0/16", [network]).map(\.role) == [.actor])
    var interface = one
    interface.targets.sample[0].interface = "eni-7"
    #expect(try Self.concerns("eni-7", [interface]).map(\.role) == [.target])
    #expect(try Self.concerns("eni-8", [interface]).isEmpty)
  }

  @Test(
    "a target that the finding does not name is told by its traffic, and only by fitting traffic"
  )
  func byTraffic() throws {
    let finding = Self.wideScan()
    func roles(_ servicePair: InvestigationContact) throws -> [Pivot.Concern] {
      try Self.concerns("192.0.2.33", [finding], servicePairs: [servicePair])
    }
    let hit = try roles(Self.servicePair(Example.stranger(7), .peer))
    #expect(hit.map(\.role) == [.target])
    #expect(hit.map(\.isByTraffic) == [true])
    let misses = [
      Self.servicePair(Example.stranger(8), .peer),
      Self.servicePair(Example.stranger(7), .investigated),
      Self.servicePair(Example.stranger(7), .peer, port: 23),
      Self.servicePair(Example.stranger(7), .peer, at: Example.begin + 4000),
      Self.servicePair(Example.stranger(7), .latePacket),
    ]
    for miss in misses { #expect(try roles(miss).isEmpty) }
    var complete = finding
    complete.targets.count = 1
    #expect(
      try Self.concerns(
        "192.0.2.33",
        [complete],
        servicePairs: [Self.servicePair(Example.stranger(7), .peer)]
      ).isEmpty
    )
  }

  @Test("one of very many members is told by its traffic")
  func memberByTraffic() throws {
    var finding = Self.wideScan()
    finding.actor = .campaign("sources of SSH probes")
    finding.evidenceQuery.source = nil
    finding.members = Members(count: 5000, sample: [Example.stranger(1)])
    let servicePairs = [Self.servicePair(Example.own(33), .investigated)]
    let concerns = try Self.concerns("203.0.113.77", [finding], servicePairs: servicePairs)
    #expect(concerns.map(\.role) == [.member])
    finding.members?.count = 1
    #expect(try Self.concerns("203.0.113.77", [finding], servicePairs: servicePairs).isEmpty)
  }

  @Test("suppressed findings are told as such")
  func suppressed() throws {
    let concerns = try Self.concerns("203.0.113.7", [], suppressed: [Example.finding(7)])
    #expect(concerns.map(\.role) == [.actor])
    #expect(concerns.first?.suppression?.reason == "known")
  }

  @Test("afterwards: only hosts that answered, only from then on, only what is not told already")
  func afterwards() throws {
    let report = Example.pivot()
    let pivot = try #require(report.pivot)
    #expect(pivot.afterwards.map(\.rule) == ["outbound.sweep"])
    var early = report
    early.findings[0].lastSeen = Example.begin
    let traffic = pivot.traffic
    let again = Pivot(pivot.investigated, Example.tally(), traffic, early)
    #expect(again.afterwards.isEmpty)
    var silent = InvestigationTraffic()
    silent.networks = traffic.networks
    var servicePair = Self.servicePair(Example.own(11), .investigated)
    servicePair.sums.sessions = 0
    silent.servicePairs.offer(servicePair)
    #expect(Pivot(pivot.investigated, Example.tally(), silent, report).afterwards.isEmpty)
  }
}

@Suite("An investigation: time as a row of signs")
struct ActivityStripTests {
  @Test(
    "bits are marks, several of them one where there is no room",
    arguments: [(64, 64), (32, 32), (16, 16), (8, 8)]
  )
  func marks(width: Int, count: Int) {
    let strip = ActivityStrip.marks(1 | 1 << 63, width: width)
    #expect(strip.count == count)
    #expect(strip.first == "█" && strip.last == "█")
    #expect(strip.dropFirst().dropLast().allSatisfy { $0 == "·" })
    #expect(ActivityStrip.marks(.max, width: width) == String(repeating: "█", count: width))
  }

  @Test("heights grow with the logarithm; nothing is nothing, the most is full")
  func heights() {
    #expect(ActivityStrip.heights([0, 1, 2, 100, 1_000_000]) == "·▁▁▃█")
    #expect(ActivityStrip.heights([1, 1]) == "██")
    #expect(ActivityStrip.heights([0, 0]) == "··")
    #expect(ActivityStrip.heights([.max, 1]) == "█▁")
  }
}
