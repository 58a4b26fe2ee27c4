/// Names that people gave to hosts and ranges.
public struct AddressNames: Sendable {
  private var byNetwork: [IPNetwork: String] = [:]
  private var lengths: (v4: [Int], v6: [Int]) = ([], [])

  /// No names.
  public init() {}

  /// Whether nothing has a name.
  public var isEmpty: Bool { byNetwork.isEmpty }

  /// Names a host or range; the last name of one range counts.
  public mutating func set(_ name: String, for network: IPNetwork) {
    byNetwork[network] = name
    let isV4 = network.base.isV4
    var known = isV4 ? lengths.v4 : lengths.v6
    guard !known.contains(network.prefixLength) else { return }
    known.append(network.prefixLength)
    known.sort(by: >)
    if isV4 { lengths.v4 = known } else { lengths.v6 = known }
  }

  /// Takes all names of another collection over; where both name a range, the other's name counts.
  public mutating func add(_ other: AddressNames) {
    for (network, name) in other.byNetwork { set(name, for: network) }
  }

  /// The name that was given to exactly this range; nil without one.
  public func name(ofRange network: IPNetwork) -> String? { byNetwork[network] }

  /// The hosts and ranges that have a name, however it is capitalized.
  public func networks(named name: String) -> [IPNetwork] {
    let wanted = name.lowercased()
    return all.filter { $0.name.lowercased() == wanted }.map(\.network)
  }

  /// The name of the smallest range that holds the address; nil without one.
  public func name(of address: IPAddress) -> String? {
    for length in address.isV4 ? lengths.v4 : lengths.v6 {
      guard let network = IPNetwork(address.plain, prefixLength: length) else { continue }
      if let name = byNetwork[network] { return name }
    }
    return nil
  }

  /// All names, by range.
  public var all: [(network: IPNetwork, name: String)] {
    byNetwork.map { ($0.key, $0.value) }.sorted {
      ($0.network.base, $0.network.prefixLength) < ($1.network.base, $1.network.prefixLength)
    }
  }
}

/// Names that people gave to hosts and services.
public struct Names: Sendable {
  /// Hosts and ranges.
  public var hosts: AddressNames
  /// Services by port, of TCP and UDP alike.
  public var services: [UInt16: String]

  /// No names.
  public init() { self.init(hosts: AddressNames(), services: [:]) }

  /// The given names.
  public init(hosts: AddressNames, services: [UInt16: String]) {
    (self.hosts, self.services) = (hosts, services)
  }

  /// The given name of a service, else the common one.
  public func name(of service: Service) -> String {
    guard ProtocolNumber.hasPorts(service.protocolNumber) else { return service.name }
    return services[service.port] ?? service.name
  }
}
