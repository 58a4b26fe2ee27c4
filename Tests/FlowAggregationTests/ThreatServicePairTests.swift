import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Threat pairs: traffic between listed addresses and the network")
struct ThreatServicePairTests {
  private static func lists() throws -> AddressLists {
    var lists = AddressLists()
    lists.add(
      name: "bad.txt",
      changed: nil,
      [try #require(IPNetwork("203.0.113.0/24")), try #require(IPNetwork("10.0.0.2"))]
    )
    lists.add(name: "worse.txt", changed: nil, [try #require(IPNetwork("203.0.113.66"))])
    return lists
  }

  private static func servicePairs(_ records: [SampleRecord]) throws -> [ThreatServicePair] {
    try SampleRun(SampleRecord.background + records, threats: try lists()).threats
  }

  @Test("An answered listed source is reported with the bytes in both directions")
  func inbound() throws {
    let records =
      SampleRecord.conversation("203.0.113.66", from: 40_000, .refused)
      + SampleRecord.conversation("203.0.113.66", from: 40_001, .greeting, at: noon + 600)
    let servicePairs = try Self.servicePairs(records)
    let servicePair = try #require(servicePairs.first)
    #expect(servicePairs.count == 1)
    #expect(servicePair.listed.description == "203.0.113.66")
    #expect(servicePair.inside.description == "10.0.0.1")
    #expect(!servicePair.isOutbound)
    // The longest entry counts, though another list has it.
    #expect(servicePair.match.list == 1)
    #expect(servicePair.match.network.description == "203.0.113.66/32")
    #expect(servicePair.service.port == 22)
    #expect(servicePair.outcomes.sessions == 1)
    #expect(servicePair.outcomes.touched == 1)
    #expect(servicePair.sums.bytes == 1986 + 240)
    #expect(servicePair.replyBytes == 2410 + 200)
    #expect(servicePair.sums.first == noon)
    #expect(servicePair.sums.last == noon + 620)
  }

  @Test("A connection of an internal host is outbound; services are separate")
  func outbound() throws {
    let records = [443, 8443].flatMap { port in
      SampleRecord.conversation("10.0.0.1", "203.0.113.5", from: 40_000, to: port, .greeting)
    }
    let servicePairs = try Self.servicePairs(records)
    #expect(servicePairs.map(\.isOutbound) == [true, true])
    #expect(servicePairs.map(\.service.port) == [443, 8443])
    #expect(servicePairs.allSatisfy { $0.listed.description == "203.0.113.5" })
    #expect(servicePairs.allSatisfy { $0.match.list == 0 })
  }

  @Test("An unanswered listed source is reported as well")
  func blocked() throws {
    let servicePairs = try Self.servicePairs([.knock("203.0.113.5", to: 23)])
    #expect(servicePairs.map(\.outcomes.blocked) == [1])
    #expect(servicePairs.map(\.replyBytes) == [0])
  }

  struct Silence: Sendable, CustomTestStringConvertible {
    var what: String
    var records: [SampleRecord]
    var testDescription: String { what }
  }

  @Test(
    "This is not reported",
    arguments: [
      Silence(what: "an address on no list", records: [.knock("198.51.100.1", to: 23)]),
      Silence(
        what: "two internal hosts, one of them listed by mistake",
        records: [.knock("10.0.0.2", "10.0.0.1", to: 23)]
      ),
      Silence(
        what: "a late packet of a closed connection",
        records: [.knock("203.0.113.5", from: 443, to: 52_000)]
      ),
    ]
  )
  func silence(_ example: Silence) throws {
    #expect(try Self.servicePairs(example.records).isEmpty)
  }

  @Test("Without lists nothing is reported")
  func noLists() throws {
    let run = try SampleRun(SampleRecord.background + [.knock("203.0.113.5", to: 23)])
    #expect(run.threats.isEmpty)
  }

  @Test("Threads, order and memory change nothing", arguments: 1...3)
  func determinism(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var records = SampleRecord.background
    for number in 0..<700 {
      let (own, listed) = ("10.0.0.1", "203.0.113.\(dice.roll(40))")
      let goesOut = dice.roll(2) == 0
      records += SampleRecord.conversation(
        goesOut ? own : listed,
        goesOut ? listed : own,
        from: UInt16(40_000 + number),
        to: [22, 443][dice.roll(2)],
        dice.roll(2) == 0 ? .greeting : .shell,
        at: noon + UInt32(dice.roll(20_000))
      )
    }
    let lists = try Self.lists()
    func text(_ run: SampleRun) -> [String] {
      run.threats.map { "\($0)" }.sorted()
    }
    let whole = text(try SampleRun(records, threats: lists))
    #expect(whole.count > 100)
    for threads in 1...3 {
      for place in records.indices { records.swapAt(place, dice.roll(records.count)) }
      for memory in [1 << 30, 1] {
        #expect(
          text(try SampleRun(records, threads: threads, memory: memory, threats: lists)) == whole
        )
      }
    }
  }
}
