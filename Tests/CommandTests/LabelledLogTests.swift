import FlowModel
import Foundation
import SystemFiles
import Testing

/// What a finding of a JSON report says of who did what.
private struct ScoredFinding: Decodable {
  struct Members: Decodable { var sample: [String] }
  struct Actor: Decodable {
    var ip: String?
    var prefix: String?
    var members: Members?
  }
  var rule: String
  var score: Int
  var actor: Actor

  /// The addresses and prefixes that the finding names as actors.
  var actors: [String] {
    [actor.ip, actor.prefix].compactMap(\.self) + (actor.members?.sample ?? [])
  }
}

private struct ScoredReport: Decodable { var findings: [ScoredFinding] }

/// The labels of a log: who did what, by kind.
private struct Labels {
  /// The attackers of each kind; addresses, or prefixes.
  let attackers: [String: Set<String>]

  /// - Parameter text: rows of tab-separated columns, of which the first are kind and attackers.
  init(_ text: String) {
    var attackers: [String: Set<String>] = [:]
    for row in text.split(separator: "\n").dropFirst() {
      let columns = row.split(separator: "\t", omittingEmptySubsequences: false)
      attackers[String(columns[0]), default: []].formUnion(
        columns[1].split(separator: ",").map(String.init)
      )
    }
    self.attackers = attackers
  }

  /// Hosts that did no harm at all.
  var clean: Set<String> {
    let harmless = attackers.filter { $0.key.hasPrefix("benign") }.values
    let all = harmless.reduce(into: Set<String>()) { $0.formUnion($1) }
    return all.subtracting(harmful)
  }

  private var harmful: Set<String> {
    attackers.filter { !$0.key.hasPrefix("benign") }.values.reduce(into: []) { $0.formUnion($1) }
  }

  /// Whether an actor is one of those labelled as harmful, or lies in a labelled prefix.
  func isHarmful(_ actor: String) -> Bool {
    harmful.contains { Self.covers($0, actor) }
  }

  /// Whether a labelled address or prefix is the actor or holds it.
  static func covers(_ label: String, _ actor: String) -> Bool {
    if label == actor { return true }
    guard label.contains("/"), let network = IPNetwork(label), let address = IPAddress(actor) else {
      return false
    }
    return network.contains(address)
  }
}

/// Compares findings with labels: an attacker is found by a finding of a rule for its kind that names it.
private struct Scorer {
  let labels: Labels
  let findings: [ScoredFinding]

  /// The share of a kind's attackers that findings of some rules name.
  func recall(_ kind: String, _ rules: [String]) -> Double {
    let wanted = labels.attackers[kind] ?? []
    guard !wanted.isEmpty else { return 0 }
    let named = Set(
      findings.filter { finding in rules.contains { finding.rule.hasPrefix($0) } }.flatMap(\.actors)
    )
    let found = wanted.count { label in
      named.contains(label) || label.contains("/") && named.contains { Labels.covers(label, $0) }
    }
    return Double(found) / Double(wanted.count)
  }

  /// The share of the first findings, each counted once however many members it has, that name somebody harmful.
  func precision(first count: Int) -> Double {
    let first = findings.filter { $0.rule != "log.quality" }.prefix(count)
    guard !first.isEmpty else { return 1 }
    return Double(first.count { $0.actors.contains(where: labels.isHarmful) }) / Double(first.count)
  }

  /// How many findings of a score name a clean host as their actor.
  func alarms(atLeast score: Int) -> Int {
    let clean = labels.clean
    return findings.count { $0.score >= score && $0.actor.ip.map(clean.contains) == true }
  }
}

/// Labelled traffic, where the environment variable WEIR_DATA names its folder.
@Suite("Labelled logs", .enabled(if: environment("WEIR_DATA") != nil, "WEIR_DATA is not set"))
struct LabelledLogTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var truth: String
    var log: String
    /// The kinds of attack with the beginnings of the rules that tell of them, and the least recall.
    var kinds: [(kind: String, rules: [String], recall: Double)]
    /// The least precision of the first twenty findings.
    var precision: Double
    /// The most findings of 40 and more about clean hosts; there is none of 70 in any log.
    var alarms = 0
    var testDescription: String { log }
  }

  static let cases = [
    Case(
      truth: "rita_droplet.2024-04-19",
      log: "rita_droplet/2024-04-19.accept.log.gz",
      kinds: [
        ("ssh_bruteforce", ["ssh.bruteforce"], 0.98), ("ssh_probe", ["scan.probe"], 0.98),
        ("port_scan_vertical", ["scan.vertical"], 0.95),
        ("port_scan_distributed", ["scan.distributed"], 0.85),
      ],
      precision: 0.9
    ),
    Case(
      truth: "mixA",
      log: "mixA/mixA.accept.log.gz",
      kinds: [
        ("beacon", ["beacon"], 1), ("c2_beacon", ["beacon"], 1),
        ("c2_irc", ["long-connection", "beacon"], 1), ("ddos_outbound", ["outbound.dos"], 1),
        ("outbound_scan_horizontal", ["outbound.sweep"], 1),
        ("port_scan_vertical", ["scan.vertical"], 1), ("ssh_probe", ["scan.probe"], 0.95),
      ],
      // Nine of the first twenty are about hosts without a label.
      precision: 0.5,
      // A host with BitTorrent matches the rule for peer-to-peer bots, at 44.
      alarms: 1
    ),
    Case(
      truth: "ctu50.day1_2022-06-12",
      log: "ctu50/day1_2022-06-12.accept.log.gz",
      kinds: [
        ("port_scan_vertical", ["scan.vertical"], 1), ("ssh_probe", ["scan.probe"], 0.95),
        ("external_attack", ["scan.probe"], 1),
      ],
      precision: 0.5
    ),
    Case(
      truth: "aws_marx.2013-03",
      log: "aws_marx/2013-03.reject.log.gz",
      kinds: [
        ("port_scan_horizontal", ["scan."], 0.94), ("ssh_scan_horizontal", ["scan."], 0.99),
        ("port_scan_vertical", ["scan."], 0.9),
      ],
      precision: 0.9
    ),
    Case(
      truth: "nmap_local",
      log: "nmap_local/2022-09-29.accept.log.gz",
      kinds: [
        ("port_scan_vertical", ["lateral.scan"], 1), ("port_scan_horizontal", ["lateral.scan"], 1),
        ("ping_sweep", ["lateral.scan"], 1),
      ],
      precision: 1
    ),
    Case(
      truth: "iot23_mirai34",
      log: "iot23_mirai34/iot23_mirai34.accept.log.gz",
      kinds: [
        ("c2_irc", ["long-connection", "beacon"], 1), ("ddos_outbound", ["outbound.dos"], 1),
      ],
      precision: 1
    ),
    Case(
      truth: "njrat",
      log: "njrat/njrat.accept.log.gz",
      kinds: [("c2_beacon", ["beacon"], 1)],
      precision: 1
    ),
    Case(
      truth: "beacon_cc1",
      log: "beacon_cc1/beacon_cc1.accept.log.gz",
      kinds: [("beacon", ["beacon"], 1)],
      precision: 1
    ),
    Case(
      truth: "vpc_eks_dec14",
      log: "vpc_eks_dec14/all.v2.log.gz",
      kinds: [
        ("port_scan_vertical", ["scan.vertical"], 1), ("ssh_probe", ["scan.probe"], 1),
        ("port_scan_distributed", ["scan.distributed"], 0.85),
      ],
      precision: 0.65
    ),
    Case(
      truth: "benign_p2p_heavy",
      log: "benign_p2p_heavy/benign_p2p_heavy.accept.log.gz",
      kinds: [],
      precision: 0,
      alarms: 1
    ),
  ]

  @Test("are found by the rules for their kinds, and clean hosts raise no alarm", arguments: cases)
  func score(_ example: Case) throws {
    let data = try #require(environment("WEIR_DATA"))
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.shell(
      "weir --format json --evidence 0 '\(data)/\(example.log)'"
    )
    let report = try JSONDecoder().decode(ScoredReport.self, from: Data(outcome.stdout.utf8))
    let truth = try String(
      contentsOfFile: "\(data)/truth/\(example.truth).truth.tsv",
      encoding: .utf8
    )
    let scorer = Scorer(labels: Labels(truth), findings: report.findings)
    for (kind, rules, least) in example.kinds {
      let recall = scorer.recall(kind, rules)
      print("\(example.log): recall \(kind) \(recall)")
      #expect(recall >= least, "\(kind)")
    }
    let precision = scorer.precision(first: 20)
    let alarms = (scorer.alarms(atLeast: 40), scorer.alarms(atLeast: 70))
    print("\(example.log): precision@20 \(precision), clean hosts 40: \(alarms.0), 70: \(alarms.1)")
    #expect(precision >= example.precision)
    #expect(alarms.0 <= example.alarms)
    #expect(alarms.1 == 0)
  }
}

@Suite("Scoring against labels")
struct ScorerTests {
  @Test("counts findings, not members, and asks for the rule of a kind")
  func scoring() throws {
    let labels = Labels(
      """
      kind\tattacker\tvictims
      ssh_probe\t198.51.100.1,198.51.100.2\t10.0.0.1
      scan\t203.0.113.0/24\t10.0.0.1
      benign_host\t10.0.0.7\t-
      """
    )
    let json = """
      {"findings": [
        {"rule": "scan.probe", "score": 71, "actor": {"members": {"sample": ["198.51.100.1", "192.0.2.1"]}}},
        {"rule": "scan.vertical", "score": 45, "actor": {"ip": "203.0.113.9"}},
        {"rule": "beacon", "score": 50, "actor": {"ip": "10.0.0.7"}},
        {"rule": "beacon", "score": 30, "actor": {"ip": "198.51.100.2"}}
      ]}
      """
    let report = try JSONDecoder().decode(ScoredReport.self, from: Data(json.utf8))
    let scorer = Scorer(labels: labels, findings: report.findings)
    // 198.51.100.2 is named by a beacon alone, which is no rule for probes.
    #expect(scorer.recall("ssh_probe", ["scan.probe"]) == 0.5)
    #expect(scorer.recall("scan", ["scan."]) == 1)
    #expect(scorer.recall("none", ["scan."]) == 0)
    // Three of four findings name somebody harmful.
    #expect(scorer.precision(first: 20) == 0.75)
    #expect(scorer.alarms(atLeast: 40) == 1)
    #expect(scorer.alarms(atLeast: 70) == 0)
  }
}
