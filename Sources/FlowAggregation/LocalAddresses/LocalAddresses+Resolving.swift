internal import FlowModel
internal import SpillableTable
internal import SystemFiles

extension LocalAddresses {
  /// Determines the local addresses of all interfaces.
  init(
    resolving collectors: [FlowCollector],
    _ internalRanges: InternalRanges,
    shared: SharedInterfaces = SharedInterfaces(),
    accounts: [UInt32: String] = [:]
  ) throws(SystemError) {
    self.init()
    let v4 = collectors.map(\.localAddresses.v4)
    let v6 = collectors.map(\.localAddresses.v6)
    let undecided = (resolve(v4, internalRanges), resolve(v6, internalRanges))
    try vote(undecided.0, shared, collectors.map(\.v4))
    try vote(undecided.1, shared, collectors.map(\.v6))
    try removeOutsiders(collectors.map(\.v4), shared, internalRanges)
    share(SharedAddresses(self, collectors.map(\.localAddresses), accounts).interfaces)
  }

  /// Removes the external hosts that only look like local addresses.
  private mutating func removeOutsiders(
    _ tables: [RowTable<FlowRow<UInt32>>],
    _ shared: SharedInterfaces,
    _ internalRanges: InternalRanges
  ) throws(SystemError) {
    var lone = LonePublicAddresses(v4, all, internalRanges)
    guard !lone.isEmpty else { return }
    for table in tables {
      let isRead = table.forEach { lone.observe($0, interface: shared.interface($0.interface)) }
      if !isRead, let failure = table.failure { throw failure }
    }
    remove(v4OfInterfaces: lone.outsiders)
  }

  /// Determines those of one address family.
  ///
  /// - Returns: the interfaces with contradictory records that require a count of all of them.
  private mutating func resolve(
    _ families: [LocalAddressCollector.Family],
    _ internalRanges: InternalRanges
  ) -> Set<UInt32> {
    var rules = SinglePeerRules()
    var undecided: Set<UInt32> = []
    // Interface 0 stands for records without an interface.
    for interface in 0..<(families.map(\.candidates.count).max() ?? 0) where interface > 0 {
      var merged = InterfaceCandidates()
      for family in families where interface < family.candidates.count {
        merged.narrow(family.candidates[interface])
      }
      set(rules.note(merged.addresses, interface: interface, internalRanges), interface: interface)
      guard merged.isContested else { continue }
      switch ContestedInterface(interface, families).verdict {
      case .decided(let address): set(address, interface: interface)
      case .undecided: undecided.insert(UInt32(interface))
      }
    }
    for (interface, address) in rules.settled() { set(address, interface: interface) }
    return undecided
  }

  private mutating func vote<Address: FlowAddress>(
    _ contested: Set<UInt32>,
    _ shared: SharedInterfaces,
    _ tables: [RowTable<FlowRow<Address>>]
  ) throws(SystemError) {
    guard !contested.isEmpty else { return }
    var vote = LocalAddressVote(contested: contested)
    for isCounting in [false, true] {
      if isCounting { vote.beginCount() }
      for table in tables {
        let isRead = table.forEach { vote.observe($0, interface: shared.interface($0.interface)) }
        if !isRead, let failure = table.failure { throw failure }
      }
    }
    for winner in vote.winners { set(winner.address, interface: Int(winner.interface)) }
  }
}

/// An interface with contradictory records: its local address is the one in at least 95 % of them, if there is exactly
/// one.
private struct ContestedInterface {
  enum Verdict {
    case decided(IPAddress?)
    /// The bounds do not decide.
    case undecided
  }

  private var records: UInt64 = 0
  private var bounds: [IPAddress: (least: UInt64, most: UInt64)] = [:]
  /// Maximum of records that contain an address without a counter in any tally.
  private var mostUncounted: UInt64 = 0

  init(_ interface: Int, _ families: [LocalAddressCollector.Family]) {
    let parts = families.compactMap { Part(interface, $0) }
    records = parts.reduce(0) { $0 + $1.records }
    mostUncounted = parts.reduce(0) { $0 + $1.mostUncounted }
    for address in Set(parts.flatMap(\.addresses)) {
      let all = parts.map { $0.bounds(address) }
      bounds[address] = (all.reduce(0) { $0 + $1.least }, all.reduce(0) { $0 + $1.most })
    }
  }

  var verdict: Verdict {
    let certain = bounds.filter { isOwn($0.value.least) }
    let possible = bounds.filter { isOwn($0.value.most) }
    guard !isOwn(mostUncounted), certain.count == possible.count else { return .undecided }
    return .decided(certain.count == 1 ? certain.first?.key : nil)
  }

  private func isOwn(_ count: UInt64) -> Bool { count * 20 >= records * 19 && records > 0 }

  /// The data of one worker for the interface.
  private enum Part {
    case agreeing(InterfaceCandidates)
    case contested(AddressTally)

    init?(_ interface: Int, _ family: LocalAddressCollector.Family) {
      if let tally = family.tally(interface) {
        self = .contested(tally)
      } else if interface < family.candidates.count, family.candidates[interface].isOpen {
        self = .agreeing(family.candidates[interface])
      } else {
        return nil
      }
    }

    var records: UInt64 {
      switch self {
      case .agreeing(let candidates): candidates.records
      case .contested(let tally): tally.records
      }
    }

    var addresses: [IPAddress] {
      switch self {
      case .agreeing(let candidates): candidates.addresses
      case .contested(let tally): tally.addresses
      }
    }

    var mostUncounted: UInt64 {
      switch self {
      case .agreeing(let candidates): candidates.records
      case .contested(let tally): tally.mostUncounted
      }
    }

    func bounds(_ address: IPAddress) -> (least: UInt64, most: UInt64) {
      switch self {
      case .agreeing(let candidates):
        let isCandidate = candidates.addresses.contains(address)
        return (isCandidate ? candidates.records : 0, candidates.records)
      case .contested(let tally): return tally.bounds(address)
      }
    }
  }
}
