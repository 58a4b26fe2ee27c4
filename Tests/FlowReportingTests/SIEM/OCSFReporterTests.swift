import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("OCSF: Detection Finding 1.1.0, one object a line")
struct OCSFReporterTests {
  private static func event(_ finding: Finding) throws -> JSONValue {
    try Lines.value(OCSFReporter.report(Example.cloudReport([finding])))
  }

  private static func changed(_ state: FindingChange.State, _ what: String = "") -> Finding {
    var finding = Example.bruteForce()
    finding.change = FindingChange(state: state, since: Example.begin - 86_400, what: what)
    return finding
  }

  @Test("One finding, in full")
  func golden() throws {
    let line = OCSFReporter.report(Example.cloudReport([Example.bruteForce()]))
    let text = Lines.indented(line)
    #expect(try GoldenFile.text("ocsf.json", now: text) == text)
  }

  @Test("An incident lists its findings")
  func incident() throws {
    let lines = try Lines.values(OCSFReporter.report(Example.incidents()))
    let incidents = lines.filter { $0["class_uid"] == .number("2005") }
    #expect(incidents.count == 2)
    let first = try #require(incidents.first)
    #expect(first["type_uid"] == .number("200501"))
    #expect(first["severity"] == .string("Critical"))
    let uids = (0..<3).map { first.at("finding_info_list")?[$0]?["uid"]?.text }
    #expect(Set(uids) == Set(Example.breakIn().map(\.id)))
  }

  @Test("No findings, no lines; one line for each; the same bytes again")
  func lines() throws {
    #expect(OCSFReporter.report(Example.cloudReport([])).isEmpty)
    let report = Example.cloudReport([Example.bruteForce(), Example.finding(8)])
    let first = OCSFReporter.report(report)
    #expect(try Lines.values(first).map { $0.at("finding_info.uid")?.text }.count == 2)
    #expect((0..<5).allSatisfy { _ in OCSFReporter.report(report) == first })
  }

  @Test(
    "Severities",
    arguments: [
      (0.2, "1", "Informational"), (1, "2", "Low"), (39.4, "2", "Low"), (39.5, "3", "Medium"),
      (69, "3", "Medium"), (70, "4", "High"), (89, "4", "High"), (90, "5", "Critical"),
      (100, "5", "Critical"),
    ]
  )
  func severity(score: Double, id: String, name: String) throws {
    let event = try Self.event(Example.finding(score: score))
    #expect(event["severity_id"] == .number(id))
    #expect(event["severity"] == .string(name))
    #expect(event["risk_score"] == .number("\(Int(score + 0.5))"))
  }

  @Test(
    "Confidence",
    arguments: [("low", "1", "Low"), ("medium", "2", "Medium"), ("high", "3", "High")]
  )
  func confidence(word: String, id: String, name: String) throws {
    var finding = Example.finding()
    finding.confidence = try #require(Confidence(rawValue: word))
    let event = try Self.event(finding)
    #expect(event["confidence_id"] == .number(id))
    #expect(event["confidence"] == .string(name))
  }

  @Test(
    "What a security group did is told where the outcome says it, and with it the profile",
    arguments: [
      (FindingOutcome.blocked, "2", "2"), (.refused, "1", "1"), (.touched, "1", "1"),
      (.open, "1", "1"), (.possibleSuccess, "1", "1"), (.likelySuccess, "1", "1"),
      (.silent, "1", "1"), (.notApplicable, nil, nil),
    ] as [(FindingOutcome, String?, String?)]
  )
  func control(outcome: FindingOutcome, action: String?, disposition: String?) throws {
    let event = try Self.event(Example.finding(outcome: outcome))
    #expect(event["action_id"]?.number == action)
    #expect(event["disposition_id"]?.number == disposition)
    let profiles = event.at("metadata.profiles")?.texts
    #expect(profiles == ["cloud"] + (action == nil ? [] : ["security_control"]))
  }

  @Test("Silence of which no record is known to be accepted tells nothing of security groups")
  func silence() throws {
    for accepted in [0, nil] as [UInt64?] {
      var finding = Example.finding(outcome: .silent)
      finding.counts.accepted = accepted
      #expect(try Self.event(finding)["action_id"] == nil)
    }
  }

  @Test(
    "With a history a finding is created once and then updated",
    arguments: [
      (FindingChange.State.new, "1", "200401", "1", "New"),
      (.ongoing, "2", "200402", "99", "Ongoing"), (.changed, "2", "200402", "99", "Changed"),
    ]
  )
  func activity(
    state: FindingChange.State,
    activity: String,
    type: String,
    statusID: String,
    status: String
  ) throws {
    let event = try Self.event(Self.changed(state, "score 41 → 55"))
    #expect(event["activity_id"] == .number(activity))
    #expect(event["type_uid"] == .number(type))
    #expect(event["status_id"] == .number(statusID))
    #expect(event["status"] == .string(status))
    #expect(event["status_detail"] == .string("score 41 → 55"))
    #expect((event.at("finding_info.modified_time") == nil) == (state == .new))
    #expect(event.at("finding_info.created_time") == .number("1767520807000"))
    #expect(event.at("finding_info.first_seen_time") == .number("1767520807000"))
    #expect(event["start_time"] == .number("1767607207000"))
  }

  private static func historyRun(only: Set<FindingChange.State>) -> Report {
    var report = Example.cloudReport([])
    let gone = RememberedFinding(Self.changed(.ongoing), since: Example.begin - 86_400)
    report.comparison = BaselineSummary(comparedWith: Example.begin, days: 9, gone: [gone])
    report.comparison?.only = only
    return report
  }

  @Test("A finding that is gone is closed under the same uid")
  func gone() throws {
    let event = try Lines.value(OCSFReporter.report(Self.historyRun(only: [])))
    #expect(event["activity_id"] == .number("3"))
    #expect(event["type_uid"] == .number("200403"))
    #expect(event["status"] == .string("Gone"))
    #expect(event["severity_id"] == .number("3"))
    #expect(event.at("finding_info.uid") == .string("edf417b052464c14"))
    #expect(event.at("finding_info.first_seen_time") == .number("1767520807000"))
    #expect(event.at("finding_info.last_seen_time") == .number("1767610807000"))
    #expect(event.at("cloud.account.uid") == .string("123456789012"))
  }

  @Test("What is gone is left out where others were asked for")
  func only() throws {
    #expect(OCSFReporter.report(Self.historyRun(only: [.new, .changed])).isEmpty)
    #expect(try Lines.values(OCSFReporter.report(Self.historyRun(only: [.gone]))).count == 1)
  }

  @Test("Subtechniques stand below their technique; unknown ones are left out")
  func attacks() throws {
    var finding = Example.bruteForce()
    finding.techniques = ["T1110.001", "T9999", "T1046"]
    let attacks = try #require(try Self.event(finding).at("finding_info.attacks")).elements
    #expect(attacks.map { $0.at("technique.uid")?.text } == ["T1110", "T1046"])
    #expect(attacks.map { $0.at("technique.name")?.text }[0] == "Brute Force")
    #expect(attacks.map { $0.at("sub_technique.uid")?.text } == ["T1110.001", nil])
    #expect(attacks.map { $0.at("tactic.uid")?.text } == ["TA0006", "TA0007"])
    finding.techniques = []
    #expect(try Self.event(finding).at("finding_info.attacks") == nil)
  }

  @Test(
    "A line's direction follows from its sides",
    arguments: [
      ("203.0.113.7", "192.0.2.10", "1"), ("192.0.2.10", "203.0.113.7", "2"),
      ("192.0.2.10", "10.0.0.1", "3"), ("203.0.113.7", "198.51.100.1", nil),
    ] as [(String, String, String?)]
  )
  func direction(source: String, destination: String, id: String?) throws {
    var finding = Example.bruteForce()
    finding.evidence[0].record?.source = try #require(IPAddress(source))
    finding.evidence[0].record?.destination = try #require(IPAddress(destination))
    let evidence = try #require(try Self.event(finding).at("evidences.0"))
    #expect(evidence.at("src_endpoint.ip") == .string(source))
    #expect(evidence.at("dst_endpoint.ip") == .string(destination))
    #expect(evidence.at("connection_info.direction_id")?.number == id)
  }

  @Test(
    "AWS's ways out of a VPC are boundaries",
    arguments: [(nil, nil), (1, "4"), (2, "5"), (7, "10"), (8, "11"), (9, nil), (15, nil)]
      as [(UInt8?, String?)]
  )
  func boundary(path: UInt8?, id: String?) throws {
    var finding = Example.bruteForce()
    finding.evidence[0].record?.trafficPath = path
    let event = try Self.event(finding)
    #expect(event.at("evidences.0.connection_info.boundary_id")?.number == id)
  }

  @Test("Without raw lines the finding's own ends are the evidence; without those there is none")
  func noLines() throws {
    var finding = Example.bruteForce()
    finding.evidence = []
    let event = try Self.event(finding)
    #expect(event.at("evidences.0.src_endpoint.ip") == .string("203.0.113.7"))
    #expect(event.at("evidences.0.dst_endpoint.port") == .number("22"))
    #expect(event.at("evidences.0.connection_info.direction_id") == .number("1"))
    #expect(event.at("evidences.0.data") == nil)
    #expect(event.at("finding_info.data_sources") == nil)
    finding.actor = .campaign("the log")
    finding.targets = Targets(count: 0, isExact: true, sample: [])
    let bare = try Self.event(finding)
    for name in ["evidences", "resources", "observables"] { #expect(bare[name] == nil) }
  }

  @Test("Nothing is known of the cloud but whose it is")
  func unknownCloud() throws {
    var report = Example.emptyReport()
    report.findings = [Example.finding()]
    let event = try Lines.value(OCSFReporter.report(report))
    #expect(event["cloud"] == .object(["provider": .string("AWS")]))
  }

  @Test("The first hundred addresses are observables, and a label says how many there were")
  func cap() throws {
    var finding = Example.bruteForce()
    finding.actor = .campaign("sources")
    finding.members = Members(count: 1234, sample: (0..<250).map(Example.stranger))
    let event = try Self.event(finding)
    #expect(event["observables"]?.elements.count == 100)
    #expect(event.at("metadata.labels")?.texts == ["observables: 100 of 251"])
    #expect(event["message"]?.text?.contains("1,234 sources") == true)
  }

  @Test("Findings that others are joined to are related events")
  func joins() throws {
    var finding = Example.bruteForce()
    finding.joins = ["aa", "bb"]
    let related = try #require(try Self.event(finding).at("finding_info.related_events"))
    #expect(related.elements.map { $0["uid"]?.text } == ["aa", "bb"])
  }
}
