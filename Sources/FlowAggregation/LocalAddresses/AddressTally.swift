internal import FlowModel

/// Bounds on how many records of one contested interface each address stands in, kept while records are collected.
///
/// Two leaders are counted apart: at first the candidates, whose counts are exact, since they stood in every record
/// before. All other addresses share four counters (Misra and Gries, 1982), whose error is known: at most `dropped`. An
/// address that overtakes the leaders becomes one. So the bounds of an own address, which stands in nearly all records,
/// are tight, and tallies of several workers add up.
struct AddressTally: Sendable {
  private struct Counter {
    var address = RecordBatch.unspecified
    /// Records in which it stands, at least.
    var count: UInt64 = 0
    /// How many more there may be.
    var error: UInt64 = 0
  }

  private var leaders: [2 of Counter]
  private var others = [4 of Counter](repeating: Counter())
  /// Records of the interface.
  private(set) var records: UInt64
  /// How much was taken off every other counter.
  private var dropped: UInt64 = 0
  /// Records before the tally began, in which only the candidates were counted.
  private let before: UInt64

  /// A tally that begins where the candidates of an interface are contested.
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

  /// Makes another address a leader when it has overtaken the one that has fewer records.
  private mutating func promote(_ place: Int) {
    let least = leaders[0].count <= leaders[1].count ? 0 : 1
    guard others[place].count > leaders[least].count else { return }
    let follower = leaders[least]
    leaders[least] = others[place]
    leaders[least].error = dropped + before
    // What was known of the follower is forgotten: all that is left is that it has no more than it had.
    others[place] = Counter()
    dropped = max(dropped, follower.count + follower.error)
  }

  /// The addresses that are counted.
  var addresses: [IPAddress] {
    let all = (0..<2).map { leaders[$0] } + (0..<4).map { others[$0] }
    return all.filter { $0.count > 0 && $0.address != RecordBatch.unspecified }.map(\.address)
  }

  /// In how many records an address stands: at least and at most.
  func bounds(_ address: IPAddress) -> (least: UInt64, most: UInt64) {
    for place in 0..<2 where leaders[place].address == address {
      return (leaders[place].count, min(records, leaders[place].count + leaders[place].error))
    }
    for place in 0..<4 where others[place].count > 0 && others[place].address == address {
      return (others[place].count, min(records, others[place].count + mostUncounted))
    }
    return (0, mostUncounted)
  }

  /// In how many records an address that is not counted stands at the most.
  var mostUncounted: UInt64 { min(records, before + dropped) }
}
