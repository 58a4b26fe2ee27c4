public import FlowModel

/// Who did it.
public enum Actor: Sendable, Hashable {
  /// One address.
  case address(IPAddress)
  /// All of a network together.
  case prefix(IPNetwork)
  /// Many sources that have nothing but their aim in common.
  case campaign(String)

  /// The text that reports show.
  public var description: String {
    switch self {
    case .address(let address): address.description
    case .prefix(let network): network.description
    case .campaign(let name): name
    }
  }
}

/// The sources behind an actor that is no single address.
public struct Members: Sendable, Equatable {
  /// How many.
  public var count: UInt64
  /// The most active ones first, at most 1,000.
  public var sample: [IPAddress]

  /// Puts the values together.
  package init(
    count: UInt64,
    sample: [IPAddress]
  ) {
    self.count = count
    self.sample = sample
  }

  /// The most that a sample holds.
  public static let sampleLimit = 1000
}

/// Whom it was done to.
public struct Targets: Sendable, Equatable {
  /// Distinct local addresses.
  public var count: UInt64
  /// Whether the count is exact.
  public var isExact: Bool
  /// Some of them, with the port where it is one.
  public var sample: [Target]

  /// Puts the values together.
  package init(
    count: UInt64,
    isExact: Bool,
    sample: [Target]
  ) {
    self.count = count
    self.isExact = isExact
    self.sample = sample
  }
}

/// One target.
public struct Target: Sendable, Hashable {
  /// The local address.
  public var address: IPAddress
  /// The port; nil where it varies.
  public var port: UInt16?
  /// The interface that has the address as its own; nil when none is known.
  public var interface: String?

  /// A target at an address.
  package init(address: IPAddress, port: UInt16? = nil, interface: String? = nil) {
    (self.address, self.port, self.interface) = (address, port, interface)
  }

  /// A target at an address, with the port where the service has one.
  package init(address: IPAddress, service: Service?) {
    let hasPort = service.map { ProtocolNumber.hasPorts($0.protocolNumber) } ?? false
    self.init(address: address, port: hasPort ? service?.port : nil)
  }
}
