/// Whom an investigation is about.
public enum InvestigationTarget: Sendable, Hashable {
  /// An address, which is a network of its own, or a range.
  case network(IPNetwork)
  /// A network interface by its id.
  case interface(String)

  /// Reads `203.0.113.9`, `203.0.113.0/24`, `2001:db8::/32` or `eni-0a1b2c3d`.
  ///
  /// - Returns: nil for any other word.
  public init?(_ word: String) {
    if let network = IPNetwork(word) {
      self = .network(network)
    } else if word.hasPrefix("eni-"), word.count > 4 {
      self = .interface(word)
    } else {
      return nil
    }
  }

  /// The address, if it is a single one.
  public var address: IPAddress? {
    guard case .network(let network) = self, network.isOneAddress else { return nil }
    return network.base
  }

  /// The text that reports show; of an interface as the user gave it.
  public var description: String {
    switch self {
    case .network(let network): network.isOneAddress ? "\(network.base)" : network.description
    case .interface(let name): name
    }
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
