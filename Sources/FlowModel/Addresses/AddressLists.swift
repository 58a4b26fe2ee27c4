/// Named lists of addresses and ranges, such as threat lists, asked for every pair of hosts.
public struct AddressLists: Sendable {
  /// One list.
  public struct List: Sendable, Equatable {
    /// What reports call it.
    public var name: String
    /// How many entries it has.
    public var entries: Int
    /// When it was last changed, Unix seconds; nil when unknown.
    public var changed: UInt32?

    /// Describes a list.
    public init(name: String, entries: Int, changed: UInt32?) {
      self.name = name
      self.entries = entries
      self.changed = changed
    }
  }

  /// An entry that holds an address.
  public struct Match: Sendable, Equatable {
    /// The list's place among the lists.
    public var list: Int
    /// The entry.
    public var network: IPNetwork
  }

  /// The lists, in the order of adding.
  public private(set) var lists: [List] = []
  private var byNetwork: [IPNetwork: Int] = [:]
  /// Addresses that are never matched, whatever range holds them.
  public var exceptions: Set<IPAddress> = []
  /// Prefix lengths in use by family, longest first.
  private var lengths: (v4: [Int], v6: [Int]) = ([], [])

  /// No lists.
  public init() {}

  /// Whether there is no list.
  public var isEmpty: Bool { lists.isEmpty }

  /// Adds a list; an entry that an earlier list has stays with that one.
  public mutating func add(name: String, changed: UInt32?, _ networks: some Sequence<IPNetwork>) {
    let place = lists.count
    var (v4, v6) = (Set(lengths.v4), Set(lengths.v6))
    var entries = 0
    for network in networks {
      entries += 1
      byNetwork[network] = byNetwork[network] ?? place
      if network.base.isV4 {
        v4.insert(network.prefixLength)
      } else {
        v6.insert(network.prefixLength)
      }
    }
    lists.append(List(name: name, entries: entries, changed: changed))
    lengths = (v4.sorted(by: >), v6.sorted(by: >))
  }

  /// The longest entry that holds the address; nil for nearly all.
  ///
  /// - Complexity: one look-up for each prefix length in use.
  public func match(_ address: IPAddress) -> Match? {
    let address = address.plain
    for length in address.isV4 ? lengths.v4 : lengths.v6 {
      guard let network = IPNetwork(address, prefixLength: length) else { continue }
      if let list = byNetwork[network] {
        return exceptions.contains(address) ? nil : Match(list: list, network: network)
      }
    }
    return nil
  }
}
