internal import FlowModel

/// Collects candidates for the local addresses of interfaces, record by record, for one worker.
struct LocalAddressCollector: Sendable {
  /// The state of one address family.
  struct Family: Sendable {
    /// By interface number.
    private(set) var candidates: [InterfaceCandidates] = []
    /// The index of each interface's tally, plus one; 0 while its records agree.
    private var places: [UInt32] = []
    private var tallies: [AddressTally] = []

    /// The tally of an interface with contradictory records; nil for any other.
    func tally(_ interface: Int) -> AddressTally? {
      guard interface < places.count, places[interface] > 0 else { return nil }
      return tallies[Int(places[interface]) - 1]
    }

    @inline(__always)
    fileprivate mutating func add(
      _ interface: Int,
      _ source: IPAddress,
      _ destination: IPAddress,
      _ time: (start: UInt32, end: UInt32)
    ) {
      if interface >= candidates.count { grow(to: interface) }
      if candidates[interface].narrow(source, destination, at: time) {
        count(interface, source, destination)
      }
    }

    private mutating func count(
      _ interface: Int,
      _ source: IPAddress,
      _ destination: IPAddress
    ) {
      if places[interface] == 0 {
        tallies.append(AddressTally(candidates[interface]))
        candidates[interface].contest()
        places[interface] = UInt32(tallies.count)
      }
      tallies[Int(places[interface]) - 1].add(source, destination)
    }

    private mutating func grow(to interface: Int) {
      let missing = interface + 1 - candidates.count
      candidates += [InterfaceCandidates](repeating: InterfaceCandidates(), count: missing)
      places += [UInt32](repeating: 0, count: missing)
    }
  }

  private(set) var v4 = Family()
  private(set) var v6 = Family()

  /// Adds one record.
  ///
  /// A record without a local address, such as duplicate address detection, is ignored.
  @inline(__always)
  mutating func add(
    _ interface: UInt32,
    _ source: IPAddress,
    _ destination: IPAddress,
    at time: (start: UInt32, end: UInt32) = (.max, 0)
  ) {
    if source.isV4 {
      v4.add(Int(interface), source, destination, time)
    } else if source != RecordBatch.unspecified, destination != RecordBatch.unspecified {
      v6.add(Int(interface), source, destination, time)
    }
  }
}
