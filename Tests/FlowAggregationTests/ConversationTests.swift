import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Conversations")
struct ConversationTests {
  private func exchange(
    _ client: String,
    _ server: String,
    _ clientPort: UInt16,
    _ port: UInt16,
    client clientSum: (packets: UInt64, bytes: UInt64),
    server serverSum: (packets: UInt64, bytes: UInt64),
    start: UInt32 = 1_767_607_200,
    interface: UInt32 = 1
  ) -> [SampleRecord] {
    [
      SampleRecord(
        source: client,
        destination: server,
        sourcePort: clientPort,
        port: port,
        packets: clientSum.packets,
        bytes: clientSum.bytes,
        start: start,
        action: .accept,
        interface: interface
      ),
      SampleRecord(
        source: server,
        destination: client,
        sourcePort: port,
        port: clientPort,
        packets: serverSum.packets,
        bytes: serverSum.bytes,
        start: start,
        action: .accept,
        interface: interface
      ),
    ]
  }

  /// Ordinary traffic that gives interface 1 its local address 10.0.0.1, and the log a start long before.
  private let background: [SampleRecord] = [
    SampleRecord(
      source: "10.0.0.1",
      destination: "192.0.2.200",
      sourcePort: 45_000,
      port: 443,
      packets: 9,
      bytes: 900,
      start: 1_767_600_000,
      action: .accept
    ),
    SampleRecord(
      source: "192.0.2.201",
      destination: "10.0.0.1",
      sourcePort: 45_000,
      port: 443,
      packets: 9,
      bytes: 900,
      start: 1_767_600_000,
      action: .accept
    ),
  ]

  @Test("are classed by what the client got")
  func outcomes() throws {
    let cases: [(client: String, records: [SampleRecord], expected: String)] = [
      (
        "198.51.100.1",
        [
          SampleRecord(
            source: "198.51.100.1",
            destination: "10.0.0.1",
            sourcePort: 40_001,
            port: 22
          )
        ],
        "blocked"
      ),
      (
        "198.51.100.2",
        [
          SampleRecord(
            source: "198.51.100.2",
            destination: "10.0.0.1",
            sourcePort: 40_001,
            port: 22,
            action: .accept
          )
        ], "silent"
      ),
      (
        "198.51.100.3",
        exchange("198.51.100.3", "10.0.0.1", 40_001, 22, client: (1, 60), server: (1, 40)),
        "refused"
      ),
      (
        "198.51.100.4",
        exchange("198.51.100.4", "10.0.0.1", 40_001, 22, client: (2, 84), server: (1, 44)),
        "touched"
      ),
      (
        "198.51.100.5",
        exchange("198.51.100.5", "10.0.0.1", 40_001, 22, client: (15, 3801), server: (13, 3549)),
        "session"
      ),
    ]
    let run = try SampleRun(background + cases.flatMap(\.records))
    for test in cases {
      let outcomes = try #require(run.profile(test.client)?.outcomes)
      let counts = [
        "blocked": outcomes.blocked, "silent": outcomes.silent, "refused": outcomes.refused,
        "touched": outcomes.touched, "session": outcomes.sessions,
      ]
      #expect(counts[test.expected] == 1, "\(test.expected): \(counts)")
      #expect(outcomes.total == 1)
    }
  }

  @Test("a flow seen from both of its interfaces counts once")
  func deduplication() throws {
    let inside = exchange(
      "10.0.0.2",
      "10.0.0.1",
      40_001,
      22,
      client: (15, 3801),
      server: (13, 3549)
    )
    let twice =
      inside
      + inside.map { record in
        var copy = record
        copy.interface = 2
        return copy
      }
    let other = SampleRecord(
      source: "10.0.0.2",
      destination: "192.0.2.7",
      sourcePort: 5,
      port: 443,
      packets: 3,
      start: 1_767_600_000,
      action: .accept,
      interface: 2
    )
    let once = try SampleRun(background + inside + [other])
    let both = try SampleRun(background + twice + [other])
    #expect(once.result.conversations == both.result.conversations)
    #expect(both.result.own.all.map(\.description).sorted() == ["10.0.0.1", "10.0.0.2"])
  }

  @Test(
    "windows of one flow are one conversation; a pause of more than two intervals ends it",
    arguments: [(60, 5, 1), (150, 5, 1), (151, 5, 5), (3600, 3, 3)] as [(UInt32, Int, UInt64)]
  )
  func stitching(step: UInt32, windows: Int, expected: UInt64) throws {
    // Windows last 30 s, so a step of 150 s leaves a pause of 120 s: twice the shortest interval.
    let records = (0..<windows).flatMap { window in
      exchange(
        "198.51.100.9",
        "10.0.0.1",
        40_001,
        22,
        client: (4, 400),
        server: (4, 400),
        start: 1_767_607_200 + UInt32(window) * step
      )
    }
    let run = try SampleRun(background + records)
    #expect(run.profile("198.51.100.9")?.outcomes.total == expected)
  }

  @Test("late packets of a closed connection are no probe")
  func latePackets() throws {
    let late = (0..<30).map { port in
      SampleRecord(
        source: "203.0.113.5",
        destination: "10.0.0.1",
        sourcePort: 443,
        port: 40_000 + UInt16(port)
      )
    }
    let run = try SampleRun(background + late)
    #expect(run.result.conversations.latePacket == 30)
    #expect(run.profile("203.0.113.5") == nil)
  }

  @Test("the median length of records, at least 60 s, is the aggregation interval")
  func interval() throws {
    #expect(try SampleRun(background).result.aggregationInterval == 60)
    let long = background.map { record in
      var record = record
      record.duration = 580
      return record
    }
    #expect(try SampleRun(long).result.aggregationInterval == 580)
  }
}

@Suite("Direction")
struct DirectionTests {
  private func conversation(
    _ lowerPort: UInt16,
    _ upperPort: UInt16,
    lower: (UInt64, UInt64),
    upper: (UInt64, UInt64),
    flags: (UInt8, UInt8) = (0, 0),
    number: UInt8 = 6
  ) -> Conversation<UInt32> {
    func side(_ sums: (UInt64, UInt64), _ flags: UInt8) -> ConversationSide {
      ConversationSide(
        packets: sums.0,
        bytes: sums.1,
        first: 100,
        rejected: 0,
        tcpFlags: flags,
        hasSent: sums.0 > 0
      )
    }
    return Conversation(
      lower: 0x0a00_0001,
      upper: 0xc633_6401,
      lowerSide: side(lower, flags.0),
      upperSide: side(upper, flags.1),
      first: 100,
      last: 200,
      lowerPort: lowerPort,
      upperPort: upperPort,
      transport: TransportProtocol(number)
    )
  }

  private func upperInitiated(_ conversation: Conversation<UInt32>) -> (
    Bool, InitiatorInference.Rule
  )? {
    guard
      case .decided(let direction) = InitiatorRules.verdict(
        conversation,
        isAtLogStart: false,
        internalRanges: InternalRanges()
      )
    else { return nil }
    return (direction.upperInitiated, direction.rule)
  }

  @Test(
    "a SYN without ACK comes from the client, a SYN with ACK from the server",
    arguments: [(2, 18, false), (18, 2, true), (3, 0, false), (0, 19, false), (22, 4, true)]
      as [(UInt8, UInt8, Bool)]
  )
  func flags(lower: UInt8, upper: UInt8, expected: Bool) throws {
    let verdict = upperInitiated(
      conversation(50_000, 50_001, lower: (5, 500), upper: (5, 500), flags: (lower, upper))
    )
    #expect(verdict?.0 == expected)
    #expect(verdict?.1 == .tcpFlags)
  }

  @Test("flags that both sides share, or that only close, decide nothing")
  func silentFlags() {
    for flags in [(18, 18), (2, 2), (1, 4), (0, 0)] as [(UInt8, UInt8)] {
      let verdict = upperInitiated(
        conversation(50_000, 50_001, lower: (5, 500), upper: (5, 500), flags: flags)
      )
      #expect(verdict == nil)
    }
  }

  @Test("the sender of one-way traffic is the initiator")
  func oneWay() {
    #expect(upperInitiated(conversation(22, 40_000, lower: (0, 0), upper: (1, 40)))?.0 == true)
    #expect(upperInitiated(conversation(40_000, 8081, lower: (1, 40), upper: (0, 0)))?.0 == false)
  }

  @Test("a well-known port against an ephemeral one settles it")
  func ports() {
    #expect(upperInitiated(conversation(22, 40_000, lower: (9, 900), upper: (9, 900)))?.0 == true)
    #expect(upperInitiated(conversation(60_000, 443, lower: (9, 900), upper: (9, 900)))?.0 == false)
  }

  @Test("fan-in outweighs a misleading port; a bare reset marks the refuser as server")
  func evidence() {
    // Prior 2.0 for 1434 against -0.8 for 50001 is +2.8; fan-in 1 against 200 costs 0.6 * (1 - 7.6), about -4.
    let misleading = conversation(1434, 50_001, lower: (9, 900), upper: (9, 900))
    #expect(InitiatorRules.score(misleading, lowerTerm: 0, upperTerm: 0) > 0)
    #expect(InitiatorRules.score(misleading, lowerTerm: 0, upperTerm: FanInTerm.of(200)) < 0)
    // Equal ports: +2 for the lower side's bare reset after a SYN of 60 bytes.
    let refused = conversation(40_000, 40_001, lower: (1, 40), upper: (1, 60))
    #expect(InitiatorRules.score(refused, lowerTerm: 0, upperTerm: 0) == 2)
  }

  @Test(
    "the logarithm of fan-in is exact at powers of two and never falls",
    arguments: [(0, 1), (1, 1), (3, 2), (7, 3), (1023, 10)] as [(UInt32, Double)]
  )
  func fanTerm(fanIn: UInt32, expected: Double) {
    #expect(InitiatorRules.fanTerm(fanIn) == expected)
    for value in 0..<5000 as Range<UInt32> {
      #expect(InitiatorRules.fanTerm(value) <= InitiatorRules.fanTerm(value + 1))
    }
  }
}

@Suite("Local addresses")
struct OwnAddressTests {
  private func record(_ source: String, _ destination: String, _ interface: UInt32) -> SampleRecord
  {
    SampleRecord(source: source, destination: destination, interface: interface)
  }

  private func own(_ records: [SampleRecord]) throws -> [String] {
    try SampleRun(records).result.own.all.map(\.description).sorted()
  }

  @Test("the address in every record of an interface is its local address")
  func intersection() throws {
    let records = [record("192.0.2.1", "12.0.1.36", 1), record("12.0.1.36", "192.0.2.2", 1)]
    #expect(try own(records) == ["12.0.1.36"])
  }

  @Test("one garbled record in a hundred does not hide it")
  func vote() throws {
    let good = (0..<100).map { record("192.0.2.\($0)", "12.0.1.36", 1) }
    #expect(try own(good + [record("192.0.2.1", "192.0.2.2", 1)]) == ["12.0.1.36"])
    let transit = (0..<100).map { record("192.0.2.\($0)", "203.0.113.\($0 % 7)", 1) }
    #expect(try own(transit).isEmpty)
  }

  @Test("with a single peer, the internal address is local, else the one fewer interfaces saw")
  func singlePeer() throws {
    #expect(try own([record("198.51.100.7", "10.0.0.1", 1)]) == ["10.0.0.1"])
    let sweep = (1...3).map { record("2001:db8:bad::5", "2001:db8:20::\($0)", UInt32($0)) }
    #expect(try own(sweep) == ["2001:db8:20::1", "2001:db8:20::2", "2001:db8:20::3"])
    #expect(try own([record("198.51.100.7", "203.0.113.1", 1)]).isEmpty)
  }
}

@Suite("Profiles")
struct ProfileTests {
  @Test("a network with more sources than a part holds comes in parts, none of them lost")
  func parts() throws {
    let count = SourcePrefix.limit + 100
    let probes = (0..<count).map { source in
      SampleRecord(
        source:
          "2001:db8:bad:\(String(source / 60_000, radix: 16))::\(String(source % 60_000 + 1, radix: 16))",
        destination: "2001:db8:20::1",
        sourcePort: 40_000,
        port: 22
      )
    }
    let run = try SampleRun(probes)
    #expect(run.profiles.count == count)
    #expect(run.parts.map(\.isContinued) == [false, true])
    #expect(run.parts.map(\.sources.count) == [SourcePrefix.limit, 100])
  }
}
