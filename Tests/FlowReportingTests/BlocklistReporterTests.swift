import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("Blocklist: the actors as addresses and ranges, one a line")
struct BlocklistReporterTests {
  private static func lines(_ findings: [Finding]) -> [String] {
    var report = Example.emptyReport()
    report.findings = findings
    let text = BlocklistReporter.report(report).text
    #expect(text.isEmpty || text.hasSuffix("\n"))
    return text.split(separator: "\n").map(String.init)
  }

  private static func campaign(_ members: [IPAddress], count: Int? = nil) -> Finding {
    var finding = Example.finding(rule: "ssh.bruteforce.campaign", title: "SSH campaign", score: 47)
    finding.actor = .campaign("SSH brute force")
    finding.members = Members(count: UInt64(count ?? members.count), sample: members)
    return finding
  }

  private static func swarm(_ network: String) throws -> Finding {
    var finding = Example.finding(rule: "scan.distributed", title: "Distributed scan", score: 11)
    finding.actor = .prefix(try #require(IPNetwork(network)))
    return finding
  }

  @Test("No findings, no lines")
  func none() {
    #expect(Self.lines([]).isEmpty)
  }

  @Test("A line has the address, then score, rule and title as a comment")
  func line() {
    #expect(
      Self.lines([Example.finding(7, score: 12.4)])
        == ["203.0.113.7 # 12 scan.vertical: Port scan"]
    )
  }

  @Test("A network is a range, a campaign is all of its known members")
  func actors() throws {
    let members = [Example.stranger(9), Example.stranger(3), Example.longV6(1)]
    #expect(
      Self.lines([Self.campaign(members), try Self.swarm("198.51.100.0/24")]) == [
        "203.0.113.3 # 47 ssh.bruteforce.campaign: SSH campaign",
        "203.0.113.9 # 47 ssh.bruteforce.campaign: SSH campaign",
        "\(Example.longV6(1)) # 47 ssh.bruteforce.campaign: SSH campaign",
        "198.51.100.0/24 # 11 scan.distributed: Distributed scan",
      ]
    )
  }

  @Test("An address stands there once, with its worst finding")
  func once() {
    let worst = Example.finding(7, rule: "ssh.bruteforce", title: "SSH brute force", score: 40)
    let other = Example.finding(7, score: 12)
    #expect(Self.lines([worst, other]) == ["203.0.113.7 # 40 ssh.bruteforce: SSH brute force"])
  }

  @Test("What lies in a range that is listed, too, needs no line of its own")
  func covered() throws {
    let wide = try Self.swarm("203.0.113.0/24")
    let inside = Example.finding(7, score: 40)
    #expect(
      Self.lines([inside, wide]) == ["203.0.113.0/24 # 11 scan.distributed: Distributed scan"]
    )
    let beside = try Self.swarm("198.51.100.0/24")
    #expect(Self.lines([inside, beside]).count == 2)
  }

  @Test("The worst come first, then by address")
  func order() {
    let findings = [
      Example.finding(9, score: 40), Example.finding(3, score: 20), Example.finding(1, score: 20),
    ]
    #expect(
      Self.lines(findings).map { $0.prefix { $0 != " " } }
        == ["203.0.113.9", "203.0.113.3", "203.0.113.1"]
    )
  }

  @Test("Internal hosts as actors are never listed, nor internal addresses among the members")
  func own() throws {
    var ours = Example.finding(7, rule: "outbound.sweep", score: 80)
    ours.actorIsInternal = true
    let inside = try ["10.0.0.1", "192.168.1.1", "100.64.0.1", "fd00::1"]
      .map { try #require(IPAddress($0)) }
    let members = inside + [Example.stranger(3)]
    #expect(Self.lines([ours]).isEmpty)
    #expect(Self.lines([Self.campaign(members)]).count == 1)
    var direct = Example.finding(7)
    direct.actor = .address(inside[0])
    #expect(Self.lines([direct]).isEmpty)
  }

  @Test(
    "Rules that are about a target do not lock its visitors out",
    arguments: ["scan.probe", "exposure.probed", "sg.too-open"]
  )
  func aboutTargets(rule: RuleID) {
    var finding = Self.campaign([Example.stranger(3)])
    finding.rule = rule
    #expect(Self.lines([finding]).isEmpty)
  }

  @Test("Campaigns with more members than are known say so at the end")
  func cut() {
    let finding = Self.campaign([Example.stranger(3), Example.stranger(4)], count: 333)
    let lines = Self.lines([finding, Example.finding(9, score: 5)])
    #expect(lines.count == 4)
    #expect(
      lines.last
        == "# ssh.bruteforce.campaign: 2 of 333 sources are listed, the busiest ones"
    )
  }

  @Test("Nothing in a title can end the comment")
  func safe() {
    let finding = Example.finding(7, title: "a\n198.51.100.1")
    #expect(Self.lines([finding]).count == 1)
  }
}
