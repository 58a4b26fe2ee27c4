import FlowModel
import FlowTestSupport
import SpillableTable
import Testing

@testable import FlowAggregation

/// The local address of an interface with contradictory records.
@Suite("Local addresses of contested interfaces")
struct LocalAddressTests {
  private typealias Record = (source: IPAddress, destination: IPAddress)

  private static let local = IPAddress(v4: 0x0a00_0001)

  /// Records of one interface of which a share shows the local address, and the others two external sources.
  private static func records(
    _ count: Int,
    share: Double,
    peers: Int,
    _ random: inout SplitMix
  ) -> [Record] {
    (0..<count).map { _ in
      func peer() -> IPAddress { IPAddress(v4: 0x1400_0000 + UInt32(random.below(peers))) }
      let isLocal = Double(random.below(1000)) < share * 1000
      let pair = (isLocal ? local : peer(), peer())
      return random.oneIn(2) ? pair : (pair.1, pair.0)
    }
  }

  /// The address in at least 95 % of the records, if there is one such address alone: counted plainly.
  private static func expected(_ records: [Record]) -> IPAddress? {
    var counts: [IPAddress: Int] = [:]
    for record in records {
      for address in Set([record.source, record.destination]) { counts[address, default: 0] += 1 }
    }
    // What stands in every record needs no count.
    let everywhere = counts.filter { $0.value == records.count }
    let winners = counts.filter { $0.value * 20 >= records.count * 19 }
    if everywhere.count == 1 { return everywhere.first?.key }
    return winners.count == 1 ? winners.first?.key : nil
  }

  private static func resolved(_ parts: [[Record]]) throws -> IPAddress? {
    var collectors: [FlowCollector] = []
    for part in parts {
      var collector = FlowCollector(budget: 1 << 22)
      var batch = RecordBatch()
      for record in part {
        let row = batch.count
        (batch.source[row], batch.destination[row]) = (record.source, record.destination)
        (batch.interface[row], batch.protocolNumber[row]) = (1, 6)
        batch.count += 1
      }
      collector.add(batch)
      collector.tables.finish(in: collector.tables.budget)
      collectors.append(collector)
    }
    let own = try LocalAddresses(resolving: collectors, InternalRanges())
    return own.v4.count > 1 && own.v4[1] != RecordBatch.unspecified ? own.v4[1] : nil
  }

  @Test(
    "are those of a plain count, whatever the order and the split",
    arguments: 1...40 as ClosedRange<UInt64>
  )
  func property(seed: UInt64) throws {
    var random = SplitMix(seed)
    let shares = [0.5, 0.9, 0.94, 0.95, 0.96, 0.99, 0.999]
    let records = Self.records(
      20 + random.below(1500),
      share: shares[random.below(shares.count)],
      peers: [1, 2, 3, 8, 100_000][random.below(5)],
      &random
    )
    // With a single external source besides the local address nothing is contested, and other rules decide.
    let sets = records.map { Set([$0.source, $0.destination]) }
    let everywhere = sets.reduce(sets[0]) { $0.intersection($1) }
    guard everywhere.count < 2 else { return }
    let expected = Self.expected(records)
    let shuffled = records.shuffled(using: &random)
    let sorted = records.sorted { $0.source < $1.source }
    for order in [records, shuffled, sorted] {
      let cut = random.below(order.count)
      #expect(try Self.resolved([order]) == expected)
      #expect(try Self.resolved([Array(order[..<cut]), Array(order[cut...])]) == expected)
    }
  }

  @Test("are found without counting all rows where one address stands in nearly all records")
  func tight() throws {
    var random = SplitMix(7)
    for share in [0.98, 0.99, 1] {
      let records = Self.records(4000, share: share, peers: 1 << 20, &random)
      var candidates = InterfaceCandidates()
      var tally: AddressTally?
      for record in records {
        if tally == nil, candidates.narrow(record.source, record.destination) {
          tally = AddressTally(candidates)
        }
        tally?.add(record.source, record.destination)
      }
      guard let tally else { continue }
      let exact = records.count { $0.source == Self.local || $0.destination == Self.local }
      let bounds = tally.bounds(Self.local)
      #expect(bounds.least <= UInt64(exact) && UInt64(exact) <= bounds.most)
      #expect(bounds.least * 20 >= tally.records * 19)
      #expect(tally.mostUncounted * 20 < tally.records * 19)
    }
  }

  @Test("are not derived from a host without an address yet")
  func unspecified() throws {
    let none = IPAddress(high: 0, low: 0)
    let host = try #require(IPAddress("2001:db8::1"))
    let peers = try (2...9).map { try #require(IPAddress("2001:db8::\($0)")) }
    var collector = LocalAddressCollector()
    for peer in peers {
      collector.add(1, none, peer)
      collector.add(1, host, peer)
    }
    #expect(collector.v6.candidates[1].addresses == [host])
  }
}
