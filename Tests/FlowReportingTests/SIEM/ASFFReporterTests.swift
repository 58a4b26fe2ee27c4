import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("ASFF: what Security Hub imports")
struct ASFFReporterTests {
  private static func finding(_ finding: Finding) throws -> JSONValue {
    let batch = try Lines.value(ASFFReporter.report(Example.cloudReport([finding])))
    return try #require(batch[0])
  }

  @Test("One finding, in full")
  func golden() throws {
    let line = ASFFReporter.report(Example.cloudReport([Example.bruteForce()]))
    let text = Lines.indented(line)
    #expect(try GoldenFile.text("asff.json", now: text) == text)
  }

  @Test(
    "Severities",
    arguments: [
      (0.2, "INFORMATIONAL"), (1, "LOW"), (39.4, "LOW"), (39.5, "MEDIUM"), (69.4, "MEDIUM"),
      (69.5, "HIGH"), (89.4, "HIGH"), (89.5, "CRITICAL"), (100, "CRITICAL"),
    ]
  )
  func severity(score: Double, label: String) throws {
    let finding = try Self.finding(Example.finding(score: score))
    let rounded = "\(Int(score + 0.5))"
    #expect(finding.at("Severity.Label") == .string(label))
    #expect(finding.at("Severity.Normalized") == .number(rounded))
    #expect(finding.at("Severity.Original") == .string(rounded))
    #expect(finding.at("FindingProviderFields.Severity.Label") == .string(label))
  }

  @Test("Confidence", arguments: [("low", "50"), ("medium", "80"), ("high", "95")])
  func confidence(word: String, percent: String) throws {
    var finding = Example.finding()
    finding.confidence = try #require(Confidence(rawValue: word))
    #expect(try Self.finding(finding)["Confidence"] == .number(percent))
  }

  @Test("Every rule has types of the taxonomy")
  func types() {
    let categories: Set<String> = [
      "TTPs/Initial Access", "TTPs/Persistence", "TTPs/Defense Evasion", "TTPs/Credential Access",
      "TTPs/Discovery", "TTPs/Lateral Movement", "TTPs/Command and Control",
      "Effects/Data Exfiltration", "Effects/Denial of Service", "Effects/Resource Consumption",
      "Unusual Behaviors/Network Flow",
      "Software and Configuration Checks/AWS Security Best Practices",
    ]
    for rule in RuleCatalog.rules {
      var finding = Example.finding(rule: rule.id)
      finding.techniques = rule.techniques
      let types = ASFFTypes.of(finding, FindingStory(finding, Example.emptyReport()).tactics)
      #expect(!types.isEmpty && Set(types).count == types.count, "\(rule.id)")
      for type in types {
        let parts = type.split(separator: "/")
        #expect(parts.count == 3, "\(type)")
        #expect(categories.contains(parts.prefix(2).joined(separator: "/")), "\(type)")
      }
    }
  }

  @Test(
    "Some types in full",
    arguments: [
      ("scan.horizontal", ["TTPs/Discovery/scan.horizontal"]),
      ("exfil.volume", ["Effects/Data Exfiltration/exfil.volume"]),
      ("outbound.mining", ["Effects/Resource Consumption/outbound.mining"]),
      ("outbound.dos", ["Effects/Denial of Service/outbound.dos"]),
      (
        "beacon",
        [
          "TTPs/Command and Control/beacon", "Effects/Data Exfiltration/beacon",
          "Unusual Behaviors/Network Flow/beacon",
        ]
      ),
      (
        "sg.too-open",
        ["Software and Configuration Checks/AWS Security Best Practices/Network Reachability"]
      ),
      ("no.such.rule", ["Unusual Behaviors/Network Flow/no.such.rule"]),
    ] as [(RuleID, [String])]
  )
  func someTypes(rule: RuleID, types: [String]) throws {
    var finding = Example.finding(rule: rule)
    finding.techniques = rule.rule?.techniques ?? []
    #expect(try Self.finding(finding)["Types"]?.texts == types)
  }

  // MARK: Actions

  @Test("A scan from outside is a probe of each port, blocked or not")
  func probe() throws {
    var finding = Example.bruteForce()
    finding.rule = "scan.horizontal"
    finding.outcome = .blocked
    finding.targets.sample.append(Target(address: Example.own(11), port: nil))
    let action = try #require(try Self.finding(finding)["Action"])
    #expect(action["ActionType"] == .string("PORT_PROBE"))
    #expect(action.at("PortProbeAction.Blocked") == .flag(true))
    let details = try #require(action.at("PortProbeAction.PortProbeDetails")).elements
    #expect(
      details.map { $0.at("LocalIpDetails.IpAddressV4")?.text } == ["192.0.2.10", "192.0.2.11"]
    )
    #expect(details.allSatisfy { $0.at("LocalPortDetails.Port") == .number("22") })
    #expect(details.allSatisfy { $0.at("RemoteIpDetails.IpAddressV4") == .string("203.0.113.7") })
  }

  @Test("Traffic of one service with one other end is a connection")
  func connection() throws {
    let inbound = try #require(
      try Self.finding(Example.bruteForce()).at("Action.NetworkConnectionAction")
    )
    #expect(inbound["ConnectionDirection"] == .string("INBOUND"))
    #expect(inbound["Protocol"] == .string("TCP"))
    #expect(inbound.at("LocalPortDetails.Port") == .number("22"))
    #expect(inbound.at("RemoteIpDetails.IpAddressV4") == .string("203.0.113.7"))
    var finding = Example.bruteForce()
    (finding.actor, finding.actorIsInternal) = (.address(Example.own(10)), true)
    finding.targets.sample = [Target(address: Example.stranger(9), port: 443)]
    finding.service?.port = 443
    let outbound = try #require(try Self.finding(finding).at("Action.NetworkConnectionAction"))
    #expect(outbound["ConnectionDirection"] == .string("OUTBOUND"))
    #expect(outbound.at("RemotePortDetails.PortName") == .string("HTTPS"))
    #expect(outbound.at("RemoteIpDetails.IpAddressV4") == .string("203.0.113.9"))
  }

  @Test("What a host serves is a connection from its client")
  func serving() throws {
    var finding = Example.bruteForce()
    (finding.actor, finding.actorIsInternal) = (.address(Example.own(10)), true)
    finding.targets.sample = [Target(address: Example.stranger(9))]
    finding.evidenceQuery.destination = Example.own(10)
    let action = try #require(try Self.finding(finding).at("Action.NetworkConnectionAction"))
    #expect(action["ConnectionDirection"] == .string("INBOUND"))
    #expect(action.at("RemoteIpDetails.IpAddressV4") == .string("203.0.113.9"))
    #expect(action.at("LocalPortDetails.Port") == .number("22"))
  }

  @Test("No form fits: several targets, a campaign, IPv6, no service")
  func noAction() throws {
    var findings = (0..<4).map { _ in Example.bruteForce() }
    (findings[0].actor, findings[0].actorIsInternal) = (.address(Example.own(10)), true)
    findings[0].targets = Targets(
      count: 2,
      isExact: true,
      sample: [Target(address: Example.stranger(1)), Target(address: Example.stranger(2))]
    )
    findings[1].actor = .campaign("sources")
    findings[2].actor = .address(Example.longV6(1))
    findings[3].service = nil
    for finding in findings { #expect(try Self.finding(finding)["Action"] == nil) }
  }

  // MARK: Resources

  @Test(
    "An internal host is its interface with an ARN, else its address; a finding about none is the account's"
  )
  func resources() throws {
    var finding = Example.bruteForce()
    finding.targets.sample.append(Target(address: Example.own(11)))
    let known = try #require(try Self.finding(finding)["Resources"])
    #expect(known.elements.map { $0["Type"]?.text } == ["AwsEc2NetworkInterface", "Other"])
    #expect(
      known.elements.map { $0["Id"]?.text } == [
        "arn:aws:ec2:eu-central-1:123456789012:network-interface/\(Example.interface)",
        "192.0.2.11",
      ]
    )
    finding.actor = .campaign("the log")
    finding.targets = Targets(count: 0, isExact: true, sample: [])
    let account = try #require(try Self.finding(finding)["Resources"])
    #expect(account.elements.map { $0["Id"]?.text } == ["AWS::::Account:123456789012"])
  }

  @Test("An interface without a known address is a resource, and one with a hostile name is none")
  func interfaces() throws {
    var finding = Example.bruteForce()
    finding.actorIsInternal = true
    finding.targets = Targets(count: 0, isExact: true, sample: [])
    finding.actor = .campaign("eni-0b")
    #expect(
      try Self.finding(finding).at("Resources.0.Details.AwsEc2NetworkInterface.NetworkInterfaceId")
        == .string("eni-0b")
    )
    finding.actor = .campaign("eni-\"<script>")
    #expect(try Self.finding(finding).at("Resources.0.Type") == .string("AwsAccount"))
    finding.actor = .address(Example.own(10))
    var report = Example.cloudReport([finding])
    report.cloud.interfaces = [Example.own(10): "eni-/../*"]
    let batch = try Lines.value(ASFFReporter.report(report))
    #expect(batch.at("0.Resources.0.Id") == .string("192.0.2.10"))
  }

  @Test("At most 32 resources; how many more were named is told")
  func manyResources() throws {
    var finding = Example.bruteForce()
    finding.targets.sample = (0..<50).map {
      Target(address: IPAddress(v4: 0x0a00_0000 + UInt32($0)))
    }
    let written = try Self.finding(finding)
    #expect(written["Resources"]?.elements.count == 32)
    #expect(written.at("ProductFields.weir/ResourcesLeftOut") == .string("18"))
  }

  // MARK: Batches

  @Test(
    "At most 100 findings a line, all of them, in order of rank",
    arguments: [1, 99, 100, 101, 250]
  )
  func batches(count: Int) throws {
    let findings = (0..<count).map { number in
      var finding = Example.finding(number % 250)
      finding.id = "id\(number)"
      return finding
    }
    let batches = try Lines.values(ASFFReporter.report(Example.cloudReport(findings)))
    #expect(batches.allSatisfy { 1...100 ~= $0.elements.count })
    let ids = batches.flatMap(\.elements).compactMap { $0["Id"]?.text }
    #expect(ids == findings.map { "eu-central-1/123456789012/weir/scan.vertical/\($0.id)" })
  }

  @Test("A line of several findings fits an argument; one finding alone may be larger")
  func bytes() throws {
    var finding = Example.bruteForce()
    finding.evidence = (1...8).map {
      Evidence(path: "a", line: $0, text: String(repeating: "x", count: 9000))
    }
    let report = Example.cloudReport((0..<40).map { _ in finding })
    let lines = ASFFReporter.report(report).split(separator: UInt8(ascii: "\n"))
    #expect(lines.allSatisfy { $0.count <= 120_001 })
    #expect(lines.count > 1)
    #expect(try Lines.values(ASFFReporter.report(report)).flatMap(\.elements).count == 40)
  }

  @Test("No finding, no line")
  func none() { #expect(ASFFReporter.report(Example.cloudReport([])).isEmpty) }

  @Test("Findings of several accounts and regions come in lines of their own")
  func places() throws {
    var report = Example.cloudReport([])
    report.cloud.accounts = ["111111111111", "222222222222"]
    report.cloud.regions = ["us-east-1", "cn-north-1"]
    report.cloud.owners = [:]
    report.findings = [2, 1, 2].enumerated().map { rank, owner in
      var finding = Example.bruteForce()
      finding.id = "id\(rank)"
      let region = owner == 1 ? "us-east-1" : "cn-north-1"
      let account = String(repeating: "\(owner)", count: 12)
      finding.evidence[0].path = "x/\(account)_vpcflowlogs_\(region)_fl-1_20260105T0000Z_a.log.gz"
      finding.evidence[0].record?.place = InterfacePlace()
      return finding
    }
    let batches = try Lines.values(ASFFReporter.report(report))
    #expect(batches.map { $0.elements.count } == [1, 2])
    #expect(batches.map { $0.at("0.AwsAccountId")?.text } == ["111111111111", "222222222222"])
    let arn = "arn:aws-cn:securityhub:cn-north-1:222222222222:product/222222222222/default"
    #expect(batches[1].at("1.ProductArn") == .string(arn))
    #expect(batches[1].at("1.Resources.0.Partition") == .string("aws-cn"))
  }

  @Test("What the user gave stands over what the log tells; an interface keeps its owner")
  func given() throws {
    var report = Example.cloudReport([Example.bruteForce()])
    report.cloud.given = AWSPlace(account: "999999999999", region: "us-gov-west-1")
    let finding = try #require(try Lines.value(ASFFReporter.report(report))[0])
    #expect(finding["AwsAccountId"] == .string("999999999999"))
    #expect(finding["Region"] == .string("us-gov-west-1"))
    let arn = "arn:aws-us-gov:ec2:us-gov-west-1:123456789012:network-interface/\(Example.interface)"
    #expect(finding.at("Resources.0.Id") == .string(arn))
  }

  @Test("A partition that ASFF has no word for stands in ARNs alone")
  func partitions() throws {
    var report = Example.cloudReport([Example.bruteForce()])
    report.cloud.given.region = "us-iso-east-1"
    let finding = try #require(try Lines.value(ASFFReporter.report(report))[0])
    #expect(finding.at("Resources.0.Partition") == nil)
    #expect(finding["ProductArn"]?.text?.hasPrefix("arn:aws-iso:") == true)
  }
}
