import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Direction counter: the relevant host-service pairs of a source")
struct ServicePairTellerTests {
  /// Keeps what is handed on.
  private final class Sink: ObservationSink {
    var keeper = ObservationKeeper()
    func observe(_ observations: Observations) { keeper.observe(observations) }
  }

  private static let host: UInt32 = 0x0a00_0001

  /// A host-service pair of the host with an answered conversation unless said.
  private static func row(
    _ port: UInt16,
    protocolNumber: UInt8 = 6,
    to destination: UInt32 = 0xcb00_7109,
    sessions: UInt32 = 1,
    _ change: (inout HostServiceRow<UInt32>) -> Void = { _ in }
  ) -> HostServiceRow<UInt32> {
    var row = HostServiceRow(
      source: host,
      destination: destination,
      transport: TransportProtocol(protocolNumber),
      port: port
    )
    (row.records, row.accepted, row.packets, row.bytes) = (1, 1, 10, 1000)
    (row.replyBytes, row.sessions, row.sure) = (1000, sessions, sessions)
    (row.first, row.last, row.firstAttempt) = (noon, noon + 60, noon)
    change(&row)
    return row
  }

  private static func told(
    _ rows: [(HostServiceRow<UInt32>, TrafficDirection)],
    tellsAll: Bool = false
  ) -> (all: Observations, leftOut: UInt64) {
    let sink = Sink()
    var batch = ObservationBatch(sink)
    var directionCounter = DirectionCounter<UInt32>(tellsAll: tellsAll)
    for (row, trafficDirection) in rows { directionCounter.note(row, trafficDirection) }
    directionCounter.finishSource(into: &batch)
    batch.flush()
    return (sink.keeper.all, directionCounter.leftOut)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var row: HostServiceRow<UInt32>
    var trafficDirection = TrafficDirection.outbound
    var isTold = false
    var isRemembered = false
    var testDescription: String { "\(what) → \(isTold), with a memory \(isRemembered)" }
  }

  @Test(
    "Watched ports, very many connections, very many bytes, unusual protocols, unanswered internal traffic",
    arguments: [
      Case(what: "the web", row: row(443)),
      Case(what: "DNS", row: row(53, protocolNumber: 17), isTold: true, isRemembered: true),
      Case(what: "DNS over TLS", row: row(853), isTold: true, isRemembered: true),
      Case(what: "a mining port", row: row(3333), isTold: true, isRemembered: true),
      Case(what: "a relay port", row: row(9001), isTold: true, isRemembered: true),
      Case(what: "39,999 connections", row: row(443, sessions: 39_999)),
      Case(
        what: "40,000 connections",
        row: row(443, sessions: 40_000),
        isTold: true,
        isRemembered: true
      ),
      Case(
        what: "a byte less than 100 MiB",
        row: row(443) { ($0.bytes, $0.replyBytes) = (50 << 20, (50 << 20) - 1) }
      ),
      Case(
        what: "100 MiB",
        row: row(443) { ($0.bytes, $0.replyBytes) = (50 << 20, 50 << 20) },
        isTold: true,
        isRemembered: true
      ),
      Case(
        what: "more than a number holds",
        row: row(443) { ($0.bytes, $0.replyBytes) = (.max, .max) },
        isTold: true,
        isRemembered: true
      ),
      Case(what: "GRE", row: row(0, protocolNumber: 47), isTold: true, isRemembered: true),
      Case(what: "GRE, blocked", row: row(0, protocolNumber: 47) { $0.accepted = 0 }),
      Case(what: "pings", row: row(0, protocolNumber: 1)),
      Case(
        what: "pings of 100 kB in both directions",
        row: row(0, protocolNumber: 1) { ($0.bytes, $0.replyBytes) = (50_000, 50_000) },
        isTold: true,
        isRemembered: true
      ),
      Case(
        what: "pings for an hour",
        row: row(0, protocolNumber: 58) { $0.longest = 3600 },
        isTold: true,
        isRemembered: true
      ),
      Case(
        what: "internal pings for an hour",
        row: row(0, protocolNumber: 1) { $0.longest = 3600 },
        trafficDirection: .lateral
      ),
      Case(
        what: "DNS resolver of an internal host",
        row: row(53, protocolNumber: 17),
        trafficDirection: .lateral,
        isRemembered: true
      ),
      Case(
        what: "19 unanswered ones",
        row: row(22, sessions: 0) { $0.silent = 19 },
        trafficDirection: .lateral
      ),
      Case(
        what: "20 unanswered ones",
        row: row(22, sessions: 0) { $0.silent = 20 },
        trafficDirection: .lateral,
        isTold: true,
        isRemembered: true
      ),
      Case(
        what: "an external SSH session",
        row: row(22),
        trafficDirection: .inbound,
        isRemembered: true
      ),
      Case(
        what: "an external SSH attempt",
        row: row(22, sessions: 0) { $0.touched = 1 },
        trafficDirection: .inbound
      ),
      Case(what: "an external web client", row: row(443), trafficDirection: .inbound),
    ]
  )
  func told(_ example: Case) {
    #expect(
      Self.told([(example.row, example.trafficDirection)]).all.servicePairs.count
        == (example.isTold ? 1 : 0)
    )
    let remembered = Self.told([(example.row, example.trafficDirection)], tellsAll: true).all
      .servicePairs
    #expect(remembered.count == (example.isRemembered ? 1 : 0))
  }

  @Test("A host-service pair is emitted unchanged")
  func content() throws {
    let row = Self.row(53, protocolNumber: 17) { ($0.longest, $0.touched) = (42, 3) }
    let servicePair = try #require(Self.told([(row, .outbound)]).all.servicePairs.first)
    #expect(servicePair.source.description == "10.0.0.1")
    #expect(servicePair.destination.description == "203.0.113.9")
    #expect(servicePair.service == Service(protocolNumber: 17, port: 53))
    #expect(servicePair.trafficDirection == .outbound)
    #expect([servicePair.outcomes.sessions, servicePair.outcomes.touched] == [1, 3])
    #expect(
      [servicePair.sums.bytes, servicePair.sums.packets, servicePair.replyBytes] == [
        1000, 10, 1000,
      ]
    )
    #expect(
      [servicePair.sums.first, servicePair.sums.last, servicePair.longest] == [noon, noon + 60, 42]
    )
    #expect(servicePair.sure == 1)
    #expect(servicePair.isAnswered)
  }

  @Test("Whether other internal hosts answered is known when the source is complete")
  func elsewhere() {
    let silent = Self.row(22, to: 0x0a00_0005, sessions: 0) { $0.silent = 30 }
    let later = Self.row(443, to: 0x0a00_0009)
    #expect(Self.told([(silent, .lateral)]).all.servicePairs.map(\.isAnsweredElsewhere) == [false])
    #expect(
      Self.told([(silent, .lateral), (later, .lateral)]).all.servicePairs.map(\.isAnsweredElsewhere)
        == [true]
    )
    // External addresses are not internal.
    #expect(
      Self.told([(silent, .lateral), (Self.row(443), .outbound)]).all.servicePairs
        .map(\.isAnsweredElsewhere) == [false]
    )
    // That it is answered itself does not count, however many services answer.
    let mixed = Self.row(22, to: 0x0a00_0005) { $0.silent = 30 }
    let same = Self.row(443, to: 0x0a00_0005)
    #expect(
      Self.told([(mixed, .lateral), (same, .lateral)]).all.servicePairs.map(\.isAnsweredElsewhere)
        == [false]
    )
  }

  @Test("One source's knowledge is not the next one's")
  func sources() {
    let sink = Sink()
    var batch = ObservationBatch(sink)
    var directionCounter = DirectionCounter<UInt32>(tellsAll: false)
    directionCounter.note(Self.row(443, to: 0x0a00_0009), .lateral)
    directionCounter.finishSource(into: &batch)
    directionCounter.note(Self.row(22, to: 0x0a00_0005, sessions: 0) { $0.silent = 30 }, .lateral)
    directionCounter.finishSource(into: &batch)
    batch.flush()
    #expect(sink.keeper.all.servicePairs.map(\.isAnsweredElsewhere) == [false])
  }

  @Test("The host-service pairs of a source are limited; the rest is counted")
  func limit() {
    let rows = (0..<16_390).map {
      (Self.row(53, protocolNumber: 17, to: 0xcb00_0000 + UInt32($0)), TrafficDirection.outbound)
    }
    let (all, leftOut) = Self.told(rows)
    #expect(all.servicePairs.count == 16_384)
    #expect(leftOut == 6)
  }
}

@Suite("Host-service rows: the longest conversation, and the egress paths")
struct ServicePairFieldTests {
  private static func row() -> HostServiceRow<UInt32> {
    HostServiceRow(source: 1, destination: 2, transport: .tcp, port: 443)
  }

  @Test("Rows of one host-service pair merge: the longest is kept, paths are combined")
  func absorbing() {
    var (one, other) = (Self.row(), Self.row())
    (one.longest, one.paths) = (60, 0b1)
    (other.longest, other.paths) = (3600, 0b1000_0000)
    var reverse = other
    let (forth, back) = (one.absorb(other), reverse.absorb(one))
    #expect(forth && back)
    for row in [one, reverse] {
      #expect(row.longest == 3600)
      #expect(row.paths == 0b1000_0001)
    }
  }

  private static func paths(_ path: UInt8, reply: UInt8 = 0) throws -> [UInt8] {
    var records = SampleRecord.conversation(
      "10.0.0.1",
      "203.0.113.9",
      from: 40_000,
      to: 443,
      .shell
    )
    (records[0].trafficPath, records[1].trafficPath) = (path, reply)
    let run = try SampleRun(SampleRecord.background + records, keepsHistory: true)
    return run.uses.map(\.paths)
  }

  @Test(
    "The way of what the host sent counts, if it is one that AWS names",
    arguments: [(0, 0), (1, 1), (2, 2), (8, 128), (9, 0), (15, 0)] as [(UInt8, UInt8)]
  )
  func paths(path: UInt8, bits: UInt8) throws {
    #expect(try Self.paths(path) == [bits])
    #expect(try Self.paths(path, reply: 4) == [bits])
  }

  @Test("The longest conversation of a host-service pair, with any number of records")
  func longest() throws {
    let records = [0, 1, 2, 200].flatMap { minute in
      SampleRecord.conversation(
        "10.0.0.1",
        "203.0.113.9",
        from: 40_000,
        to: 853,
        .shell,
        at: noon + minute * 60,
        lasting: 60
      )
    }
    let run = try SampleRun(SampleRecord.background + records)
    #expect(run.servicePairs.map(\.longest) == [180])
    #expect(run.servicePairs.map(\.outcomes.sessions) == [2])
  }
}
