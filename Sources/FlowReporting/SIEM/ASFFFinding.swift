internal import FlowFindings
internal import FlowModel

/// One finding for Security Hub.
struct ASFFFinding {
  private let story: FindingStory
  private let account: String
  private let region: String
  private let partition: String

  private let incident: Incident?
  private let related: [ASFFIdentity]

  /// nil while account or region is unknown.
  ///
  /// - Parameters:
  ///   - story: the finding.
  ///   - incident: the incident that it is a part of.
  ///   - related: the other findings of the incident.
  ///   - report: the report.
  init?(
    _ story: FindingStory,
    _ incident: Incident? = nil,
    related: [Finding] = [],
    _ report: Report
  ) {
    guard let identity = ASFFIdentity(story) else { return nil }
    (self.story, self.incident) = (story, incident)
    (account, region, partition) = (identity.account, identity.region, identity.partition)
    self.related = related.prefix(ASFFLimits.related).compactMap {
      ASFFIdentity(FindingStory($0, report))
    }
  }

  var json: [UInt8] {
    var json = JSONWriter(isOneLine: true)
    json.object(write)
    return json.bytes
  }

  private var finding: Finding { story.finding }

  private func write(_ json: inout JSONWriter) {
    json.member("SchemaVersion", "2018-10-08")
    if let identity = ASFFIdentity(story) {
      json.member("Id", identity.id)
      json.member("ProductArn", identity.product)
    }
    json.member("ProductName", "Weir")
    json.member("CompanyName", "Weir")
    json.member("Region", region)
    json.member("GeneratorId", ASFFLimits.text("weir/\(finding.rule)", ASFFLimits.id))
    json.member("AwsAccountId", account)
    json.member("Types", types)
    json.member("FirstObservedAt", UTCTime(story.since).rfc3339)
    json.member("LastObservedAt", UTCTime(story.until).rfc3339)
    json.member("CreatedAt", UTCTime(story.since).rfc3339)
    json.member("UpdatedAt", UTCTime(story.until).rfc3339)
    writeSeverity(&json)
    json.member("Confidence", finding.confidence.percent)
    json.member("Title", ASFFLimits.text(story.headline, ASFFLimits.title))
    json.member("Description", ASFFLimits.text(story.summary, ASFFLimits.description))
    writeRemediation(&json)
    ASFFFields(story, incident).write(&json)
    writeRelated(&json)
    ASFFAction(story)?.write(&json)
    writeResources(&json)
    json.key("Workflow")
    json.object { $0.member("Status", "NEW") }
    json.member("RecordState", "ACTIVE")
    writeProviderFields(&json)
  }

  private func writeRelated(_ json: inout JSONWriter) {
    guard !related.isEmpty else { return }
    json.key("RelatedFindings")
    json.array { json in
      for identity in related {
        json.element()
        json.object { json in
          json.member("ProductArn", identity.product)
          json.member("Id", identity.id)
        }
      }
    }
  }

  private var types: [String] { ASFFTypes.of(finding, story.tactics) }

  private func writeSeverity(_ json: inout JSONWriter) {
    json.key("Severity")
    json.object { json in
      json.member("Label", finding.severity.asff)
      json.member("Normalized", finding.score)
      json.member("Original", "\(finding.score)")
    }
  }

  /// Security Hub takes from here what users may overrule.
  private func writeProviderFields(_ json: inout JSONWriter) {
    json.key("FindingProviderFields")
    json.object { json in
      json.member("Confidence", finding.confidence.percent)
      json.key("Severity")
      json.object { json in
        json.member("Label", finding.severity.asff)
        json.member("Original", "\(finding.score)")
      }
      json.member("Types", types)
    }
  }

  private func writeRemediation(_ json: inout JSONWriter) {
    json.key("Remediation")
    json.object { json in
      json.key("Recommendation")
      json.object { $0.member("Text", ASFFLimits.text(finding.next, ASFFLimits.recommendation)) }
    }
  }

  // MARK: Resources

  private func writeResources(_ json: inout JSONWriter) {
    json.key("Resources")
    json.array { json in
      let resources = story.resources.prefix(ASFFLimits.resources)
      for resource in resources {
        json.element()
        json.object { write(resource, &$0) }
      }
      guard resources.isEmpty else { return }
      json.element()
      json.object { json in
        json.member("Type", "AwsAccount")
        json.member("Id", "AWS::::Account:\(account)")
        writePlace(region, &json)
      }
    }
  }

  private func write(_ resource: AffectedResource, _ json: inout JSONWriter) {
    guard let interface = resource.place.interface,
      let arn = resource.interfaceARN(in: story.place)
    else { return writeOther(resource, &json) }
    json.member("Type", "AwsEc2NetworkInterface")
    json.member("Id", arn)
    writePlace(resource.place.region ?? region, &json)
    json.key("Details")
    json.object { json in
      json.key("AwsEc2NetworkInterface")
      json.object { json in
        json.member("NetworkInterfaceId", interface)
        writeAddress(resource.address, &json)
        guard let instance = resource.place.instance else { return }
        json.key("Attachment")
        json.object { $0.member("InstanceId", instance) }
      }
    }
  }

  private func writeOther(_ resource: AffectedResource, _ json: inout JSONWriter) {
    json.member("Type", "Other")
    json.member("Id", resource.name)
    writePlace(region, &json)
    guard let address = resource.address, let name = story.facts.name(address) else { return }
    json.key("Details")
    json.object { json in
      json.key("Other")
      json.object { $0.member("Name", ASFFLimits.text(name, ASFFLimits.value)) }
    }
  }

  /// `Partition` is one of three words there; other partitions stand in the ARN alone.
  private func writePlace(_ region: String, _ json: inout JSONWriter) {
    let partition = AWSPlace.partition(of: region)
    if ["aws", "aws-cn", "aws-us-gov"].contains(partition) { json.member("Partition", partition) }
    json.member("Region", region)
  }

  private func writeAddress(_ address: IPAddress?, _ json: inout JSONWriter) {
    guard let address else { return }
    json.key(address.isV4 ? "PrivateIpAddresses" : "IpV6Addresses")
    json.array { json in
      json.element()
      json.object { json in
        json.member(address.isV4 ? "PrivateIpAddress" : "IpV6Address", address.description)
      }
    }
  }
}

/// What identifies a finding in Security Hub.
struct ASFFIdentity {
  let account: String
  let region: String
  let partition: String
  let id: String

  /// - Returns: nil while account or region is unknown.
  init?(_ story: FindingStory) {
    guard let account = story.place.account, let region = story.place.region else { return nil }
    (self.account, self.region) = (account, region)
    partition = AWSPlace.partition(of: region)
    let finding = story.finding
    id = ASFFLimits.text(
      "\(region)/\(account)/weir/\(finding.rule)/\(finding.id)",
      ASFFLimits.id
    )
  }

  /// The ARN of what imports findings into the account.
  var product: String {
    "arn:\(partition):securityhub:\(region):\(account):product/\(account)/default"
  }
}
