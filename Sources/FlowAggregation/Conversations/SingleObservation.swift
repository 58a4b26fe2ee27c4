internal import FlowModel

/// Keeps one observation of each packet that several observation points of one interface recorded.
///
/// Two flow logs of an interface deliver the same records, cut into windows in their own ways; both attachments of a
/// transit gateway record the same packets. Rows of one direction and action that overlap in time are therefore the same
/// packets, of which the point with the most is kept. Rows that do not overlap come from logs that follow each other.
struct SingleObservation<Address: FlowAddress> {
  private let shared: SharedInterfaces
  /// Records that were left out.
  private(set) var leftOut: UInt64 = 0

  init(_ shared: SharedInterfaces) { self.shared = shared }

  /// Whether all rows come from the first observation point of interfaces, or there is nothing to compare.
  func isSingle(_ rows: [FlowRow<Address>]) -> Bool {
    shared.isEmpty || !rows.contains { $0.interface >= ObservationPoints.firstNumber }
  }

  /// The rows of a 5-tuple that count, with the numbers of their interfaces.
  mutating func keep(_ rows: [FlowRow<Address>]) -> [FlowRow<Address>] {
    var groups: [Stream: [FlowRow<Address>]] = [:]
    for row in rows { groups[Stream(row, shared), default: []].append(row) }
    var kept: [FlowRow<Address>] = []
    for stream in groups.keys.sorted() { keep(groups[stream] ?? [], in: &kept) }
    return kept
  }

  /// Rows that may be the same packets.
  private struct Stream: Hashable, Comparable {
    var interface: UInt32
    /// Direction and action.
    var kind: UInt8

    init(_ row: FlowRow<Address>, _ shared: SharedInterfaces) {
      (interface, kind) = (shared.interface(row.interface), row.tag & 7)
    }

    static func < (left: Self, right: Self) -> Bool {
      (left.interface, left.kind) < (right.interface, right.kind)
    }
  }

  private mutating func keep(_ stream: [FlowRow<Address>], in kept: inout [FlowRow<Address>]) {
    let rows = stream.sorted { ($0.first, $0.latest) < ($1.first, $1.latest) }
    var start = 0
    var end: UInt32 = 0
    for place in rows.indices {
      if place > start, rows[place].first > end {
        keepBest(rows[start..<place], in: &kept)
        start = place
      }
      end = place == start ? rows[place].latest : max(end, rows[place].latest)
    }
    keepBest(rows[start...], in: &kept)
  }

  /// Keeps the rows of the observation point with the most packets of rows that overlap.
  private mutating func keepBest(
    _ rows: ArraySlice<FlowRow<Address>>,
    in kept: inout [FlowRow<Address>]
  ) {
    var sums: [UInt32: Observed] = [:]
    for row in rows { sums[row.interface, default: Observed(shared.rank(row.interface))].add(row) }
    let best = sums.max { $0.value < $1.value }?.key
    for row in rows {
      guard row.interface == best else {
        leftOut += UInt64(row.records)
        continue
      }
      var row = row
      row.interface = shared.interface(row.interface)
      kept.append(row)
    }
  }

  /// What one observation point recorded.
  private struct Observed: Comparable {
    private var packets: UInt64 = 0
    private var bytes: UInt64 = 0
    private var records: UInt64 = 0
    private let rank: Int

    init(_ rank: Int) { self.rank = rank }

    mutating func add(_ row: FlowRow<Address>) {
      packets +|= row.packetCount
      bytes +|= row.bytes
      records += UInt64(row.records)
    }

    /// Of equal sums the first name ranks highest, so that the order of inputs has no effect.
    static func < (left: Self, right: Self) -> Bool {
      (left.packets, left.bytes, left.records, right.rank)
        < (right.packets, right.bytes, right.records, left.rank)
    }
  }
}
