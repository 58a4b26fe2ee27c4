internal import FlowModel

/// Bounds for the number of records of one contested interface that contain each address, kept while records are
/// collected.
///
/// Two leaders are counted separately. At first these are the candidates, whose counts are exact, because they are in
/// every earlier record. All other addresses share four counters (Misra and Gries, 1982) with a known error of at most
/// `dropped`. An address that overtakes a leader becomes one. The bounds of a local address, which is in nearly all
/// records, are therefore tight, and tallies of several workers can be added.
struct AddressTally: Sendable {
  private struct Counter {
    var address = RecordBatch.unspecified
    /// Minimum of records that contain it.
    var count: UInt64 = 0
    /// Maximum of further records that contain it.
    var error: UInt64 = 0
  }

  private var leaders: [2 of Counter]
  private var others = [4 of Counter](repeating: Counter())
  /// Records of the interface.
  private(set) var records: UInt64
  /// The amount that was subtracted from every other counter.
  private var dropped: UInt64 = 0
  /// Records before the tally started, in which only the candidates were counted.
  private let before: UInt64

  /// A tally that starts when the candidates of an interface become contested.
  init(_ candidates: InterfaceCandidates) {
    leaders = [
      Counter(address: candidates.first, count: candidates.records),
      Counter(
        address: candidates.second,
        count: candidates.second == RecordBatch.unspecified ? 0 : candidates.records
      ),
    ]
    (records, before) = (candidates.records, candidates.records)
  }

  /// Counts one record.
  @inline(__always)
  mutating func add(_ source: IPAddress, _ destination: IPAddress) {
    records &+= 1
    count(source)
    if source != destination { count(destination) }
  }

  @inline(__always)
  private mutating func count(_ address: IPAddress) {
    if leaders[0].address == address {
      leaders[0].count &+= 1
    } else if leaders[1].address == address {
      leaders[1].count &+= 1
    } else {
      countOther(address)
    }
  }

  private mutating func countOther(_ address: IPAddress) {
    var free = -1
    for place in others.indices {
      if others[place].count == 0 {
        free = place
      } else if others[place].address == address {
        others[place].count += 1
        return promote(place)
      }
    }
    guard free < 0 else {
      others[free] = Counter(address: address, count: 1)
      return
    }
    for place in others.indices { others[place].count -= 1 }
    dropped += 1
  }

  /// Makes another address a leader if it has overtaken the leader with fewer records.
  private mutating func promote(_ place: Int) {
    let least = leaders[0].count <= leaders[1].count ? 0 : 1
    guard others[place].count > leaders[least].count else { return }
    let follower = leaders[least]
    leaders[least] = others[place]
    leaders[least].error = dropped + before
    // The data of the former leader is dropped. Its bound remains: it has no more records than before.
    others[place] = Counter()
    dropped = max(dropped, follower.count + follower.error)
  }

  /// The addresses that are counted.
  var addresses: [IPAddress] {
    let all = (0..<2).map { leaders[$0] } + (0..<4).map { others[$0] }
    return all.filter { $0.count > 0 && $0.address != RecordBatch.unspecified }.map(\.address)
  }

  /// Number of records that contain an address: minimum and maximum.
  func bounds(_ address: IPAddress) -> (least: UInt64, most: UInt64) {
    for place in 0..<2 where leaders[place].address == address {
      return (leaders[place].count, min(records, leaders[place].count + leaders[place].error))
    }
    for place in 0..<4 where others[place].count > 0 && others[place].address == address {
      return (others[place].count, min(records, others[place].count + mostUncounted))
    }
    return (0, mostUncounted)
  }

  /// Maximum of records that contain an address without a counter.
  var mostUncounted: UInt64 { min(records, before + dropped) }
}
