import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Bearing: which way a source's conversations went, seen from the network")
struct TrafficDirectionTests {
  private static func profiles(_ records: [SampleRecord]) throws -> [SourceProfile] {
    try SampleRun(SampleRecord.background + records).profiles
  }

  private static func profile(
    _ records: [SampleRecord],
    _ address: String,
    _ trafficDirection: TrafficDirection
  ) throws -> SourceProfile? {
    try profiles(records).first {
      $0.address.description == address && $0.trafficDirection == trafficDirection
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var source: String
    var destination: String
    var interface: UInt32 = 1
    var trafficDirection: TrafficDirection?
    var testDescription: String { "\(what) → \(trafficDirection.map { "\($0)" } ?? "none")" }
  }

  @Test(
    "A source has a profile by the side that it stands on and the side that it goes to",
    arguments: [
      Case(
        what: "external to local",
        source: "203.0.113.1",
        destination: "10.0.0.1",
        trafficDirection: .inbound
      ),
      Case(
        what: "local to local",
        source: "10.0.0.2",
        destination: "10.0.0.1",
        trafficDirection: .lateral
      ),
      Case(
        what: "local to internal",
        source: "10.0.0.1",
        destination: "172.16.0.9",
        trafficDirection: .lateral
      ),
      Case(
        what: "local to external",
        source: "10.0.0.1",
        destination: "203.0.113.1",
        trafficDirection: .outbound
      ),
    ]
  )
  func bearings(_ example: Case) throws {
    let knocks = (0..<6).map {
      SampleRecord.knock(
        example.source,
        example.destination,
        to: UInt16(8000 + $0),
        interface: example.interface
      )
    }
    let found = try Self.profiles(knocks)
    #expect(found.map(\.trafficDirection) == (example.trafficDirection.map { [$0] } ?? []))
    #expect(found.map(\.isInternal) == [example.trafficDirection != .inbound])
    #expect(found.map(\.targets) == [1])
    #expect(found.map(\.failureCount) == [6])
  }

  @Test("A host with both directions has a profile for each")
  func bothWays() throws {
    let records = (0..<6).flatMap { number in
      [
        SampleRecord.knock("10.0.0.1", "203.0.113.\(number)", to: 22),
        SampleRecord.knock("10.0.0.1", "10.0.9.\(number)", to: 445),
      ]
    }
    let found = try Self.profiles(records)
    #expect(found.map(\.trafficDirection) == [.lateral, .outbound])
    #expect(found.map { $0.services.map(\.service.port) } == [[445], [22]])
    #expect(found.map(\.targets) == [6, 6])
  }

  @Test("For outbound and internal traffic only failures count for the busiest times")
  func busiestTimes() throws {
    func records(_ source: String, _ destination: (Int) -> String) -> [SampleRecord] {
      (0..<8).flatMap { number -> [SampleRecord] in
        let start = noon + UInt32(number) * 60
        guard number % 2 == 0 else {
          return [.knock(source, destination(number), to: 22, at: start)]
        }
        return SampleRecord.conversation(
          source,
          destination(number),
          from: 52_000,
          .greeting,
          at: start
        )
      }
    }
    let outbound = try #require(
      try Self.profile(records("10.0.0.1") { "203.0.113.\($0)" }, "10.0.0.1", .outbound)
    )
    #expect(outbound.services.map(\.targets) == [8])
    #expect(outbound.services.map(\.failedTargets) == [4])
    #expect(outbound.services.map(\.openTargets) == [4])
    #expect(outbound.services.map(\.busiestHour) == [4])
    let lateral = try #require(
      try Self.profile(records("10.0.0.1") { "10.0.9.\($0)" }, "10.0.0.1", .lateral)
    )
    #expect(lateral.services.map(\.busiestHour) == [4])
    // For inbound traffic every first attempt counts.
    let inbound = try #require(
      try Self.profile(
        records("203.0.113.1") { _ in "10.0.0.1" },
        "203.0.113.1",
        .inbound
      )
    )
    #expect(inbound.services.map(\.busiestHour) == [1])
  }

  struct Flood: Sendable, CustomTestStringConvertible {
    var what: String
    var packets: UInt32
    var replyBytes: UInt32
    var destination = "203.0.113.9"
    var isHeavy: Bool
    var testDescription: String { "\(what) → \(isHeavy ? "heavy" : "not")" }
  }

  /// A failed attempt, which makes the host relevant.
  private static let knock = SampleRecord.knock("10.0.0.1", "203.0.113.200", to: 8000)

  @Test(
    "An external address with 10,000 packets and responses below a twentieth is heavy",
    arguments: [
      Flood(what: "10,000 packets", packets: 10_000, replyBytes: 40, isHeavy: true),
      Flood(what: "9,999 packets", packets: 9999, replyBytes: 40, isHeavy: false),
      // 5 % of a million bytes.
      Flood(what: "49,999 bytes back", packets: 10_000, replyBytes: 49_999, isHeavy: true),
      Flood(what: "a transfer: 50,000 back", packets: 10_000, replyBytes: 52_000, isHeavy: false),
      Flood(
        what: "within the network",
        packets: 10_000,
        replyBytes: 40,
        destination: "10.0.9.9",
        isHeavy: false
      ),
    ]
  )
  func heavy(_ example: Flood) throws {
    let shape = LoginShape(
      clientPackets: example.packets,
      clientBytes: example.packets * 100,
      serverPackets: 1,
      serverBytes: example.replyBytes
    )
    let records = SampleRecord.conversation(
      "10.0.0.1",
      example.destination,
      from: 52_000,
      to: 443,
      shape,
      lasting: 60
    )
    let heavy = try Self.profiles(records + [Self.knock]).flatMap(\.heavyTargets)
    #expect(heavy.map(\.address.description) == (example.isHeavy ? [example.destination] : []))
    for target in heavy {
      #expect(target.sums.packets == UInt64(example.packets))
      #expect(target.replyBytes == UInt64(example.replyBytes))
      #expect(target.packetsPerMinute == Double(example.packets))
    }
  }

  @Test("A heavy target joins all services and names the one with the most packets")
  func heavyServices() throws {
    let records = [(443, 4000), (8443, 7000), (53, 2000)].flatMap { port, packets in
      SampleRecord.conversation(
        "10.0.0.1",
        "203.0.113.9",
        from: 52_000,
        to: UInt16(port),
        LoginShape(
          clientPackets: UInt32(packets),
          clientBytes: UInt32(packets * 100),
          serverPackets: 1,
          serverBytes: 40
        )
      )
    }
    let heavy = try Self.profiles(records + [Self.knock]).flatMap(\.heavyTargets)
    #expect(heavy.map(\.sums.packets) == [13_000])
    #expect(heavy.map(\.service.port) == [8443])
    #expect(heavy.map(\.servicePackets) == [7000])
  }

  struct Rejection: Sendable, CustomTestStringConvertible {
    var what: String
    var records: Int
    var interface: UInt32 = 1
    var atSource: [UInt64]
    var testDescription: String { "\(what) → \(atSource)" }
  }

  @Test(
    "A service with a hundred rejects of an internal source is reported with the rejecting side",
    arguments: [
      Rejection(what: "99 records", records: 99, atSource: []),
      Rejection(what: "100 seen by the source", records: 100, atSource: [100]),
      Rejection(what: "100 seen by the destination", records: 100, interface: 2, atSource: [0]),
    ]
  )
  func rejections(_ example: Rejection) throws {
    let knocks = (0..<example.records).map {
      SampleRecord.knock(
        "10.0.0.1",
        "10.0.0.2",
        from: 40_000 + UInt16($0),
        to: 5432,
        at: noon + UInt32($0) * 30,
        interface: example.interface
      )
    }
    let rejected = try Self.profiles(knocks).flatMap(\.rejectedServices)
    #expect(rejected.map(\.rejectedAtSource) == example.atSource)
    for service in rejected {
      #expect(service.destination.description == "10.0.0.2")
      #expect(service.service.port == 5432)
      #expect(service.sums.rejected == UInt64(example.records))
      #expect(service.outcomes.blocked == UInt64(example.records))
    }
  }

  @Test("Rejected external sources are ignored")
  func strangers() throws {
    let knocks = (0..<300).map {
      SampleRecord.knock("203.0.113.1", from: 40_000 + UInt16($0), to: 5432)
    }
    #expect(try Self.profiles(knocks).flatMap(\.rejectedServices).isEmpty)
  }

  @Test("Threads, order and memory change nothing", arguments: 1...3)
  func determinism(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let hosts = [
      "10.0.0.1", "10.0.0.2", "203.0.113.1", "203.0.113.2", "198.51.100.3", "172.16.0.4",
    ]
    var records = SampleRecord.background
    for _ in 0..<1500 {
      let own = dice.roll(2)
      let (one, other) = (hosts[own], hosts[2 + dice.roll(4)])
      let goesOut = dice.roll(2) == 0
      records.append(
        .knock(
          goesOut ? one : other,
          goesOut ? other : one,
          from: UInt16(40_000 + dice.roll(500)),
          to: UInt16([22, 25, 445, 8081][dice.roll(4)]),
          at: noon + UInt32(dice.roll(20_000)),
          action: dice.roll(3) == 0 ? .accept : .reject,
          interface: UInt32(own + 1)
        )
      )
    }
    let whole = try SampleRun(records).profiles
    #expect(Set(whole.map(\.trafficDirection)) == [.inbound, .lateral, .outbound])
    for threads in 1...3 {
      for place in records.indices { records.swapAt(place, dice.roll(records.count)) }
      for memory in [1 << 30, 1] {
        let run = try SampleRun(records, threads: threads, memory: memory)
        #expect("\(run.profiles)" == "\(whole)")
      }
    }
  }

  /// A packet without a response to a port of a peer, at a second of the log.
  private static func attempt(_ peer: Int, _ port: UInt16, at second: UInt32) -> SampleRecord {
    .knock(
      "10.0.0.1",
      "203.0.113.\(peer)",
      from: UInt16(40_000 + peer),
      to: port,
      at: noon + second,
      action: .accept
    )
  }

  @Test("Failed peers and services count once, within 24 hours at their first failed attempt")
  func failedPeers() throws {
    // Peers 1 to 30 in the first hour, 31 to 50 two days later; ports 7001 to 7010, then 7011 to 7020.
    var records = (1...30).map { Self.attempt($0, UInt16(7001 + $0 % 10), at: UInt32($0) * 60) }
    records += (31...50).map {
      Self.attempt($0, UInt16(7011 + $0 % 10), at: 172_800 + UInt32($0) * 60)
    }
    // Known ones again.
    records += (1...30).map {
      Self.attempt($0, UInt16(7001 + $0 % 10), at: 172_800 + UInt32($0) * 60)
    }
    let profile = try #require(try Self.profile(records, "10.0.0.1", .outbound))
    #expect(profile.failedPeers == 50)
    #expect(profile.failedPeersOfDay == 30)
    #expect(profile.failedServicesOfDay == 10)
  }
}
