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
    guard let interface = report.cloud.interfaces[host], InterfacePlace.isInterface(interface)
    else {
      place = InterfacePlace()
      return
    }
    let lines = incident.parts.flatMap(\.evidence).compactMap(\.record?.place)
    var place = lines.first { $0.interface == interface } ?? InterfacePlace()
    place.fill(interface, report.cloud)
    self.place = place
  }

  /// Such as `eni-0a1b, instance i-0a1b, subnet-0a1b, vpc-0a1b, account 123456789012`; empty when nothing is known.
  var words: String { place.words }
}

extension InterfacePlace {
  /// Adds what the columns of the log say of an interface, which counts more than a single line.
  mutating func fill(_ interface: String, _ cloud: CloudIdentity) {
    self.interface = interface
    account = cloud.owners[interface] ?? account ?? cloud.sole.account
    network = cloud.networks[interface] ?? network
    subnet = cloud.subnets[interface] ?? subnet
    instance = cloud.instances[interface] ?? instance
  }

  /// Such as `eni-0a1b, instance i-0a1b, subnet-0a1b, vpc-0a1b, account 123456789012`; empty when nothing is known.
  var words: String {
    let parts = [
      interface, instance.map { "instance \($0)" }, subnet, network,
      account.map { "account \($0)" },
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
