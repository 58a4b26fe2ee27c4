internal import FlowFindings
internal import FlowModel

/// An internal host that a finding is about: its interface where the log shows one, else its address.
struct AffectedResource: Equatable {
  /// The local address; nil for an interface without one.
  var address: IPAddress?
  /// Its interface, account and what else is known.
  var place: InterfacePlace

  /// What it is called: the interface, else the address.
  var name: String { place.interface ?? address?.description ?? "" }

  /// The ARN of its interface; nil while interface, account or region is unknown.
  func interfaceARN(in finding: AWSPlace) -> String? {
    place.interface.flatMap { arn("network-interface", $0, finding) }
  }

  /// The ARN of its instance; nil while instance, account or region is unknown.
  func instanceARN(in finding: AWSPlace) -> String? {
    place.instance.flatMap { arn("instance", $0, finding) }
  }

  private func arn(_ kind: String, _ id: String, _ finding: AWSPlace) -> String? {
    guard let account = place.account ?? finding.account,
      let region = place.region ?? finding.region
    else { return nil }
    return "arn:\(AWSPlace.partition(of: region)):ec2:\(region):\(account):\(kind)/\(id)"
  }
}

extension AffectedResource {
  /// The internal hosts of a finding: the actor if it is one of them, then its targets in their order.
  static func all(of finding: Finding, _ report: Report) -> [AffectedResource] {
    let lines = finding.evidence.compactMap(\.record?.place)
    var all: [AffectedResource] = []
    var known: Set<String> = []
    func add(_ address: IPAddress?, _ interface: String?) {
      let resource = AffectedResource(
        address: address,
        place: place(interface, lines, report.cloud)
      )
      if known.insert(resource.name).inserted { all.append(resource) }
    }
    if finding.actorIsInternal {
      switch finding.actor {
      case .address(let address): add(address, report.cloud.interfaces[address])
      case .campaign(let name) where InterfacePlace.isInterface(name): add(nil, name)
      case .campaign, .prefix: break
      }
    }
    for target in finding.targets.sample
    where target.interface != nil || FindingStory.isInside(target.address, report) {
      add(target.address, target.interface ?? report.cloud.interfaces[target.address])
    }
    return all
  }

  /// What the lines tell of an interface, and whose it is.
  private static func place(
    _ interface: String?,
    _ lines: [InterfacePlace],
    _ cloud: CloudIdentity
  ) -> InterfacePlace {
    guard let interface, InterfacePlace.isInterface(interface) else { return InterfacePlace() }
    var place = lines.first { $0.interface == interface } ?? InterfacePlace()
    place.interface = interface
    place.account = cloud.owners[interface] ?? place.account
    return place
  }
}
