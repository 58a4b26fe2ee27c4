internal import FlowFindings
internal import FlowModel

extension PivotMembers {
  /// The members of the target.
  func writeSubject(_ json: inout JSONWriter) {
    switch pivot.investigated {
    case .network(let network) where network.isOneAddress:
      json.member("ip", network.base.description)
      facts.write(network.base, &json)
    case .network(let network):
      json.member("prefix", network.description)
      if let name = facts.names.hosts.name(ofRange: network) { json.member("name", name) }
      facts.write(network, &json)
    case .interface(let name):
      json.member("interface", name)
      writeHosts(&json)
    case .instance(let name):
      json.member("instance", name)
      writeHosts(&json)
    case .service(let service):
      json.member("service", service.description)
      json.member("port", service.port)
      if let network = service.network { json.member("servers", network.description) }
    case .group(let targets):
      json.member("targets", targets.map(\.description))
      if !pivot.investigated.isService { writeHosts(&json) }
    }
    if let isInside = pivot.isInside { json.member("internal", isInside) }
  }

  func writeHosts(_ json: inout JSONWriter) {
    let addresses = pivot.traffic.networks.map { $0.isOneAddress ? "\($0.base)" : $0.description }
    let isShared = pivot.traffic.sharesAddress
    json.member("addresses", isShared ? [] : addresses)
    if isShared { json.member("sharedAddresses", addresses) }
  }

  func write(_ filter: InvestigationFilter, _ json: inout JSONWriter) {
    if let port = filter.port { json.member("port", port) }
    if !filter.peers.isEmpty { json.member("peers", filter.peers.map(\.description)) }
  }

  func write(_ moment: InvestigationMoment, _ json: inout JSONWriter) {
    json.member("time", UTCTime(moment.time).rfc3339)
    json.member("logStart", UTCTime(moment.log.lowerBound).rfc3339)
    json.member("logEnd", UTCTime(moment.log.upperBound).rfc3339)
  }

  /// What changed since a moment, where one was asked for.
  func writeChange(_ sums: InvestigationSums, _ json: inout JSONWriter) {
    guard let moment = pivot.traffic.moment else { return }
    json.member("conversationsAfter", sums.later)
    json.member("bytesAfter", sums.laterBytes)
    if let change = moment.change(sums) { json.member("change", change.rawValue) }
  }
}
