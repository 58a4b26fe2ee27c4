internal import FlowFindings
internal import FlowModel

extension OCSFReporter {
  /// The raw lines with their ends; without any, the two sides of the finding itself.
  static func writeEvidences(_ story: FindingStory, _ json: inout JSONWriter) {
    let lines = story.finding.evidence
    guard !lines.isEmpty || story.source != nil || story.destination != nil else { return }
    json.key("evidences")
    json.array { json in
      if lines.isEmpty {
        json.element()
        json.object { writeSides(story, &$0) }
      }
      for line in lines {
        json.element()
        json.object { write(line, story, &$0) }
      }
    }
  }

  private static func write(
    _ line: Evidence,
    _ story: FindingStory,
    _ json: inout JSONWriter
  ) {
    if let record = line.record {
      writeEndpoint("src", record.source, record.sourcePort, story, record.place, &json)
      writeEndpoint("dst", record.destination, record.destinationPort, story, record.place, &json)
      writeConnection(record, story, &json)
    }
    json.member("data", line.text)
  }

  private static func writeSides(_ story: FindingStory, _ json: inout JSONWriter) {
    for (side, end) in [("src", story.source), ("dst", story.destination)] {
      guard let end else { continue }
      writeEndpoint(side, end.address, end.port, story, InterfacePlace(), &json)
    }
    guard let direction = story.direction else { return }
    writeConnection(
      direction,
      story.finding.service?.protocolNumber,
      isV4: story.anyAddress?.isV4 ?? true,
      more: { _ in },
      &json
    )
  }

  private static func writeEndpoint(
    _ side: String,
    _ address: IPAddress,
    _ port: UInt16?,
    _ story: FindingStory,
    _ seenAt: InterfacePlace,
    _ json: inout JSONWriter
  ) {
    json.key("\(side)_endpoint")
    json.object { json in
      json.member("ip", address.description)
      if let port { json.member("port", port) }
      if let name = story.facts.name(address) { json.member("name", TextFormat.safe(name)) }
      if let service = story.facts.aws(address)?.service { json.member("svc_name", service) }
      writeLocation(story.facts.origin(address), &json)
      guard let interface = story.interface(of: address), InterfacePlace.isInterface(interface)
      else { return }
      json.member("interface_uid", interface)
      guard seenAt.interface == interface else { return }
      if let instance = seenAt.instance { json.member("instance_uid", instance) }
      if let network = seenAt.network { json.member("vpc_uid", network) }
      if let subnet = seenAt.subnet { json.member("subnet_uid", subnet) }
      if let zone = seenAt.zone { json.member("zone", zone) }
    }
  }

  private static func writeLocation(_ origin: AddressOrigin?, _ json: inout JSONWriter) {
    guard let country = origin?.country else { return }
    json.key("location")
    json.object { json in
      json.member("country", country)
      if let organization = origin?.organization {
        json.member("isp", TextFormat.safe(organization))
      }
    }
  }

  private static func writeConnection(
    _ record: EvidenceRecord,
    _ story: FindingStory,
    _ json: inout JSONWriter
  ) {
    guard let direction = story.direction(record) else { return }
    writeConnection(
      direction,
      record.protocolNumber,
      isV4: record.source.isV4,
      more: { json in
        if let flags = record.tcpFlags { json.member("tcp_flags", flags) }
        // AWS numbers the ways out of a VPC as OCSF numbers boundaries, three lower.
        if let path = record.trafficPath, 1...8 ~= path { json.member("boundary_id", path + 3) }
      },
      &json
    )
  }

  private static func writeConnection(
    _ direction: FindingStory.Direction,
    _ number: UInt8?,
    isV4: Bool,
    more: (inout JSONWriter) -> Void,
    _ json: inout JSONWriter
  ) {
    json.key("connection_info")
    json.object { json in
      json.member("direction_id", direction.ocsf.id)
      json.member("direction", direction.ocsf.name)
      if let number {
        json.member("protocol_num", number)
        json.member("protocol_name", ProtocolNumber.name(number))
      }
      json.member("protocol_ver_id", isV4 ? 4 : 6)
      more(&json)
    }
  }
}

extension FindingStory.Direction {
  fileprivate var ocsf: (id: Int, name: String) {
    switch self {
    case .inbound: (1, "Inbound")
    case .outbound: (2, "Outbound")
    case .lateral: (3, "Lateral")
    }
  }
}
