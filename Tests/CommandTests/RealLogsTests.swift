import Foundation
import SystemFiles
import Testing

/// What the tests ask of a JSON report.
private struct RealReport: Decodable {
  struct Records: Decodable, Equatable { var ok, noData, skipData: Int }
  struct Input: Decodable {
    var records: Records
    var firstStart, lastEnd, skipDataWindows: Int
    var complete: Bool
  }
  struct Members: Decodable { var sample: [String] }
  struct Actor: Decodable {
    var ip: String?
    var prefix: String?
    var members: Members?
  }
  struct Service: Decodable { var port: Int }
  struct Target: Decodable { var ip: String }
  struct Targets: Decodable { var sample: [Target] }
  struct Finding: Decodable {
    var rule: String
    var score: Int
    var actor: Actor
    var service: Service?
    var targets: Targets
  }
  struct Talker: Decodable, Equatable {
    var source, destination: String
    var bytes, packets, records: Int
  }
  struct Tables: Decodable { var topTalkers: [Talker] }

  var input: Input
  var findings: [Finding]
  var tables: Tables

  func actors(_ rule: String) -> Set<String> {
    Set(findings.filter { $0.rule == rule }.compactMap { $0.actor.ip ?? $0.actor.prefix })
  }

  /// The addresses that the rule's findings about a host name.
  func peers(_ rule: String, of host: String) -> Set<String> {
    let own = findings.filter { $0.rule == rule && $0.actor.ip == host }
    return Set(own.flatMap(\.targets.sample).map(\.ip))
  }

  /// The highest score of the findings about a host; 0 without any.
  func highest(_ host: String) -> Int {
    findings.filter { $0.actor.ip == host }.map(\.score).max() ?? 0
  }
}

/// Real and labelled logs, where the environment variable WEIR_DATA names their folder.
@Suite("Real logs", .enabled(if: environment("WEIR_DATA") != nil, "WEIR_DATA is not set"))
struct RealLogsTests {
  private func report(_ path: String) throws -> RealReport {
    let data = try #require(environment("WEIR_DATA"))
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.shell("weir --format json '\(data)/\(path)'")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    return try JSONDecoder().decode(RealReport.self, from: Data(outcome.stdout.utf8))
  }

  /// The rows of a truth file of one kind, by attacker.
  private func truth(_ name: String, _ kind: String) throws -> Set<String> {
    let data = try #require(environment("WEIR_DATA"))
    let text = try String(contentsOfFile: "\(data)/truth/\(name)", encoding: .utf8)
    let rows = text.split(separator: "\n").map { $0.split(separator: "\t") }
    return Set(
      rows.filter { $0[0] == kind }.flatMap { $0[1].split(separator: ",").map(String.init) }
    )
  }

  @Test(
    "the same records in every delivery form give the same counts and tables",
    arguments: [
      "all.v2.log.gz", "all.noheader.log.gz", "custom-order.log.gz", "cwl-export", "all.parquet",
      "columns.csv.gz", "console.csv.gz", "events.ndjson.gz", "filter-log-events.json.gz",
      "firehose.message.ndjson.gz", "flat.ndjson.gz", "insights.csv.gz", "subscription.json.gz",
    ]
  )
  func forms(name: String) throws {
    let report = try report("vpc_eks_dec14/\(name)")
    #expect(report.input.records == .init(ok: 23_250, noData: 96, skipData: 109))
    #expect(report.input.firstStart == 1_734_193_484)
    #expect(report.input.lastEnd == 1_734_196_761)
    #expect(report.input.skipDataWindows == 109)
    #expect(report.input.complete)
    #expect(
      try report.tables.topTalkers == self.report("vpc_eks_dec14/all.v2.log.gz").tables.topTalkers
    )
  }

  @Test(
    "an exposed host: its SSH sources, scanners and scanning networks, and never the host itself"
  )
  func exposedHost() throws {
    let report = try report("rita_droplet/2024-04-19.sg.log.gz")
    let name = "rita_droplet.2024-04-19.truth.tsv"
    let ssh = report.findings.filter { $0.service?.port == 22 }
    let tried = Set(
      ssh.flatMap { [$0.actor.ip].compactMap { $0 } + ($0.actor.members?.sample ?? []) }
    )
    let sources = try truth(name, "ssh_bruteforce").union(truth(name, "ssh_probe"))
    #expect(sources.count == 325)
    #expect(Double(sources.intersection(tried).count) >= 0.98 * Double(sources.count))
    // One row is in the truth twice: as a port scan, and as the backscatter that it is.
    let vertical = try truth(name, "port_scan_vertical").subtracting(truth(name, "backscatter"))
    #expect(vertical.isSubset(of: report.actors("scan.vertical")))
    let networks = try truth(name, "port_scan_distributed")
    let found = networks.intersection(report.actors("scan.distributed"))
    #expect(Double(found.count) >= 0.8 * Double(networks.count))
  }

  @Test(
    "an exposed host: its NTP every 2,048 seconds and its hourly updates are silent",
    arguments: ["2024-04-19.sg", "2024-04-19.accept", "2024-04-20.v5-exact"]
  )
  func exposedHostItself(log: String) throws {
    let report = try report("rita_droplet/\(log).log.gz")
    #expect(report.highest("172.31.16.10") < 40)
    #expect(!report.findings.contains { $0.service?.port == 123 && $0.actor.ip == "172.31.16.10" })
    #expect(!report.actors("beacon").contains("172.31.16.10"))
  }

  @Test(
    "an exposed host: who brute-force attempts at its SSH, in campaigns and alone, and that nobody got in",
    arguments: ["sg", "accept"]
  )
  func bruteForce(variant: String) throws {
    let report = try report("rita_droplet/2024-04-19.\(variant).log.gz")
    let bruteForce = report.findings.filter { $0.rule.hasPrefix("ssh.bruteforce") }
    let named = Set(
      bruteForce.flatMap { [$0.actor.ip].compactMap { $0 } + ($0.actor.members?.sample ?? []) }
    )
    let bruteForceSources = try truth("rita_droplet.2024-04-19.truth.tsv", "ssh_bruteforce")
    #expect(bruteForceSources.count == 194)
    #expect(
      Double(bruteForceSources.intersection(named).count) >= 0.98 * Double(bruteForceSources.count)
    )
    #expect(bruteForce.contains { $0.actor.members?.sample.count ?? 0 > 100 })
    #expect(report.findings.allSatisfy { $0.score < 70 })
  }

  @Test(
    "a day of clean and infected hosts: scans, floods and calls home are found, clean hosts are quiet"
  )
  func infectedHosts() throws {
    let report = try report("mixA/mixA.accept.log.gz")
    #expect(report.actors("outbound.sweep") == ["10.20.2.12"])
    #expect(report.actors("outbound.dos") == ["10.20.2.95"])
    #expect(report.peers("beacon", of: "10.20.2.37") == ["141.193.213.21"])
    #expect(report.peers("beacon", of: "10.20.2.15") == ["41.108.179.197"])
    #expect(report.peers("long-connection", of: "10.20.2.95") == ["185.244.25.235"])
    let clean = try truth("mixA.truth.tsv", "benign_host")
    #expect(clean == ["10.20.1.65", "10.20.1.46"])
    // One of them shares files.
    #expect(report.actors("outbound.p2p") == ["10.20.1.46"])
    #expect(report.highest("10.20.1.46") < 50)
    #expect(report.highest("10.20.1.65") < 40)
  }

  @Test(
    "a beacon is found, whether it is answered or not",
    arguments: [
      ("beacon_cc1", "147.32.80.37", "141.193.213.21"),
      ("njrat", "192.168.1.115", "41.108.179.197"),
    ]
  )
  func beacons(log: String, host: String, server: String) throws {
    let report = try report(log)
    #expect(report.peers("beacon", of: host) == [server])
    #expect(report.highest(host) >= 40)
  }

  @Test("a bot keeps a line to its master for hours; that it asks forty clocks is nothing")
  func botMaster() throws {
    let report = try report("iot23_mirai34")
    #expect(report.peers("long-connection", of: "192.168.1.195") == ["185.244.25.235"])
    #expect(report.actors("outbound.dos") == ["192.168.1.195"])
    #expect(report.actors("beacon").isEmpty)
    #expect(!report.findings.contains { $0.service?.port == 123 })
  }

  @Test("a scanner within the network is the only thing to tell")
  func scannerInside() throws {
    let report = try report("nmap_local/2022-09-29.state.log.gz")
    #expect(report.actors("lateral.scan") == ["172.16.1.11"])
    #expect(Set(report.findings.compactMap(\.actor.ip)) == ["172.16.1.11"])
  }

  @Test("a clean host with heavy peer-to-peer traffic is told for that alone, far below an alarm")
  func sharingHost() throws {
    let report = try report("benign_p2p_heavy")
    #expect(report.findings.allSatisfy { $0.score < ($0.rule == "outbound.p2p" ? 50 : 40) })
    #expect(
      Set(report.findings.map(\.rule)) == ["dns.unapproved", "log.quality", "outbound.p2p"]
    )
  }
}
