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

  /// The rows of a 5-tuple that count, with the numbers of their interfaces.
  mutating func keep(_ rows: [FlowRow<Address>]) -> [FlowRow<Address>] {
    guard mayRepeat(rows) else { return rows.map(interfaceRow) }
    var plain: [FlowRow<Address>] = []
    var streams: [Stream: [FlowRow<Address>]] = [:]
    for row in rows {
      if shared.areCompared, row.interface >= ObservationPoints.firstNumber {
        streams[Stream(row, shared), default: []].append(row)
      } else {
        plain.append(interfaceRow(row))
      }
    }
    for stream in streams.keys.sorted() { keep(streams[stream] ?? [], in: &plain) }
    return plain
  }

  /// Whether rows may come from two observation points of one interface; usually both ends of a tuple have one each.
  private func mayRepeat(_ rows: [FlowRow<Address>]) -> Bool {
    let first = rows[0].interface
    guard let second = rows.first(where: { $0.interface != first })?.interface else { return false }
    return shared.interface(first) == shared.interface(second)
      || rows.contains { $0.interface != first && $0.interface != second }
  }

  private func interfaceRow(_ row: FlowRow<Address>) -> FlowRow<Address> {
    var row = row
    row.interface = shared.interface(row.interface)
    return row
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
    guard stream.contains(where: { $0.interface != stream[0].interface }) else {
      for row in stream { kept.append(interfaceRow(row)) }
      return
    }
    let rows = stream.sorted { ($0.first, $0.latest) < ($1.first, $1.latest) }
    var start = 0
    var end = rows[0].latest
    for place in rows.indices.dropFirst() {
      if rows[place].first >= end {
        keepBest(rows[start..<place], in: &kept)
        (start, end) = (place, rows[place].latest)
      } else {
        end = max(end, rows[place].latest)
      }
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
      if row.interface == best {
        kept.append(interfaceRow(row))
      } else if row.isForSums {
        leftOut += UInt64(row.records)
      }
    }
  }

  /// What one observation point recorded.
  private struct Observed: Comparable {
    private var packets: UInt64 = 0
    private var bytes: UInt64 = 0
    private var records: UInt64 = 0
    /// Rows with the ends of their packets, which say more.
    private var marked = 0
    private let rank: Int

    init(_ rank: Int) { self.rank = rank }

    mutating func add(_ row: FlowRow<Address>) {
      packets +|= row.packetCount
      bytes +|= row.bytes
      records += UInt64(row.records)
      if !row.isForSums || !row.isForConversations { marked += 1 }
    }

    /// Of equal sums the first name ranks highest, so that the order of inputs has no effect.
    static func < (left: Self, right: Self) -> Bool {
      (left.packets, left.bytes, left.records, left.marked, right.rank)
        < (right.packets, right.bytes, right.records, right.marked, left.rank)
    }
  }
}
