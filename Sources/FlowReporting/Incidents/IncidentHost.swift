internal import FlowFindings
internal import FlowModel

/// The AWS resources of the internal host that an incident is about, as far as the log names them.
struct IncidentHost {
  let address: IPAddress
  /// Its interface and what that belongs to.
  let place: InterfacePlace

  /// nil for an incident without an internal host.
  init?(_ incident: Incident, _ report: Report) {
    guard let host = incident.host else { return nil }
    address = host
    var place = InterfacePlace()
    if let interface = report.cloud.interfaces[host], InterfacePlace.isInterface(interface) {
      let lines = incident.parts.flatMap(\.evidence).compactMap(\.record?.place)
      place = lines.first { $0.interface == interface } ?? place
      place.interface = interface
      place.account = report.cloud.owners[interface] ?? place.account ?? report.cloud.sole.account
    }
    self.place = place
  }

  /// Such as `eni-0a1b, instance i-0a1b, subnet-0a1b, vpc-0a1b, account 123456789012`; empty when nothing is known.
  var words: String {
    let parts = [
      place.interface, place.instance, place.subnet, place.network,
      place.account.map { "account \($0)" },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
