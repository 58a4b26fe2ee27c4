import FlowModel
import FlowTestSupport
import SpillableTable
import Testing

@testable import FlowAggregation

@Suite("A public address in every record of an interface")
struct LonePublicAddressTests {
  private struct Record {
    var interface: UInt32
    var source: String
    var destination: String
  }

  private static let scanner = "203.0.113.77"

  /// One source at so many private addresses of an interface.
  private static func scan(
    _ source: String = scanner,
    interface: UInt32 = 1,
    addresses: Int = 10
  ) -> [Record] {
    (1...addresses).map {
      Record(interface: interface, source: source, destination: "10.0.\(interface).\($0)")
    }
  }

  private static func records(_ interface: UInt32, _ pairs: [(String, String)]) -> [Record] {
    pairs.map { Record(interface: interface, source: $0.0, destination: $0.1) }
  }

  private static func own(_ parts: [[Record]]) throws -> [String] {
    var collectors: [FlowCollector] = []
    for part in parts {
      var collector = FlowCollector(budget: 1 << 22)
      var batch = RecordBatch()
      for record in part {
        let row = batch.count
        batch.source[row] = try #require(IPAddress(record.source))
        batch.destination[row] = try #require(IPAddress(record.destination))
        (batch.interface[row], batch.protocolNumber[row]) = (record.interface, 6)
        batch.count += 1
      }
      collector.add(batch)
      collector.tables.finish(in: collector.tables.budget)
      collectors.append(collector)
    }
    let own = try LocalAddresses(resolving: collectors, InternalRanges())
    let known = own.v4.map { $0 == RecordBatch.unspecified ? "-" : "\($0)" }
    #expect(Set(known).subtracting(["-"]) == Set(own.all.map(\.description)))
    return Array(known.dropFirst())
  }

  /// The local addresses by interface from 1, which depend neither on the order nor on the split of the records.
  private static func own(_ records: [Record]) throws -> [String] {
    var random = SplitMix(5)
    let whole = try own([records])
    let shuffled = records.shuffled(using: &random)
    let cut = random.below(records.count)
    #expect(try own([Array(shuffled[..<cut]), Array(shuffled[cut...])]) == whole)
    return whole
  }

  @Test("is an external scanner if several private addresses are all that it talks with")
  func scanner() throws {
    for addresses in [2, 10, 60] {
      #expect(try Self.own(Self.scan(addresses: addresses)) == ["-"])
    }
    // One private address is the local one.
    #expect(try Self.own(Self.scan(addresses: 1)) == ["10.0.1.1"])
  }

  @Test("is an external scanner although a record in a hundred is about somebody else")
  func nearlyAll() throws {
    let other = Self.records(1, [("198.51.100.9", "10.0.1.5")])
    #expect(try Self.own(Self.scan(addresses: 60) + other) == ["-"])
  }

  @Test("is not made a local address by another scanner of its network")
  func neighbors() throws {
    let records = Self.scan() + Self.scan("203.0.113.78", interface: 2)
    #expect(try Self.own(records) == ["-", "-"])
  }

  @Test("is the local address if it communicates with external hosts as well")
  func external() throws {
    let records = Self.records(
      1,
      [("198.51.100.5", "10.0.0.7"), ("10.0.0.8", "198.51.100.5"), ("192.0.2.1", "198.51.100.5")]
    )
    #expect(try Self.own(records) == ["198.51.100.5"])
  }

  @Test("is the local address if its peers are those of other interfaces")
  func peersOfOthers() throws {
    let records =
      Self.records(1, [("198.51.100.5", "10.0.0.7"), ("198.51.100.5", "10.0.0.8")])
      + Self.records(2, [("10.0.0.7", "192.0.2.1"), ("10.0.0.7", "192.0.2.2")])
      + Self.records(3, [("10.0.0.8", "192.0.2.1"), ("10.0.0.8", "192.0.2.2")])
    #expect(try Self.own(records) == ["198.51.100.5", "10.0.0.7", "10.0.0.8"])
  }

  @Test("is the local address if its network has another one")
  func publicRange() throws {
    let records =
      Self.records(1, [("198.51.100.5", "10.0.0.7"), ("198.51.100.5", "10.0.0.8")])
      + Self.records(2, [("198.51.7.6", "192.0.2.1"), ("192.0.2.9", "198.51.7.6")])
    #expect(try Self.own(records) == ["198.51.100.5", "198.51.7.6"])
  }
}
