internal import FlowModel

/// Which addresses may be an interface's own: those that stand in every one of its records.
///
/// Every record of an interface has that interface's own address on one side (AWS, "Flow log records"), so the
/// intersection over all records leaves it. Kept for each address family; order of records does not matter.
struct InterfaceCandidates: Sendable {
  private enum State: UInt8 { case unseen, open, contested }

  private(set) var first = RecordBatch.unspecified
  private(set) var second = RecordBatch.unspecified
  private var state = State.unseen
  /// Records so far, until they contradict each other.
  private(set) var records: UInt64 = 0

  /// Narrows the candidates down by one record, unless records contradict each other.
  ///
  /// - Returns: whether no address stands in all records, this one included.
  @inline(__always)
  mutating func narrow(_ source: IPAddress, _ destination: IPAddress) -> Bool {
    if state == .open, second == RecordBatch.unspecified {
      guard first == source || first == destination else { return true }
      records &+= 1
      return false
    }
    return narrowSlowly(source, destination)
  }

  private mutating func narrowSlowly(_ source: IPAddress, _ destination: IPAddress) -> Bool {
    switch state {
    case .contested: return true
    case .unseen:
      (first, second) = (source, source == destination ? RecordBatch.unspecified : destination)
      state = .open
    case .open:
      let left = [first, second].filter { $0 == source || $0 == destination }
      guard let only = left.first else { return true }
      (first, second) = (only, left.count > 1 ? left[1] : RecordBatch.unspecified)
    }
    records += 1
    return false
  }

  /// Notes that records contradict each other; the candidates stay what they were.
  mutating func contest() { state = .contested }

  /// Narrows down by what another worker saw of the interface.
  mutating func narrow(_ other: InterfaceCandidates) {
    switch (state, other.state) {
    case (_, .unseen): return
    case (.unseen, _): self = other
    case (.contested, _), (_, .contested): state = .contested
    case (.open, .open):
      let others = other.addresses
      let left = addresses.filter { others.contains($0) }
      first = left.first ?? RecordBatch.unspecified
      second = left.count > 1 ? left[1] : RecordBatch.unspecified
      if left.isEmpty { state = .contested }
    }
  }

  /// What is left: one address, two while the interface has had one peer only, or none.
  var addresses: [IPAddress] {
    guard state == .open else { return [] }
    return second == RecordBatch.unspecified ? [first] : [first, second]
  }

  /// Whether records contradict each other, as on transit interfaces or after a garbled line.
  var isContested: Bool { state == .contested }
  /// Whether no record contradicts another one.
  var isOpen: Bool { state == .open }
}
