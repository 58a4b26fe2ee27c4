internal import FlowFindings
internal import FlowModel

/// Writes the members of each object of an investigation.
struct PivotMembers {
  let pivot: Pivot
  let facts: AddressFacts
  let concerns: [Pivot.Concern]
  let afterwards: [Finding]
  let services: [InvestigationService]
  let peers: [InvestigationPeer]
  let servicePairs: [InvestigationContact]
  let members: [InvestigationMember]

  init(_ pivot: Pivot, _ facts: AddressFacts, _ top: Int?) {
    let top = top ?? .max
    (self.pivot, self.facts) = (pivot, facts)
    concerns = Array(pivot.concerns.prefix(top))
    afterwards = Array(pivot.afterwards.prefix(top))
    services = Array(pivot.traffic.services.rows.prefix(top))
    peers = Array(pivot.traffic.peers.rows.prefix(top))
    servicePairs = Array(pivot.traffic.servicePairs.rows.prefix(top))
    members = Array(pivot.traffic.members.rows.prefix(top))
  }

  /// The investigation target, what was read, and all sums.
  func writeHead(_ report: Report, _ json: inout JSONWriter) {
    json.member("schema", "weir.pivot/1")
    json.key("generator")
    json.object { json in
      json.member("name", "weir")
      json.member("version", Report.version)
    }
    json.member("command", report.command)
    json.key("subject")
    json.object(writeSubject)
    if !pivot.filter.isEmpty {
      json.key("only")
      json.object { write(pivot.filter, &$0) }
    }
    if let moment = pivot.traffic.moment {
      json.key("after")
      json.object { write(moment, &$0) }
    }
    json.key("input")
    JSONReporter.write(report.input, &json)
    if let window = report.window {
      json.key("window")
      JSONReporter.write(window, &json)
    }
    json.member("notices", report.notices)
    json.key("gaps")
    json.array { json in
      for gap in report.gaps {
        json.element()
        json.object { json in
          json.member("kind", gap.kind.rawValue)
          json.member("start", gap.start)
          json.member("end", gap.end)
        }
      }
    }
    if report.isInterrupted { json.member("interrupted", true) }
    json.member("occurs", pivot.occurs)
    guard pivot.occurs else { return }
    if pivot.quiet.total > 0 { writeQuiet(&json) }
    json.key("records")
    json.object { write(pivot.records, &$0) }
    if !pivot.lacksAddress { writeWays(&json) }
    if let slices = pivot.traffic.slices {
      json.key("slices")
      json.object { json in
        json.member("start", slices.start)
        json.member("seconds", slices.secondsPerSlice)
        json.member("count", LogSlices.count)
      }
    }
    json.member("secondsPerTimelineBin", pivot.timeline.secondsPerBin)
    json.key("totals")
    json.object { json in
      json.member("findings", pivot.concerns.count)
      json.member("services", pivot.traffic.services.count)
      json.member("peers", pivot.traffic.peers.count)
      json.member("initiatingPeers", pivot.traffic.initiatingPeers)
      json.member("answeredPeers", pivot.traffic.answeredPeers)
      json.member("contacts", pivot.traffic.servicePairs.count)
      if pivot.hasMembers { json.member("members", pivot.traffic.members.count) }
    }
  }

  private func writeQuiet(_ json: inout JSONWriter) {
    json.key("quiet")
    json.object { json in
      json.member("noData", pivot.quiet.noData)
      json.member("skipData", pivot.quiet.skipData)
      if let first = pivot.quiet.first { json.member("firstSeen", UTCTime(first).rfc3339) }
      if let last = pivot.quiet.last { json.member("lastSeen", UTCTime(last).rfc3339) }
    }
  }

  private func writeWays(_ json: inout JSONWriter) {
    json.key("sent")
    json.object { write(pivot.traffic.sent, &$0) }
    json.key("received")
    json.object { write(pivot.traffic.received, &$0) }
    json.key("conversations")
    json.object { json in
      for initiator in Initiator.allCases {
        json.key(Self.name(initiator))
        json.object { write(pivot.traffic.began[Int(initiator.rawValue)], initiator, &$0) }
      }
    }
  }

  private func write(_ sums: RecordSums, _ json: inout JSONWriter) {
    json.member("records", sums.records)
    json.member("accepted", sums.accepted)
    json.member("rejected", sums.rejected)
    json.member("packets", sums.packets)
    json.member("bytes", sums.bytes)
    guard sums.records > 0 else { return }
    json.member("firstSeen", UTCTime(sums.first).rfc3339)
    json.member("lastSeen", UTCTime(sums.last).rfc3339)
  }

  // MARK: Rows

  func write(_ concern: Pivot.Concern, _ json: inout JSONWriter) {
    json.member("role", concern.role.rawValue)
    json.member("named", !concern.isByTraffic)
    if let entry = concern.suppression {
      json.member("suppressedBy", "\(entry.path):\(entry.line)")
      json.member("reason", entry.reason)
    }
    json.key("finding")
    json.object { JSONReporter.write(concern.finding, facts, &$0) }
  }

  func write(_ finding: Finding, _ json: inout JSONWriter) {
    json.key("finding")
    json.object { JSONReporter.write(finding, facts, &$0) }
  }

  func write(_ service: InvestigationService, _ json: inout JSONWriter) {
    write(service.service, service.initiator, &json)
    json.member("peers", service.peers)
    write(service.sums, service.initiator, &json)
  }

  func write(_ peer: InvestigationPeer, _ json: inout JSONWriter) {
    json.member("ip", peer.address.description)
    facts.write(peer.address, &json)
    json.member("contacts", peer.servicePairs)
    json.key("began")
    json.object { json in
      for initiator in Initiator.allCases where peer.began[Int(initiator.rawValue)] > 0 {
        json.member(Self.name(initiator), peer.began[Int(initiator.rawValue)])
      }
    }
    write(peer.sums, nil, &json)
  }

  func write(_ servicePair: InvestigationContact, _ json: inout JSONWriter) {
    json.member("peer", servicePair.peer.description)
    facts.writeOwner(servicePair.peer, ("peerAccount", "peerVPC"), &json)
    write(servicePair.service, servicePair.initiator, &json)
    if pivot.hasMembers { json.member("members", servicePair.members) }
    write(servicePair.sums, servicePair.initiator, &json)
  }

  func write(_ member: InvestigationMember, _ json: inout JSONWriter) {
    json.member("ip", member.address.description)
    facts.write(member.address, &json)
    json.member("peers", member.peers)
    write(member.sums, nil, &json)
  }

  func write(_ bin: TrafficTimeline.Bin, _ json: inout JSONWriter) {
    json.member("start", bin.start)
    json.member("accepted", bin.accepted)
    json.member("rejected", bin.rejected)
  }

  private func write(_ service: Service, _ initiator: Initiator, _ json: inout JSONWriter) {
    json.member("protocol", service.protocolNumber)
    json.member("port", service.port)
    json.member("service", facts.names.name(of: service))
    json.member("began", Self.name(initiator))
  }

  /// Outcomes stand only where it is known of all conversations their initiators.
  private func write(_ sums: InvestigationSums, _ initiator: Initiator?, _ json: inout JSONWriter) {
    json.member("conversations", sums.conversations)
    if initiator != .unclear, initiator != .latePacket {
      json.member("blocked", sums.blocked)
      json.member("silent", sums.silent)
      json.member("responsesBlocked", sums.responsesBlocked)
      json.member("refused", sums.refused)
      json.member("touched", sums.touched)
      json.member("sessions", sums.sessions)
      if sums.logins +| sums.loginAttempts > 0 {
        json.member("logins", sums.logins)
        json.member("loginAttempts", sums.loginAttempts)
      }
    }
    json.member("rejectedRecords", sums.rejected)
    json.member("packetsSent", sums.packetsSent)
    json.member("bytesSent", sums.bytesSent)
    json.member("packetsReceived", sums.packetsReceived)
    json.member("bytesReceived", sums.bytesReceived)
    writeChange(sums, &json)
    guard sums.conversations > 0 else { return }
    json.member("longest", sums.longest)
    json.member("firstSeen", UTCTime(sums.first).rfc3339)
    json.member("lastSeen", UTCTime(sums.last).rfc3339)
    json.member("activity", Self.hexadecimal(sums.activity))
  }

  static func name(_ initiator: Initiator) -> String {
    switch initiator {
    case .investigated: "subject"
    case .peer: "peer"
    case .unclear: "unclear"
    case .latePacket: "stray"
    }
  }

  /// Sixteen digits, the last slice first: more bits than the numbers of JSON hold everywhere.
  static func hexadecimal(_ bits: UInt64) -> String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
