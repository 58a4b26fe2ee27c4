import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Served endpoints: conversations of other hosts with a service of an internal address")
struct ServedTests {
  private static func served(
    _ records: [SampleRecord],
    keepsHistory: Bool = false
  ) throws -> [ServedEndpoint] {
    try SampleRun(records + SampleRecord.background, keepsHistory: keepsHistory).served
      // The background's visitors alone do not count.
      .filter { $0.service.port != 443 || $0.answeredInside > 0 }
  }

  private static func visits(
    _ count: Int,
    to port: UInt16 = 22,
    at start: UInt32 = noon,
    first: Int = 1,
    _ shape: LoginShape = .greeting
  ) -> [SampleRecord] {
    (0..<count).flatMap {
      SampleRecord.conversation("203.0.113.\(first + $0)", from: 41_000, to: port, shape, at: start)
    }
  }

  @Test("Sources are counted once, whatever they do, and by what they got")
  func counts() throws {
    let records =
      Self.visits(3) + Self.visits(3, at: noon + 600) + Self.visits(2, first: 10, .shell)
      + [SampleRecord.knock("203.0.113.90", to: 22)]
    let endpoints = try Self.served(records)
    #expect(endpoints.count == 1)
    let one = try #require(endpoints.first)
    #expect(one.address.description == "10.0.0.1")
    #expect(one.service == Service(protocolNumber: 6, port: 22))
    #expect([one.triedOutside, one.answeredOutside, one.sessionsOutside] == [6, 5, 2])
    #expect([one.answeredInside, one.sessionsInside] == [0, 0])
    #expect(one.bytes == 6 * 240 + 2 * 9000 + 40)
    #expect(one.replyBytes == 6 * 200 + 2 * 40_000)
    #expect(one.packets == 6 * 4 + 2 * 80 + 1)
    #expect(one.sample?.description == "203.0.113.1")
    #expect([one.first, one.last] == [noon, noon + 620])
  }

  @Test(
    "The busiest and the heaviest hour are those that got no answer, not those of a crowd that did"
  )
  func hours() throws {
    let knocks = (1...5).map { SampleRecord.knock("203.0.113.\(90 + $0)", to: 22) }
    let one = try #require(try Self.served(Self.visits(9, at: noon + 3600) + knocks).first)
    #expect(one.busiest.hour == noon / 3600)
    #expect([one.busiest.sources, one.busiest.answered, one.busiest.packets] == [5, 0, 5])
    #expect(one.heaviest == one.busiest)
    // An hour in which half or more were answered is none of them.
    let crowd = try #require(try Self.served(Self.visits(9)).first)
    #expect(crowd.busiest == ServedEndpoint.Hour())
    #expect(crowd.heaviest == ServedEndpoint.Hour())
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var records: [SampleRecord]
    var isTold = false
    var isRemembered = false
    var testDescription: String { "\(what) → \(isTold), with a memory \(isRemembered)" }
  }

  @Test(
    "Services that external sources try are reported; with a history all answered ones",
    arguments: [
      Case(what: "SSH", records: visits(1), isTold: true, isRemembered: true),
      Case(
        what: "SSH unanswered",
        records: [.knock("203.0.113.1", to: 22)],
        isTold: true,
        isRemembered: true
      ),
      Case(what: "a port of no known service", records: visits(1, to: 22_022), isRemembered: true),
      Case(what: "the same unanswered", records: [.knock("203.0.113.1", to: 22_022)]),
      Case(
        what: "SSH from an internal host",
        records: SampleRecord.conversation("10.0.0.2", from: 41_000, to: 22, .shell),
        isRemembered: true
      ),
      Case(
        what: "the web, internal",
        records: SampleRecord.conversation("10.0.0.2", from: 41_000, to: 443, .shell),
        isTold: true,
        isRemembered: true
      ),
      Case(
        what: "external services of internal hosts",
        records: SampleRecord.conversation("10.0.0.1", "203.0.113.1", from: 41_000, to: 22, .shell)
      ),
    ]
  )
  func told(_ example: Case) throws {
    #expect(try Self.served(example.records).count == (example.isTold ? 1 : 0))
    let remembered = try Self.served(example.records, keepsHistory: true)
    #expect(remembered.count == (example.isRemembered ? 1 : 0))
  }
}

@Suite("Host volumes: external traffic of hosts per hour")
struct HostVolumeTests {
  private static func volumes(_ records: [SampleRecord]) throws -> [HostVolume] {
    let run = try SampleRun(SampleRecord.background + records, keepsHistory: true)
    // The visitors of the background came hours before.
    return run.volumes.map { volume in
      HostVolume(host: volume.host, hours: volume.hours.filter { $0.hour >= noon / 3600 })
    }.filter { !$0.hours.isEmpty }
  }

  @Test("Both directions for any initiator; conversations only of the host")
  func directions() throws {
    let records =
      SampleRecord.conversation("10.0.0.1", "203.0.113.1", from: 41_000, to: 443, .shell)
      + SampleRecord.conversation("203.0.113.2", from: 41_000, to: 22, .shell)
      + SampleRecord.conversation(
        "10.0.0.1",
        "203.0.113.1",
        from: 41_001,
        to: 443,
        .shell,
        at: noon + 3600
      )
    let volumes = try Self.volumes(records)
    #expect(volumes.map(\.host.description) == ["10.0.0.1"])
    #expect(
      volumes.first?.hours == [
        .init(
          hour: noon / 3600,
          bytesOut: 9000 + 40_000,
          bytesIn: 40_000 + 9000,
          conversations: 1
        ),
        .init(hour: noon / 3600 + 1, bytesOut: 9000, bytesIn: 40_000, conversations: 1),
      ]
    )
  }

  @Test("A conversation over several hours is distributed evenly and counted once")
  func spread() throws {
    let records = SampleRecord.conversation(
      "10.0.0.1",
      "203.0.113.1",
      from: 41_000,
      to: 443,
      .shell,
      lasting: 7199
    )
    let hours = try #require(try Self.volumes(records).first).hours
    #expect(hours.map(\.hour) == [noon / 3600, noon / 3600 + 1])
    #expect(hours.map(\.bytesOut) == [4500, 4500])
    #expect(hours.map(\.bytesIn) == [20_000, 20_000])
    #expect(hours.map(\.conversations) == [1, 0])
  }

  @Test("Internal traffic and traffic between external addresses are not counted")
  func silence() throws {
    let inside = SampleRecord.conversation("10.0.0.2", from: 41_000, to: 443, .shell)
    #expect(try Self.volumes(inside).isEmpty)
  }

  @Test("Without a history nothing is recorded")
  func unasked() throws {
    #expect(try SampleRun(SampleRecord.background).volumes.isEmpty)
    #expect(try SampleRun(SampleRecord.background).uses.isEmpty)
  }
}
