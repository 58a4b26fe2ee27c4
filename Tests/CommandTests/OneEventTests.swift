import FlowModel
import FlowPipeline
import FlowReporting
import Foundation
import Testing

@testable import FlowFindings

/// Runs the analysis on files and gives what is compared.
private struct Analysis {
  let program: Program
  var investigated: InvestigationTarget?
  var threads = 2

  /// The report on files, given as lines by name.
  func report(_ files: [String: [String]], header: String = Log.header) throws -> Report {
    let folder = "run\(UUID().uuidString)"
    for (name, lines) in files {
      try program.write("\(folder)/\(name)", header + lines.joined())
    }
    var settings = AnalysisSettings(paths: [program.folder.appending(path: folder).path])
    (settings.threads, settings.evidenceLines) = (threads, 0)
    settings.investigated = investigated
    return try AnalysisRun(settings).run()
  }

  /// Findings and tables, without what tells how the records were read.
  func outcome(_ files: [String: [String]]) throws -> String {
    var report = try report(files)
    (report.input, report.notices, report.command) = (
      InputSummary(sources: [], skipDataWindows: 0, isComplete: true), [], []
    )
    return String(decoding: JSONReporter.report(report), as: UTF8.self)
  }
}

@Suite("Records that two flow logs deliver")
struct SecondFlowLogTests {
  private static func name(_ log: String) -> String {
    "123456789012_vpcflowlogs_us-east-1_\(log)_20260105T0000Z_0a1b2c3d.log"
  }

  private static func start(_ line: String) -> Int {
    Int(line.split(separator: " ")[10]) ?? 0
  }

  /// What the second flow log holds beside the whole first one.
  private static let shares: [(name: String, isShared: @Sendable (String) -> Bool)] = [
    ("all", { _ in true }), ("rejected", { $0.contains(" REJECT ") }),
    ("a third", { start($0) % 3 == 0 }),
  ]

  @Test("count once, whatever part the second one holds", arguments: shares.indices)
  func parts(share: Int) throws {
    let program = try Program()
    defer { program.remove() }
    let analysis = Analysis(program: program)
    var random = RandomLog(seed: 11)
    let lines = random.lines(3000)
    let expected = try analysis.outcome([Self.name("fl-0a1"): lines])
    let second = random.shuffled(lines.filter(Self.shares[share].isShared))
    let both = [Self.name("fl-0a1"): lines, Self.name("fl-0b2"): second]
    #expect(try analysis.outcome(both) == expected, "\(Self.shares[share].name)")
  }

  @Test("count once where two log groups have streams of the same name")
  func logGroups() throws {
    let program = try Program()
    defer { program.remove() }
    let analysis = Analysis(program: program)
    var random = RandomLog(seed: 13)
    let lines = random.lines(3000)
    let stream = "eni-0a1b2c3d4e5f60718-all/000000.log"
    let expected = try analysis.outcome(["task-a/\(stream)": lines])
    let both = ["task-a/\(stream)": lines, "task-b/\(stream)": random.shuffled(lines)]
    #expect(try analysis.outcome(both) == expected)
  }

  @Test("count fully where one flow log has what the other lacks")
  func complements() throws {
    let program = try Program()
    defer { program.remove() }
    let analysis = Analysis(program: program)
    var random = RandomLog(seed: 12)
    let lines = random.lines(3000)
    let expected = try analysis.outcome([Self.name("fl-0a1"): lines])
    let accepted = lines.filter { $0.contains(" ACCEPT ") }
    let others = lines.filter { !$0.contains(" ACCEPT ") }
    let filtered = [Self.name("fl-0a1"): accepted, Self.name("fl-0b2"): others]
    #expect(try analysis.outcome(filtered) == expected)
    // Several objects of one flow log are no second one.
    let objects = ["a_\(Self.name("fl-0a1"))": accepted, "b_\(Self.name("fl-0a1"))": others]
    #expect(try analysis.outcome(objects) == expected)
  }

  @Test("a notice tells how many; windows of ten minutes beside those of one are the same packets")
  func notice() throws {
    let program = try Program()
    defer { program.remove() }
    var analysis = Analysis(program: program)
    analysis.investigated = .network(try #require(IPNetwork("10.0.0.5")))
    let minutes = (0..<10).map { minute in
      Log.line(
        "10.0.0.5",
        "203.0.113.9",
        40_000,
        443,
        packets: 10,
        bytes: 1000,
        start: 1_767_571_200 + minute * 60,
        action: "ACCEPT"
      )
    }
    let whole = Log.line(
      "10.0.0.5",
      "203.0.113.9",
      40_000,
      443,
      packets: 100,
      bytes: 10_000,
      start: 1_767_571_200,
      end: 1_767_571_800,
      action: "ACCEPT"
    )
    let report = try analysis.report([Self.name("fl-0a1"): minutes, Self.name("fl-0b2"): [whole]])
    #expect(report.notices.contains { $0.hasPrefix("1 record was delivered twice") })
    #expect(report.pivot?.records.bytes == 10_000)
    #expect(report.pivot?.traffic.sent.records == 10)
    #expect(report.tables.topTalkers.rows.map(\.bytes) == [10_000])
  }
}

@Suite("Flows that several points of the network record")
struct ObservationPointTests {
  private static let noon = 1_767_614_400

  private func traffic(
    of investigated: InvestigationTarget,
    header: String,
    _ lines: [String]
  ) throws -> Pivot {
    let program = try Program()
    defer { program.remove() }
    let analysis = Analysis(program: program, investigated: investigated)
    let half = lines.count / 2
    let files = ["a.log": Array(lines[..<half]), "b.log": Array(lines[half...])]
    return try #require(try analysis.report(files, header: header).pivot)
  }

  @Test("both attachments of a transit gateway record one flow")
  func transitGateway() throws {
    let header =
      "version resource-type account-id tgw-id tgw-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status\n"
    let lines = (1...30).flatMap { target in
      ["tgw-attach-1", "tgw-attach-2"].map { attachment in
        "6 TransitGateway 123456789012 tgw-1 \(attachment) 10.1.0.66 10.2.0.\(target) \(40_000 + target) 445 6 2 120 \(Self.noon + target) \(Self.noon + target + 5) OK\n"
      }
    }
    let pivot = try traffic(
      of: .network(try #require(IPNetwork("10.1.0.66"))),
      header: header,
      lines
    )
    #expect(pivot.traffic.began[0].conversations == 30)
    #expect(pivot.traffic.sent.bytes == 30 * 120)
    #expect(pivot.records.records == 30)
  }

  private static let packetHeader =
    "version account-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes start end action log-status\n"

  private static func line(
    _ interface: Int,
    _ ends: (String, String),
    _ packetEnds: (String, String),
    _ ports: (Int, Int),
    _ sums: (Int, Int)
  ) -> String {
    "5 123456789012 eni-0\(interface) \(ends.0) \(ends.1) \(packetEnds.0) \(packetEnds.1) \(ports.0) \(ports.1) 6 \(sums.0) \(sums.1) \(noon) \(noon + 55) ACCEPT OK\n"
  }

  /// A client behind a NAT gateway, whose interface records both sides; with and without the client's own interface.
  private static func translated(_ client: String, port: Int, logsClient: Bool) -> [String] {
    let (gateway, server) = ("10.40.0.9", "198.51.100.44")
    let own = [
      line(port % 10 + 1, (client, server), (client, server), (port, 443), (12, 900)),
      line(port % 10 + 1, (server, client), (server, client), (443, port), (15, 9000)),
    ]
    return (logsClient ? own : []) + [
      line(7, (client, gateway), (client, server), (port, 443), (12, 900)),
      line(7, (gateway, server), (gateway, server), (port - 30_000, 443), (12, 900)),
      line(7, (server, gateway), (server, gateway), (443, port - 30_000), (15, 9000)),
      line(7, (gateway, client), (server, client), (443, port), (15, 9000)),
    ]
  }

  @Test(
    "through a NAT gateway a conversation is one, between client and server",
    arguments: [true, false]
  )
  func natGateway(logsClient: Bool) throws {
    let clients = ["10.40.2.31", "10.40.2.32", "10.40.3.33"]
    let probes = (1...40).map { number in
      Self.line(
        7,
        ("203.0.113.\(number)", "10.40.0.9"),
        ("203.0.113.\(number)", "10.40.0.9"),
        (50_000, 23),
        (1, 40)
      )
    }
    let lines =
      clients.enumerated().flatMap {
        Self.translated($1, port: 41_000 + $0, logsClient: logsClient)
      }
      + probes
    let server = InvestigationTarget.network(try #require(IPNetwork("198.51.100.44")))
    let pivot = try traffic(of: server, header: Self.packetHeader, lines)
    #expect(pivot.traffic.began[1].conversations == 3)
    #expect(pivot.traffic.began[1].bytesSent == 27_000)
    #expect(pivot.traffic.peers.rows.map(\.address.description).sorted() == clients)
    // What scans the gateway itself is still told.
    let gateway = InvestigationTarget.network(try #require(IPNetwork("10.40.0.9")))
    let scanned = try traffic(of: gateway, header: Self.packetHeader, lines)
    #expect(scanned.traffic.began[1].conversations == 40)
    #expect(scanned.traffic.began[0].conversations == 0)
  }

  @Test("a response that a network ACL rejects is none")
  func rejectedResponse() throws {
    let lines = [
      Log.line(
        "203.0.113.12",
        "172.31.16.139",
        50_000,
        443,
        packets: 4,
        bytes: 240,
        start: Self.noon,
        action: "ACCEPT"
      ),
      Log.line(
        "172.31.16.139",
        "203.0.113.12",
        443,
        50_000,
        packets: 4,
        bytes: 240,
        start: Self.noon,
        action: "REJECT"
      ),
    ]
    let server = InvestigationTarget.network(try #require(IPNetwork("172.31.16.139")))
    let began = try traffic(of: server, header: Log.header, lines).traffic.began[1]
    #expect([began.conversations, began.answered, began.responsesBlocked] == [1, 0, 1])
  }

  private static func served(_ interface: String, _ client: String, _ start: Int) -> [String] {
    [
      Log.exchange(
        client,
        "10.9.9.9",
        40_000,
        443,
        up: (10, 1000),
        down: (10, 2000),
        start: start,
        interface: interface
      )
    ]
  }

  @Test("an interface that only forwards is judged by its own records")
  func forwarding() throws {
    let lines = (1...4).flatMap { number in
      Self.served("eni-0a1b2c3d4e5f6000\(number % 2)", "10.1.0.\(number)", Self.noon)
    }
    let pivot = try traffic(of: .interface("eni-0a1b2c3d4e5f60001"), header: Log.header, lines)
    #expect(pivot.traffic.sharesAddress)
    #expect(pivot.traffic.began[1].conversations == 2)
    #expect([pivot.traffic.sent.bytes, pivot.traffic.received.bytes] == [4000, 2000])
  }

  @Test("an address that moves to the next interface belongs to both")
  func movedAddress() throws {
    let lines = (1...4).flatMap { number in
      Self.served(
        "eni-0a1b2c3d4e5f6000\(number / 3)",
        "10.1.0.\(number)",
        Self.noon + number / 3 * 3600
      )
    }
    let pivot = try traffic(of: .interface("eni-0a1b2c3d4e5f60001"), header: Log.header, lines)
    #expect(!pivot.traffic.sharesAddress)
    #expect(pivot.traffic.networks.map(\.base.description) == ["10.9.9.9"])
  }
}

@Suite("Names of flow logs")
struct FlowLogNameTests {
  @Test(
    "stand in names of objects and log streams",
    arguments: [
      ("x/1_vpcflowlogs_eu-west-1_fl-0a1b_20260105T0000Z_ab.log.gz", "fl-0a1b"),
      ("fl-0a1b/2026/01/05/x.log.gz", "fl-0a1b"), ("logs/fl2.log", "fl2"),
      ("task/eni-0a1b2c-reject/000000.gz", "reject"), ("eni-0a1b2c-all.log", "all"),
      ("flow.log", nil), ("fl-/x.log", nil), ("eni-0a1b2c/000000.gz", nil), ("-", nil),
    ] as [(String, String?)]
  )
  func names(path: String, expected: String?) {
    #expect(FlowLogNames.name(path) == expected)
  }

  @Test("tell log groups apart whose streams have the same names")
  func groups() {
    func names(_ paths: [String]) -> [String?] { paths.map(FlowLogNames(paths).callAsFunction) }
    let two = ["x/a/eni-0a-all/000000.gz", "x/b/eni-0a-all/000000.gz"]
    #expect(names(two) == ["all 0", "all 1"])
    #expect(names(two.reversed()) == ["all 1", "all 0"])
    // Parts of one stream, and streams of other interfaces.
    #expect(names(["a/eni-0a-all/000000.gz", "a/eni-0a-all/000001.gz"]) == [nil, nil])
    #expect(names(["a/eni-0a-all/000000.gz", "b/eni-0b-all/000000.gz"]) == [nil, nil])
    #expect(names(["a/eni-0a-all.log", "a/eni-0a-reject.log"]) == ["all", "reject"])
    // A folder for each day of one log group.
    #expect(names((0..<9).map { "\($0)/eni-0a-all/000000.gz" }).allSatisfy { $0 == nil })
  }
}

@Suite("Services of AWS that records name")
struct RecordedServiceTests {
  private static let header =
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status pkt-dst-aws-service\n"

  /// Connections every ten minutes for half a day, whose server the records call a service or not.
  private static func calls(_ service: String) -> [String] {
    (0..<72).flatMap { number in
      let start = 1_767_571_200 + number * 600
      let tail = "\(start) \(start + 50) ACCEPT OK"
      return [
        "5 123456789012 eni-0a1b2c3d4e5f60718 10.0.2.20 203.0.113.80 \(40_000 + number) 443 6 20 3000 \(tail) \(service)\n",
        "5 123456789012 eni-0a1b2c3d4e5f60718 203.0.113.80 10.0.2.20 443 \(40_000 + number) 6 20 9000 \(tail) -\n",
      ]
    }
  }

  @Test(
    "are expected traffic if nobody else runs software behind them",
    arguments: [("S3", false), ("DYNAMODB", false), ("EC2", true), ("-", true)]
  )
  func expected(service: String, isBeacon: Bool) throws {
    let program = try Program()
    defer { program.remove() }
    let files = ["a.log": Self.calls(service)]
    let report = try Analysis(program: program).report(files, header: Self.header)
    let hasBeacon = report.findings.contains { $0.rule.rawValue == "beacon" }
    #expect(hasBeacon == isBeacon)
    let facts = report.facts.map(\.text).joined()
    #expect(facts.contains(service) == ["S3", "DYNAMODB"].contains(service))
  }
}

@Suite("NAT gateways")
struct GatewayTests {
  private static let packetHeader =
    "version account-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol packets bytes start end action log-status pkt-dst-aws-service\n"

  @Test("that packet fields show are told for their traffic with S3")
  func packetFields() throws {
    let program = try Program()
    defer { program.remove() }
    let (client, gateway, server) = ("10.40.2.31", "10.40.0.9", "198.51.100.44")
    func line(
      _ ends: (String, String),
      _ packetEnds: (String, String),
      _ ports: (Int, Int),
      bytes: Int,
      _ service: String = "-"
    ) -> String {
      "5 123456789012 eni-07 \(ends.0) \(ends.1) \(packetEnds.0) \(packetEnds.1) \(ports.0) \(ports.1) 6 9000 \(bytes) 1767614400 1767614455 ACCEPT OK \(service)\n"
    }
    let lines = [
      line((client, gateway), (client, server), (41_000, 443), bytes: 1_100_000_000, "S3"),
      line((gateway, server), (gateway, server), (11_000, 443), bytes: 1_100_000_000, "S3"),
      line((server, gateway), (server, gateway), (443, 11_000), bytes: 900_000),
      line((gateway, client), (server, client), (443, 41_000), bytes: 900_000),
    ]
    let report = try Analysis(program: program).report(["a.log": lines], header: Self.packetHeader)
    let findings = report.findings.filter { $0.rule.rawValue == "nat.to-aws" }
    #expect(findings.map(\.actor.description) == [gateway])
    #expect(findings.map(\.counts.bytes) == [1_100_900_000])
  }

  @Test("that packet fields do not show repeat no beacon of their clients")
  func beacon() throws {
    let program = try Program()
    defer { program.remove() }
    let calls = (0..<72).flatMap { number in
      ["10.40.2.31", "10.40.0.9"].enumerated().map { place, host in
        Log.exchange(
          host,
          "203.0.113.80",
          40_000 + number * 2 + place,
          443,
          up: (18, 3000),
          down: (20, 20_000),
          start: 1_767_571_200 + number * 600,
          seconds: 50
        )
      }
    }
    let probes = (1...20).map { number in
      Log.line(
        "198.51.100.\(number)",
        "10.40.0.9",
        50_000,
        [22, 445, 8080][number % 3],
        action: "ACCEPT"
      )
    }
    let analysis = Analysis(program: program)
    for lines in [calls + probes, (calls + probes).reversed()] {
      let beacons = try analysis.report(["a.log": lines]).findings
        .filter { $0.rule.rawValue == "beacon" }
      #expect(beacons.map(\.actor.description) == ["10.40.2.31"])
      #expect(beacons.allSatisfy { $0.detail.contains("10.40.0.9 has the same connections") })
      #expect(beacons.allSatisfy { !$0.detail.contains("used by 2") })
    }
  }
}
