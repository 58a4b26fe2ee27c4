internal import FlowFindings
internal import FlowModel

/// What is known of addresses beside their numbers: given names, and for outside ones who has them and where.
struct AddressFacts {
  let names: Names
  private let aws: AWSPrefixes
  private let origins: (any AddressOrigins)?
  private let own: Set<IPAddress>
  private let internalRanges: InternalRanges
  private let cloud: CloudIdentity
  private let owners: HostOwners

  init(_ report: Report) {
    cloud = report.cloud
    (names, aws, origins) = (report.names, report.awsPrefixes, report.origins)
    (own, internalRanges, owners) = (report.own, report.internalRanges, report.owners)
  }

  /// How much of it a line has room for.
  enum Detail: CaseIterable {
    /// Name, country, number and organization.
    case full
    /// Name, country and number.
    case network
    /// Name and country.
    case country
    /// The name alone.
    case name
    /// Nothing but the address.
    case bare
  }

  func name(_ address: IPAddress) -> String? { names.hosts.name(of: address) }

  /// The account or VPC of a host whose address hosts of others have as well; nil for any other address.
  func owner(_ address: IPAddress) -> HostOwner? { owners.owner(of: address) }

  /// AWS's service and region of an external address.
  func aws(_ address: IPAddress) -> (service: String, region: String)? {
    aws.isEmpty || isInside(address) ? nil : aws.match(address)
  }

  /// Country and owner of an external address.
  func origin(_ address: IPAddress) -> AddressOrigin? {
    guard let origins, !isInside(address) else { return nil }
    return origins.origin(of: address)
  }

  /// AWS's service and region of a network; nil when it differs within.
  func aws(_ network: IPNetwork) -> (service: String, region: String)? {
    guard let first = aws(network.base), let last = aws(network.last), first == last else {
      return nil
    }
    return first
  }

  /// Country and owner of a network; nil when they differ within.
  func origin(_ network: IPNetwork) -> AddressOrigin? {
    guard let first = origin(network.base), first == origin(network.last) else { return nil }
    return first
  }

  /// The interface of an internal host and what that belongs to; nil where the log shows none.
  func resource(_ host: IPAddress) -> String? {
    guard isInside(host), let interface = interface(of: host) else { return nil }
    var place = InterfacePlace()
    place.fill(interface, cloud)
    return place.words
  }

  /// The command of AWS that says what an internal host belongs to; nil for an external one.
  func lookup(_ host: IPAddress) -> String? {
    guard isInside(host) else { return nil }
    let region = cloud.sole.region.map { " --region \($0)" } ?? ""
    let command = "aws ec2 describe-network-interfaces\(region)"
    return interface(of: host).map { "\(command) --network-interface-ids \($0)" }
      ?? "\(command) --filters Name=addresses.private-ip-address,Values=\(host)"
  }

  /// Names in a log are text from outside: only one that has the form of an id is shown as one.
  private func interface(of host: IPAddress) -> String? {
    cloud.interfaces[host].flatMap { InterfacePlace.isInterface($0) ? $0 : nil }
  }

  private func isInside(_ address: IPAddress) -> Bool {
    internalRanges.contains(address) || own.contains(address) || address.isSpecial
  }
}

// MARK: Text

extension AddressFacts {
  /// Longer organizations are cut in lines.
  private static let longestOrganization = 24

  /// `web-1 (10.0.1.5)`, `203.0.113.9 (NL AS64500 Example)`, `10.0.1.5 (account 111122223333)`, or the bare address.
  ///
  /// The owner is part of who it is, however little room there is.
  func label(_ address: IPAddress, _ detail: Detail) -> String {
    let name = detail == .bare ? nil : name(address).map(TextFormat.safe)
    let note = owner(address)?.description ?? note(aws(address), origin(address), detail)
    guard let name else { return note.map { "\(address) (\($0))" } ?? address.description }
    return
      "\(name) (\(([address.description] + [note].compactMap(\.self)).joined(separator: ", ")))"
  }

  func label(_ actor: Actor, _ detail: Detail) -> String {
    switch actor {
    case .address(let address): label(address, detail)
    case .prefix(let network):
      note(aws(network), origin(network), detail).map { "\(network) (\($0))" }
        ?? network.description
    case .campaign(let name): TextFormat.safe(name)
    }
  }

  /// All that is known of an actor, each part in words; empty when that is nothing.
  func story(_ actor: Actor) -> [String] {
    let parts: [String?] =
      switch actor {
      case .address(let address):
        [
          name(address).map(TextFormat.safe), owner(address)?.description,
          aws(address).map(Self.words),
          origin(address).map { Self.words($0, .full) },
        ]
      case .prefix(let network):
        [aws(network).map(Self.words), origin(network).map { Self.words($0, .full) }]
      case .campaign: []
      }
    return parts.compactMap(\.self)
  }

  /// AWS's word says more than a country and stands in its place.
  private func note(
    _ aws: (service: String, region: String)?,
    _ origin: AddressOrigin?,
    _ detail: Detail
  ) -> String? {
    guard detail != .name, detail != .bare else { return nil }
    let words =
      aws.map(Self.words)
      ?? origin.map { Self.words($0, detail, longest: Self.longestOrganization) }
    return words.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func words(_ aws: (service: String, region: String)) -> String {
    TextFormat.safe(aws.region.isEmpty ? aws.service : "\(aws.service) \(aws.region)")
  }

  private static func words(
    _ origin: AddressOrigin,
    _ detail: Detail,
    longest: Int = .max
  ) -> String {
    var parts = [origin.country].compactMap(\.self)
    if detail != .country, let asn = origin.asn { parts.append("AS\(asn)") }
    if detail == .full, let organization = origin.organization {
      parts.append(TextFormat.cut(organization, longest))
    }
    return TextFormat.safe(parts.joined(separator: " "))
  }

  /// A text with as much detail as fits the width, at least the given one.
  static func fitting(
    _ width: Int,
    atLeast least: Detail = .bare,
    _ text: (Detail) -> String
  ) -> String {
    for detail in Detail.allCases.prefix(while: { $0 != least }) {
      let candidate = text(detail)
      if candidate.count <= width { return candidate }
    }
    return text(least)
  }
}
