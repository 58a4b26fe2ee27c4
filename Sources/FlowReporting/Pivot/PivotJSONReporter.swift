package import FlowFindings
internal import FlowModel

/// An investigation as JSON, schema `weir.pivot/1`; numbers are whole, and what is not known is absent.
package enum PivotJSONReporter {
  /// All of it in one object, a line feed at the end.
  ///
  /// - Parameters:
  ///   - pivot: what is known of the investigation target.
  ///   - report: the run.
  ///   - top: so many rows of each list; nil for all.
  /// - Returns: UTF-8.
  package static func report(_ pivot: Pivot, _ report: Report, top: Int? = nil) -> [UInt8] {
    let members = PivotMembers(pivot, AddressFacts(report), top)
    var json = JSONWriter()
    json.object { json in
      members.writeHead(report, &json)
      list("findings", members.concerns, &json) { members.write($0, &$1) }
      list("afterwards", members.afterwards, &json) { members.write($0, &$1) }
      list("services", members.services, &json) { members.write($0, &$1) }
      list("peers", members.peers, &json) { members.write($0, &$1) }
      list("contacts", members.servicePairs, &json) { members.write($0, &$1) }
      if pivot.hasMembers {
        list("members", members.members, &json) { members.write($0, &$1) }
      }
      list("timeline", pivot.timeline.bins, &json) { members.write($0, &$1) }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// The same as JSON Lines: first the investigation target, then each finding, service, peer, host-service pair,
  /// member and stretch of time, told apart by `type`.
  ///
  /// - Parameters:
  ///   - pivot: what is known of the investigation target.
  ///   - report: the run.
  ///   - top: so many rows of each kind; nil for all.
  /// - Returns: UTF-8, a line feed behind each object.
  package static func lines(_ pivot: Pivot, _ report: Report, top: Int? = nil) -> [UInt8] {
    let members = PivotMembers(pivot, AddressFacts(report), top)
    var bytes: [UInt8] = []
    line("subject", &bytes) { members.writeHead(report, &$0) }
    for concern in members.concerns { line("finding", &bytes) { members.write(concern, &$0) } }
    for finding in members.afterwards { line("afterwards", &bytes) { members.write(finding, &$0) } }
    for service in members.services { line("service", &bytes) { members.write(service, &$0) } }
    for peer in members.peers { line("peer", &bytes) { members.write(peer, &$0) } }
    for servicePair in members.servicePairs {
      line("contact", &bytes) { members.write(servicePair, &$0) }
    }
    if pivot.hasMembers {
      for member in members.members { line("member", &bytes) { members.write(member, &$0) } }
    }
    for bin in pivot.timeline.bins { line("time", &bytes) { members.write(bin, &$0) } }
    return bytes
  }

  private static func list<Element>(
    _ name: String,
    _ elements: [Element],
    _ json: inout JSONWriter,
    _ write: (Element, inout JSONWriter) -> Void
  ) {
    json.key(name)
    json.array { json in
      for element in elements {
        json.element()
        json.object { write(element, &$0) }
      }
    }
  }

  private static func line(
    _ type: String,
    _ bytes: inout [UInt8],
    _ write: (inout JSONWriter) -> Void
  ) {
    var json = JSONWriter(isOneLine: true)
    json.object { json in
      json.member("type", type)
      write(&json)
    }
    bytes += json.bytes + [UInt8(ascii: "\n")]
  }
}
