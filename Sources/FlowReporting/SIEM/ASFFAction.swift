internal import FlowFindings
internal import FlowModel

/// What somebody did to an internal host, or an internal host did, where Security Hub has a form for it.
///
/// Its forms know IPv4 alone, one remote end and one service.
enum ASFFAction {
  /// A external source looked at ports.
  case probe(FindingStory, by: IPAddress, [Target])
  /// Traffic of an internal host with another end.
  case connection(FindingStory, remote: IPAddress, isIncoming: Bool)

  /// - Returns: nil where no form fits.
  init?(_ story: FindingStory) {
    let finding = story.finding
    guard let direction = story.direction else { return nil }
    if direction == .inbound, finding.rule.traits.contains(.isPortProbe) {
      let probed = finding.targets.sample.filter {
        $0.address.isV4 && $0.port ?? finding.port != nil
      }
      guard let actor = finding.actorAddress, actor.isV4, !probed.isEmpty else { return nil }
      self = .probe(story, by: actor, Array(probed.prefix(ASFFLimits.probes)))
    } else {
      let isIncoming = direction == .inbound || direction == .lateral && story.actorServes
      let remote = isIncoming ? story.source?.address : story.destination?.address
      guard let remote, remote.isV4, finding.service != nil else { return nil }
      self = .connection(story, remote: remote, isIncoming: isIncoming)
    }
  }

  func write(_ json: inout JSONWriter) {
    json.key("Action")
    json.object { json in
      switch self {
      case .probe(let story, let actor, let targets): writeProbe(story, actor, targets, &json)
      case .connection(let story, let remote, let isIncoming):
        writeConnection(story, remote, isIncoming, &json)
      }
    }
  }

  private func writeProbe(
    _ story: FindingStory,
    _ actor: IPAddress,
    _ targets: [Target],
    _ json: inout JSONWriter
  ) {
    json.member("ActionType", "PORT_PROBE")
    json.key("PortProbeAction")
    json.object { json in
      json.key("PortProbeDetails")
      json.array { json in
        for target in targets {
          json.element()
          json.object { json in
            Self.writePort("LocalPortDetails", target.port ?? story.finding.port, story, &json)
            json.key("LocalIpDetails")
            json.object { $0.member("IpAddressV4", target.address.description) }
            Self.writeRemote(actor, story, &json)
          }
        }
      }
      json.member("Blocked", story.finding.outcome == .blocked)
    }
  }

  private func writeConnection(
    _ story: FindingStory,
    _ remote: IPAddress,
    _ isIncoming: Bool,
    _ json: inout JSONWriter
  ) {
    json.member("ActionType", "NETWORK_CONNECTION")
    json.key("NetworkConnectionAction")
    json.object { json in
      json.member("ConnectionDirection", isIncoming ? "INBOUND" : "OUTBOUND")
      if let number = story.finding.service?.protocolNumber {
        json.member("Protocol", ProtocolNumber.name(number).uppercased())
      }
      json.member("Blocked", story.finding.outcome == .blocked)
      Self.writeRemote(remote, story, &json)
      Self.writePort(
        isIncoming ? "LocalPortDetails" : "RemotePortDetails",
        story.finding.port,
        story,
        &json
      )
    }
  }

  private static func writePort(
    _ key: String,
    _ port: UInt16?,
    _ story: FindingStory,
    _ json: inout JSONWriter
  ) {
    guard let port else { return }
    json.key(key)
    json.object { json in
      json.member("Port", port)
      guard let name = story.facts.names.services[port] ?? Ports.names[port] else { return }
      json.member("PortName", ASFFLimits.text(name, ASFFLimits.portName))
    }
  }

  private static func writeRemote(
    _ address: IPAddress,
    _ story: FindingStory,
    _ json: inout JSONWriter
  ) {
    json.key("RemoteIpDetails")
    json.object { json in
      json.member("IpAddressV4", address.description)
      guard let origin = story.facts.origin(address) else { return }
      if let country = origin.country {
        json.key("Country")
        json.object { $0.member("CountryCode", ASFFLimits.text(country, ASFFLimits.id)) }
      }
      guard origin.asn != nil || origin.organization != nil else { return }
      json.key("Organization")
      json.object { json in
        if let asn = origin.asn { json.member("Asn", asn) }
        if let name = origin.organization {
          json.member("AsnOrg", ASFFLimits.text(name, ASFFLimits.id))
        }
      }
    }
  }
}
