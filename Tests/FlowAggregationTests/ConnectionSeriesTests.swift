import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Connection series: conversations of a host with one external service")
struct ConnectionSeriesTests {
  static let peer = "203.0.113.9"

  static func run(_ records: [SampleRecord]) throws -> [ConnectionSeries] {
    try SampleRun(SampleRecord.background + records).series
  }

  /// Connections of an internal host, one every so many seconds, each from its own port.
  static func connections(
    _ count: Int,
    every period: UInt32 = 600,
    to peer: String = peer,
    port: UInt16 = 443,
    from host: String = "10.0.0.1",
    _ shape: LoginShape = .greeting
  ) -> [SampleRecord] {
    (0..<count).flatMap { number in
      SampleRecord.conversation(
        host,
        peer,
        from: UInt16(40_000 + number),
        to: port,
        shape,
        at: noon + UInt32(number) * period,
        lasting: 5
      )
    }
  }

  @Test("Eight conversations are a series, fewer are not", arguments: [(7, 0), (8, 1)])
  func least(connections: Int, series: Int) throws {
    #expect(try Self.run(Self.connections(connections)).count == series)
  }

  @Test("A series has its traffic and its interval")
  func content() throws {
    let series = try Self.run(Self.connections(144))
    #expect(series.count == 1)
    let one = try #require(series.first)
    #expect(one.host.description == "10.0.0.1")
    #expect(one.peer.description == Self.peer)
    #expect(one.service == Service(protocolNumber: 6, port: 443))
    #expect(!one.isLateral)
    #expect([one.connections, one.answered, one.directed] == [144, 144, 144])
    #expect([one.bytesOut, one.bytesIn] == [144 * 240, 144 * 200])
    #expect(one.packetsOut == 144 * 4)
    #expect([one.first, one.last] == [noon, noon + 143 * 600 + 5])
    #expect(one.longest == 5)
    let shape = try #require(one.shape)
    #expect([shape.period, shape.jitter] == [600, 0])
    #expect(shape.timing == 1)
    #expect(shape.sizes == 1)
  }

  @Test(
    "A conversation of a day is one, although it is logged once a minute, and has no interval"
  )
  func persistent() throws {
    let records = (0..<1440).flatMap { minute in
      SampleRecord.conversation(
        "10.0.0.1",
        Self.peer,
        from: 40_000,
        to: 443,
        .greeting,
        at: noon + UInt32(minute) * 60,
        lasting: 60
      )
    }
    let series = try Self.run(records)
    #expect(series.count == 1)
    let one = try #require(series.first)
    #expect([one.connections, one.directed] == [1, 1])
    #expect(one.longest == 86_400)
    #expect([one.longestOut, one.longestIn] == [1440 * 240, 1440 * 200])
    #expect(one.shape == nil)
    // Each hour has its sixty minutes.
    #expect(one.busiestHourOut >= 60 * 240 - 1 && one.busiestHourOut <= 60 * 240 + 1)
    #expect(one.busiestDayOut > 1430 * 240)
  }

  @Test("Intervals are based on starts: connections of several records count once")
  func starts() throws {
    // Each connection lasts ten minutes in ten records, and starts once an hour.
    var records: [SampleRecord] = []
    for (connection, minute) in (0..<200).map({ ($0 / 10, $0 % 10) }) {
      records += SampleRecord.conversation(
        "10.0.0.1",
        Self.peer,
        from: UInt16(40_000 + connection),
        to: 443,
        .greeting,
        at: noon + UInt32(connection * 3600 + minute * 60),
        lasting: 60
      )
    }
    let one = try #require(try Self.run(records).first)
    #expect(one.connections == 20)
    #expect(one.longest == 600)
    #expect(one.shape?.period == 3600)
    #expect(one.shape?.jitter == 0)
  }

  struct Heavy: Sendable, CustomTestStringConvertible {
    var what: String
    var seconds: UInt32 = 60
    var bytes: UInt32 = 1000
    var isKept: Bool
    var testDescription: String { "\(what) → \(isKept ? "kept" : "left out")" }
  }

  @Test(
    "One conversation alone is kept if it lasts an hour or sends a mebibyte",
    arguments: [
      Heavy(what: "a usual one", isKept: false),
      Heavy(what: "3,599 seconds", seconds: 3599, isKept: false),
      Heavy(what: "3,600 seconds", seconds: 3600, isKept: true),
      Heavy(what: "a byte less than 1 MiB", bytes: 1_048_575, isKept: false),
      Heavy(what: "1 MiB", bytes: 1_048_576, isKept: true),
    ]
  )
  func heavy(_ example: Heavy) throws {
    let shape = LoginShape(
      clientPackets: 900,
      clientBytes: example.bytes,
      serverPackets: 9,
      serverBytes: 1000
    )
    let conversation = SampleRecord.conversation(
      "10.0.0.1",
      Self.peer,
      from: 40_000,
      to: 443,
      shape,
      lasting: example.seconds
    )
    #expect(try Self.run(conversation).count == (example.isKept ? 1 : 0))
  }

  @Test("Few small connections besides a long one are left out")
  func lightBesideLong() throws {
    let long = SampleRecord.conversation(
      "10.0.0.1",
      Self.peer,
      from: 39_000,
      to: 443,
      .shell,
      lasting: 7200
    )
    let one = try #require(try Self.run(Self.connections(6) + long).first)
    #expect(one.connections == 1)
    #expect(one.longest == 7200)
  }

  @Test("A pair whose conversations are decided later keeps nothing of the next pair")
  func waiting() throws {
    // Between ports of no known service fan-in decides, which is known only when all pairs were seen.
    let undecided = (0..<3).flatMap { number in
      SampleRecord.conversation(
        "10.0.0.1",
        "203.0.113.\(number)",
        from: 20_000,
        to: 20_001,
        .greeting
      )
    }
    let light = (10..<250).flatMap { Self.connections(1, to: "203.0.113.\($0)") }
    #expect(try Self.run(undecided + light).allSatisfy { $0.service.port != 443 })
  }

  @Test("Services and peers are apart")
  func apart() throws {
    let records =
      Self.connections(8) + Self.connections(8, port: 8443)
      + Self.connections(8, to: "203.0.113.10")
      + Self.connections(7, to: "203.0.113.11")
    let series = try Self.run(records)
    #expect(series.map(\.connections) == [8, 8, 8])
    #expect(series.map(\.service.port) == [443, 8443, 443])
  }

  struct Silence: Sendable, CustomTestStringConvertible {
    var what: String
    var records: [SampleRecord]
    var testDescription: String { what }
  }

  @Test(
    "This is no outbound connection of an internal host",
    arguments: [
      Silence(
        what: "connections of an external source",
        records: connections(50, to: "10.0.0.1", from: "203.0.113.9")
      ),
      Silence(
        what: "between external addresses",
        records: connections(50, to: "198.51.100.3", from: "203.0.113.9")
      ),
      Silence(what: "multicast", records: connections(50, to: "224.0.0.251")),
      Silence(what: "the metadata service", records: connections(50, to: "169.254.169.254")),
      Silence(
        what: "unsolicited replies",
        records: (0..<50).map {
          .knock("203.0.113.9", from: 443, to: UInt16(50_000 + $0), at: noon + UInt32($0) * 60)
        }
      ),
    ]
  )
  func silence(_ example: Silence) throws {
    #expect(try Self.run(example.records).allSatisfy { $0.isLateral || $0.connections == 0 })
  }

  @Test(
    "Between internal hosts twenty are a series, of which the first 64 are kept",
    arguments: [(19, nil), (20, 20), (64, 64), (90, 64)] as [(Int, UInt64?)]
  )
  func lateral(connections: Int, kept: UInt64?) throws {
    let series = try Self.run(Self.connections(connections, every: 30, to: "10.0.0.2"))
    #expect(series.map(\.connections) == (kept.map { [$0] } ?? []))
    #expect(series.allSatisfy { $0.isLateral })
  }

  @Test("Unanswered connections count: a server that is gone")
  func unanswered() throws {
    let records = (0..<30).map {
      SampleRecord.knock(
        "10.0.0.1",
        Self.peer,
        from: UInt16(40_000 + $0),
        to: 443,
        at: noon + UInt32($0) * 300,
        action: .accept
      )
    }
    let one = try #require(try Self.run(records).first)
    #expect([one.connections, one.answered] == [30, 0])
    #expect(one.shape?.period == 300)
  }

  @Test("Refused connections count as such")
  func refused() throws {
    let shape = LoginShape(clientPackets: 1, clientBytes: 60, serverPackets: 1, serverBytes: 40)
    let one = try #require(try Self.run(Self.connections(30, every: 600, shape)).first)
    #expect([one.connections, one.answered, one.refused] == [30, 30, 30])
    #expect(one.isUnavailable)
    let open = try #require(try Self.run(Self.connections(30)).first)
    #expect(open.refused == 0)
    #expect(!open.isUnavailable)
  }

  /// Keep-alives of one connection, every so many seconds.
  private static func keepAlives(
    _ count: Int,
    every period: UInt32,
    from port: UInt16 = 40_000,
    _ shape: LoginShape = .greeting
  ) -> [SampleRecord] {
    (0..<count).flatMap { number in
      SampleRecord.conversation(
        "10.0.0.1",
        peer,
        from: port,
        to: 443,
        shape,
        at: noon + UInt32(number) * period,
        lasting: 5
      )
    }
  }

  @Test("A connection with pauses is one: it has a duration and no interval")
  func paused() throws {
    let one = try #require(try Self.run(Self.keepAlives(48, every: 1680)).first)
    #expect(one.connections == 48)
    #expect(one.shape == nil)
    #expect(one.longest == 47 * 1680 + 5)
    #expect([one.longestOut, one.longestIn] == [48 * 240, 48 * 200])
  }

  @Test("Two connections at once stay two")
  func twoPaused() throws {
    let records =
      Self.keepAlives(48, every: 1680) + Self.keepAlives(40, every: 1700, from: 40_001)
    let one = try #require(try Self.run(records).first)
    #expect(one.connections == 88)
    #expect(one.shape == nil)
    #expect(one.longest == 47 * 1680 + 5)
  }

  @Test("After more than two hours the same port is another connection")
  func reused() throws {
    let one = try #require(try Self.run(Self.keepAlives(12, every: 7900)).first)
    #expect(one.longest == 5)
    #expect(one.shape?.connections == 12)
    #expect(one.shape?.period == 7900)
  }

  @Test("Refused attempts from one port are no connection")
  func refusedPort() throws {
    let shape = LoginShape(clientPackets: 1, clientBytes: 60, serverPackets: 1, serverBytes: 40)
    let records = Self.keepAlives(12, every: 600, shape)
    let one = try #require(try Self.run(records).first)
    #expect(one.shape?.connections == 12)
  }
}
