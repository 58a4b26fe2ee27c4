internal import FlowModel

/// The candidates for an interface's local address: the addresses in every one of its records.
///
/// Every record of an interface contains the interface's local address on one side (AWS, "Flow log records"), so the
/// intersection of all records contains it. One set is kept for each address family. The order of records has no
/// effect.
struct InterfaceCandidates: Sendable {
  private enum State: UInt8 { case unseen, open, contested }

  private(set) var first = RecordBatch.unspecified
  private(set) var second = RecordBatch.unspecified
  private var state = State.unseen
  /// Records so far, until they are contradictory.
  private(set) var records: UInt64 = 0
  /// The first start and the last end of its records, Unix seconds.
  private(set) var firstStart = UInt32.max
  private(set) var lastEnd: UInt32 = 0

  /// Extends the time of its records.
  @inline(__always)
  mutating func note(start: UInt32, end: UInt32) {
    if start < firstStart { firstStart = start }
    if end > lastEnd { lastEnd = end }
  }

  /// Restricts the candidates to those in one record, unless records are contradictory.
  ///
  /// - Returns: whether no address is in all records, including this one.
  @inline(__always)
  mutating func narrow(
    _ source: IPAddress,
    _ destination: IPAddress,
    at time: (start: UInt32, end: UInt32) = (.max, 0)
  ) -> Bool {
    note(start: time.start, end: time.end)
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

  /// Marks the records as contradictory.
  ///
  /// The candidates are kept.
  mutating func contest() { state = .contested }

  /// Restricts the candidates to those of another worker.
  mutating func narrow(_ other: InterfaceCandidates) {
    note(start: other.firstStart, end: other.lastEnd)
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

  /// The remaining candidates: one address, two if the interface has had a single peer, or none.
  var addresses: [IPAddress] {
    guard state == .open else { return [] }
    return second == RecordBatch.unspecified ? [first] : [first, second]
  }

  /// Whether records are contradictory, as on transit interfaces or after a damaged line.
  var isContested: Bool { state == .contested }
  /// Whether no records are contradictory.
  var isOpen: Bool { state == .open }
}
