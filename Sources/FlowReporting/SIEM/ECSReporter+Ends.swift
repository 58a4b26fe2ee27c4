internal import FlowFindings
internal import FlowModel

extension ECSReporter {
  /// The initiator it; a network has an `address` and no `ip`, and many sources without a network stand in `related.ip`
  /// alone.
  static func writeSource(_ story: FindingStory, _ json: inout JSONWriter) {
    if var source = story.source {
      source.port = story.conversation?.sourcePort
      writeEnd("source", source, story, &json)
    } else if case .prefix(let network) = story.finding.actor {
      json.key("source")
      json.object { json in
        json.member("address", network.description)
        writeOrigin(story.facts.origin(network), &json)
      }
    }
  }

  /// With whom, else the port that all targets have in common.
  static func writeDestination(_ story: FindingStory, _ json: inout JSONWriter) {
    if let destination = story.destination {
      writeEnd("destination", destination, story, &json)
    } else if let port = story.finding.port, story.finding.targets.count > 0 {
      json.key("destination")
      json.object { $0.member("port", port) }
    }
  }

  private static func writeEnd(
    _ side: String,
    _ end: FindingStory.End,
    _ story: FindingStory,
    _ json: inout JSONWriter
  ) {
    let address = end.address
    json.key(side)
    json.object { json in
      json.member("address", address.description)
      json.member("ip", address.description)
      if let port = end.port { json.member("port", port) }
      if let name = story.facts.name(address) { json.member("domain", TextFormat.safe(name)) }
      writeOrigin(story.facts.origin(address), &json)
    }
  }

  private static func writeOrigin(_ origin: AddressOrigin?, _ json: inout JSONWriter) {
    guard let origin else { return }
    if let country = origin.country {
      json.key("geo")
      json.object { $0.member("country_iso_code", country) }
    }
    guard origin.asn != nil || origin.organization != nil else { return }
    json.key("as")
    json.object { json in
      if let asn = origin.asn { json.member("number", asn) }
      guard let name = origin.organization else { return }
      json.key("organization")
      json.object { $0.member("name", TextFormat.safe(name)) }
    }
  }

  static func writeNetwork(_ story: FindingStory, _ json: inout JSONWriter) {
    json.key("network")
    json.object { json in
      if let address = story.anyAddress { json.member("type", address.isV4 ? "ipv4" : "ipv6") }
      if let number = story.finding.service?.protocolNumber {
        json.member("iana_number", "\(number)")
        json.member("transport", ProtocolNumber.name(number))
      }
      if let direction = story.direction { json.member("direction", direction.ecs) }
      if let end = story.destination, let service = story.facts.aws(end.address)?.service {
        json.member("application", TextFormat.safe(service.lowercased()))
      }
      if let id = story.conversation.flatMap(CommunityID.of) { json.member("community_id", id) }
    }
  }
}

extension FindingStory.Direction {
  fileprivate var ecs: String {
    switch self {
    case .inbound: "inbound"
    case .outbound: "outbound"
    case .lateral: "internal"
    }
  }
}

extension FindingStory {
  /// Some address of it, for its family.
  var anyAddress: IPAddress? {
    if case .prefix(let network) = finding.actor { return network.base }
    return addresses.first?.address
  }

  /// The line whose ends are those of the finding; nil unless the finding is one conversation, seen from its initiator.
  var conversation: EvidenceRecord? {
    guard finding.counts.conversations == 1, let source else { return nil }
    let records = finding.evidence.compactMap(\.record)
    let ids = Set(records.map(CommunityID.of))
    guard ids.count == 1, ids.first != .some(nil) else { return nil }
    return records.first { $0.source == source.address }
  }
}
