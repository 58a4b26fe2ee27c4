import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("ECS: alerts of the Elastic Common Schema, one object a line")
struct ECSReporterTests {
  private static func alert(_ finding: Finding) throws -> JSONValue {
    try Lines.value(ECSReporter.report(Example.cloudReport([finding])))
  }

  @Test("One finding, in full")
  func golden() throws {
    let line = ECSReporter.report(Example.cloudReport([Example.bruteForce()]))
    let text = Lines.indented(line)
    #expect(try GoldenFile.text("ecs.json", now: text) == text)
  }

  @Test("No findings, no lines; the same bytes again")
  func lines() {
    #expect(ECSReporter.report(Example.cloudReport([])).isEmpty)
    let report = Example.cloudReport([Example.bruteForce(), Example.finding(8)])
    let first = ECSReporter.report(report)
    #expect((0..<5).allSatisfy { _ in ECSReporter.report(report) == first })
  }

  @Test(
    "Outcomes are types",
    arguments: [
      (FindingOutcome.blocked, ["connection", "denied"]), (.open, ["connection", "allowed"]),
      (.likelySuccess, ["connection", "allowed"]), (.notApplicable, ["info"]),
    ]
  )
  func types(outcome: FindingOutcome, types: [String]) throws {
    #expect(try Self.alert(Example.finding(outcome: outcome)).at("event.type")?.texts == types)
  }

  @Test("Severities", arguments: [(0.2, "1"), (39, "2"), (40, "3"), (70, "4"), (90, "5")])
  func severity(score: Double, number: String) throws {
    #expect(try Self.alert(Example.finding(score: score)).at("event.severity") == .number(number))
  }

  @Test("A network has an address and no ip; a campaign's members are related addresses alone")
  func actors() throws {
    var finding = Example.bruteForce()
    finding.actor = .prefix(try #require(IPNetwork("203.0.113.0/24")))
    let swarm = try Self.alert(finding)
    #expect(swarm["source"] == .object(["address": .string("203.0.113.0/24")]))
    finding.actor = .campaign("sources")
    finding.members = Members(count: 1234, sample: (0..<250).map(Example.stranger))
    let campaign = try Self.alert(finding)
    #expect(campaign["source"] == nil)
    #expect(campaign.at("related.ip")?.elements.count == 100)
    #expect(campaign.at("weir.members.count") == .number("1234"))
  }

  @Test("Several targets have no destination but their port")
  func targets() throws {
    var finding = Example.bruteForce()
    finding.targets = Targets(
      count: 12,
      isExact: true,
      sample: [
        Target(address: Example.own(10), port: 22), Target(address: Example.own(11), port: 22),
      ]
    )
    #expect(try Self.alert(finding)["destination"] == .object(["port": .number("22")]))
    finding.service = nil
    #expect(try Self.alert(finding)["destination"] == nil)
  }

  @Test("What a host serves has its client as source")
  func serving() throws {
    var finding = Example.bruteForce()
    (finding.actor, finding.actorIsInternal) = (.address(Example.own(10)), true)
    finding.targets.sample = [Target(address: Example.stranger(9))]
    finding.evidenceQuery.destination = Example.own(10)
    let alert = try Self.alert(finding)
    #expect(alert.at("source.ip") == .string("203.0.113.9"))
    #expect(alert.at("destination.ip") == .string("192.0.2.10"))
    #expect(alert.at("destination.port") == .number("22"))
    #expect(alert.at("network.direction") == .string("inbound"))
  }

  @Test("The conversation is named where the finding is one, and beside each raw line")
  func conversation() throws {
    let id = "1:AupghhUbU51aC6n/6O3Y3xkl5c4="
    var finding = Example.bruteForce()
    #expect(try Self.alert(finding).at("network.community_id") == nil)
    #expect(try Self.alert(finding).at("source.port") == nil)
    #expect(try Self.alert(finding).at("weir.evidence.0.community_id") == .string(id))
    finding.counts.conversations = 1
    #expect(try Self.alert(finding).at("network.community_id") == .string(id))
    #expect(try Self.alert(finding).at("source.port") == .number("40001"))
    finding.evidence.append(Example.line(8))
    #expect(try Self.alert(finding).at("network.community_id") == nil)
    finding.evidence = []
    #expect(try Self.alert(finding).at("network.community_id") == nil)
    #expect(try Self.alert(finding).at("event.original") == nil)
  }

  @Test("Zone and instance are told of one host, not of several")
  func cloud() throws {
    var finding = Example.bruteForce()
    finding.evidence[0].record?.place.zone = "euc1-az2"
    #expect(try Self.alert(finding).at("cloud.instance.id") == .string("i-0b32504495d6d33f1"))
    #expect(try Self.alert(finding).at("cloud.availability_zone") == .string("euc1-az2"))
    finding.targets.sample.append(Target(address: Example.own(11)))
    #expect(try Self.alert(finding).at("cloud.instance") == nil)
  }

  @Test("Neither a creation time nor null anywhere")
  func absent() throws {
    for finding in [Example.bruteForce(), Example.finding(), Example.fullFinding()] {
      let alert = try Self.alert(finding)
      #expect(alert.at("event.created") == nil)
      #expect(!alert.holdsNull)
    }
  }
}
