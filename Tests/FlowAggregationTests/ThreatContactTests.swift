import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Threat contacts: what passed between listed addresses and the network")
struct ThreatContactTests {
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

  private static func contacts(_ records: [SampleRecord]) throws -> [ThreatContact] {
    try SampleRun(SampleRecord.background + records, threats: try lists()).threats
  }

  @Test("A listed stranger who is answered is told with what passed both ways")
  func inbound() throws {
    let records =
      SampleRecord.talk("203.0.113.66", from: 40_000, .refused)
      + SampleRecord.talk("203.0.113.66", from: 40_001, .greeting, at: noon + 600)
    let contacts = try Self.contacts(records)
    let contact = try #require(contacts.first)
    #expect(contacts.count == 1)
    #expect(contact.listed.description == "203.0.113.66")
    #expect(contact.inside.description == "10.0.0.1")
    #expect(!contact.isOutbound)
    // The longest entry counts, though another list has it.
    #expect(contact.match.list == 1)
    #expect(contact.match.network.description == "203.0.113.66/32")
    #expect(contact.service.port == 22)
    #expect(contact.outcomes.sessions == 1)
    #expect(contact.outcomes.touched == 1)
    #expect(contact.sums.bytes == 1986 + 240)
    #expect(contact.replyBytes == 2410 + 200)
    #expect(contact.sums.first == noon)
    #expect(contact.sums.last == noon + 620)
  }

  @Test("A call of an own host is told as such; services are apart")
  func outbound() throws {
    let records = [443, 8443].flatMap { port in
      SampleRecord.talk("10.0.0.1", "203.0.113.5", from: 40_000, to: port, .greeting)
    }
    let contacts = try Self.contacts(records)
    #expect(contacts.map(\.isOutbound) == [true, true])
    #expect(contacts.map(\.service.port) == [443, 8443])
    #expect(contacts.allSatisfy { $0.listed.description == "203.0.113.5" })
    #expect(contacts.allSatisfy { $0.match.list == 0 })
  }

  @Test("One that knocks and gets nothing is told, too")
  func blocked() throws {
    let contacts = try Self.contacts([.knock("203.0.113.5", to: 23)])
    #expect(contacts.map(\.outcomes.blocked) == [1])
    #expect(contacts.map(\.replyBytes) == [0])
  }

  struct Silence: Sendable, CustomTestStringConvertible {
    var what: String
    var records: [SampleRecord]
    var testDescription: String { what }
  }

  @Test(
    "This is nobody's business",
    arguments: [
      Silence(what: "an address on no list", records: [.knock("198.51.100.1", to: 23)]),
      Silence(
        what: "two own hosts, one of them listed by mistake",
        records: [.knock("10.0.0.2", "10.0.0.1", to: 23)]
      ),
      Silence(
        what: "a late packet of a closed connection",
        records: [.knock("203.0.113.5", from: 443, to: 52_000)]
      ),
    ]
  )
  func silence(_ example: Silence) throws {
    #expect(try Self.contacts(example.records).isEmpty)
  }

  @Test("Without lists nothing is told")
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
      records += SampleRecord.talk(
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
