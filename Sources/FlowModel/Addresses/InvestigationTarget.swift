/// What an investigation is about.
public enum InvestigationTarget: Sendable, Hashable {
  /// An address, which is a network of its own, or a range.
  case network(IPNetwork)
  /// A network interface by its id.
  case interface(String)
  /// An instance by its id; its interfaces are those whose records name it.
  case instance(String)
  /// A service by its port, at one address or range or wherever it is.
  case service(ServicePort)
  /// Several of these, as one: hosts, or services.
  case group([InvestigationTarget])

  /// Reads `203.0.113.9`, `203.0.113.0/24`, `2001:db8::/32`, `eni-0a1b2c3d`, `i-0a1b2c3d`, `:8080`, `10.20.1.0/24:22` or
  /// `[2001:db8::]:443`.
  ///
  /// - Returns: nil for any other word.
  public init?(_ word: String) {
    if let network = IPNetwork(word) {
      self = .network(network)
    } else if word.hasPrefix("eni-"), word.count > 4 {
      self = .interface(word)
    } else if Self.isInstance(word) {
      self = .instance(word)
    } else if let service = ServicePort(word) {
      self = .service(service)
    } else {
      return nil
    }
  }

  /// `i-` and digits of base 16.
  private static func isInstance(_ word: String) -> Bool {
    word.hasPrefix("i-") && 8...32 ~= word.utf8.count - 2
      && word.dropFirst(2).allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  /// The address, if it is a single one.
  public var address: IPAddress? {
    guard case .network(let network) = self, network.isOneAddress else { return nil }
    return network.base
  }

  /// All targets of a group; of any other the target itself.
  public var parts: [InvestigationTarget] {
    if case .group(let parts) = self { parts } else { [self] }
  }

  /// The addresses and ranges that it names.
  public var networks: [IPNetwork] {
    parts.compactMap { if case .network(let network) = $0 { network } else { nil } }
  }

  /// The ids of the interfaces that it names.
  public var interfaces: [String] {
    parts.compactMap { if case .interface(let name) = $0 { name } else { nil } }
  }

  /// The ids of the instances that it names.
  public var instances: [String] {
    parts.compactMap { if case .instance(let name) = $0 { name } else { nil } }
  }

  /// The services that it names.
  public var services: [ServicePort] {
    parts.compactMap { if case .service(let service) = $0 { service } else { nil } }
  }

  /// Whether it is about who uses a service, and not about hosts.
  public var isService: Bool { !services.isEmpty }

  /// The text that reports show; of an interface as the user gave it.
  public var description: String { words.joined(separator: ", ") }

  /// What a command line names it by, a word for each part.
  public var words: [String] {
    switch self {
    case .network(let network): [network.isOneAddress ? "\(network.base)" : network.description]
    case .interface(let name), .instance(let name): [name]
    case .service(let service): [service.description]
    case .group(let parts): parts.flatMap(\.words)
    }
  }
}

/// A port at which servers are asked for something, of TCP and UDP.
public struct ServicePort: Sendable, Hashable, CustomStringConvertible {
  /// Where the servers lie; nil means anywhere.
  public let network: IPNetwork?
  /// The port, 1 or more.
  public let port: UInt16

  /// A port, anywhere or in a network.
  public init(_ port: UInt16, on network: IPNetwork? = nil) {
    (self.port, self.network) = (port, network)
  }

  /// Reads `:8080`, `10.20.1.5:22`, `10.20.1.0/24:22`, `[2001:db8::5]:443` or `[2001:db8::]/64:443`.
  ///
  /// - Returns: nil for any other word.
  init?(_ word: String) {
    guard let colon = word.lastIndex(of: ":") else { return nil }
    let digits = word[word.index(after: colon)...]
    guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(digits), port > 0 else {
      return nil
    }
    let place = word[..<colon]
    guard !place.isEmpty else {
      self.init(port)
      return
    }
    // The colons of IPv6 stand in brackets.
    let isBracketed = place.first == "["
    guard isBracketed == place.contains("]"), isBracketed == place.contains(":"),
      let network = IPNetwork(place.filter { $0 != "[" && $0 != "]" }),
      network.base.isV4 != isBracketed
    else { return nil }
    self.init(port, on: network)
  }

  /// Whether a server's address and port are meant.
  @inline(__always)
  public func contains(_ address: IPAddress, _ port: UInt16) -> Bool {
    port == self.port && network.map { $0.contains(address) } ?? true
  }

  /// As it is read.
  public var description: String {
    guard let network else { return ":\(port)" }
    let place = network.isOneAddress ? network.base.description : network.description
    return network.base.isV4 ? "\(place):\(port)" : "[\(place)]:\(port)"
  }
}

/// Which conversations of an investigation target count.
public struct InvestigationFilter: Sendable, Equatable {
  /// The port of the service, on whichever side it is; nil means any.
  public var port: UInt16?
  /// The addresses of the other side; empty means any.
  public var peers: [IPNetwork] = []

  /// All of them.
  public init() {}

  /// Whether all conversations count.
  public var isEmpty: Bool { port == nil && peers.isEmpty }

  /// The options that ask for it, as reports show them.
  public var description: String {
    let port = port.map { ["port \($0)"] } ?? []
    let peers = peers.map { $0.isOneAddress ? $0.base.description : $0.description }
    return (port + (peers.isEmpty ? [] : ["peer \(peers.joined(separator: " or "))"]))
      .joined(separator: ", ")
  }
}

/// Addresses and ranges, asked for every record: few of them, each compared in two instructions.
public struct InvestigationRanges: Sendable, Equatable {
  private struct Range: Equatable {
    var base: UInt128
    var mask: UInt128
    var isV4: Bool
    var hasOwner: Bool
  }

  /// The ranges.
  public let networks: [IPNetwork]
  private let ranges: [Range]

  /// The given ranges; without any, no address lies in them.
  public init(_ networks: [IPNetwork]) {
    self.networks = networks
    ranges = networks.map {
      Range(
        base: $0.base.bits,
        mask: ~($0.base.bits ^ $0.last.bits),
        isV4: $0.base.isV4,
        hasOwner: $0.base.owner != 0
      )
    }
  }

  /// Whether a range holds the address; see `IPNetwork.contains`.
  @inline(__always)
  public func contains(_ address: IPAddress) -> Bool {
    let isV4 = address.isV4
    for range in ranges where range.isV4 == isV4 {
      let bits = range.hasOwner ? address.bits : address.plain.bits
      if bits & range.mask == range.base { return true }
    }
    return false
  }
}
