import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Logins: attempts of sources at login services")
struct LoginTests {
  private static let bruteForceSource = "203.0.113.7"

  /// Attempts of one source that begin at these seconds after noon, each from a port of its own.
  private static func tries(
    _ seconds: [UInt32],
    _ shape: LoginShape = .refused,
    by source: String = bruteForceSource,
    at server: String = "10.0.0.1",
    port: UInt16 = 22,
    firstPort: UInt16 = 40_000
  ) -> [SampleRecord] {
    seconds.enumerated().flatMap {
      SampleRecord.conversation(
        source,
        server,
        from: firstPort + UInt16($0.offset),
        to: port,
        shape,
        at: noon + $0.element
      )
    }
  }

  /// Every minute so many.
  private static func minutes(_ count: Int) -> [UInt32] { (0..<count).map { UInt32($0) * 61 } }

  private static func attempts(_ records: [SampleRecord]) throws -> LoginAttempts {
    let run = try SampleRun(SampleRecord.background + records)
    #expect(run.logins.count == 1)
    let source = try #require(run.logins.first)
    #expect(source.address.description == bruteForceSource)
    #expect(source.targets.count == 1)
    return source.targets[0].attempts
  }

  @Test("Attempts, works and others are counted separately")
  func counts() throws {
    let blocked = SampleRecord.knock(Self.bruteForceSource, from: 52_001, to: 22, at: noon + 400)
    let long = SampleRecord.conversation(
      Self.bruteForceSource,
      from: 52_002,
      LoginShape(clientPackets: 90, clientBytes: 9000, serverPackets: 80, serverBytes: 9000),
      at: noon + 500
    )
    let greeting = SampleRecord.conversation(
      Self.bruteForceSource,
      from: 52_003,
      .greeting,
      at: noon + 600
    )
    let tried = try Self.attempts(Self.tries(Self.minutes(6)) + [blocked] + long + greeting)
    #expect(tried.attempts == 6)
    #expect(tried.works == 1)
    #expect(tried.others == 2)
    #expect(tried.mode == .refused)
    #expect(tried.ofMode == 6)
    #expect(tried.flatness == 1)
    #expect(tried.medianGap == 61)
    #expect(tried.firstStart == noon)
    #expect(tried.lastStart == noon + 305)
    #expect(tried.first == noon)
    #expect(tried.last == noon + 520)
    #expect(tried.bytes == 6 * (1986 + 2410) + 18_000)
    #expect(tried.packets == 6 * 27 + 170)
  }

  struct Shape: Sendable, CustomTestStringConvertible {
    var what: String
    var client: (packets: UInt32, bytes: UInt32)
    var serverBytes: UInt32 = 2410
    var counts: Bool
    var testDescription: String { "\(what) → \(counts ? "yes" : "no")" }
  }

  @Test(
    "A try at SSH has 8 to 60 packets, 1,200 bytes from the client and 1,500 back",
    arguments: [
      Shape(what: "usual", client: (14, 1986), counts: true),
      Shape(what: "8 packets", client: (8, 1986), counts: true),
      Shape(what: "7 packets", client: (7, 1986), counts: false),
      Shape(what: "60 packets", client: (60, 5000), counts: true),
      Shape(what: "61 packets", client: (61, 5000), counts: false),
      Shape(what: "1,200 bytes", client: (14, 1200), counts: true),
      Shape(what: "1,199 bytes", client: (14, 1199), counts: false),
      Shape(what: "1,500 back", client: (14, 1986), serverBytes: 1500, counts: true),
      Shape(what: "1,499 back", client: (14, 1986), serverBytes: 1499, counts: false),
    ]
  )
  func tryOfSSH(_ example: Shape) throws {
    let shape = LoginShape(
      clientPackets: example.client.packets,
      clientBytes: example.client.bytes,
      serverPackets: 13,
      serverBytes: example.serverBytes
    )
    let more = Self.tries([600], shape, firstPort: 52_000)
    let tried = try Self.attempts(Self.tries(Self.minutes(3)) + more)
    #expect(tried.attempts == (example.counts ? 4 : 3))
  }

  @Test(
    "Alike is within one packet and 5 percent of the usual bytes",
    arguments: [
      Shape(what: "the same", client: (14, 1986), counts: true),
      Shape(what: "a packet more", client: (15, 1986), counts: true),
      Shape(what: "a packet less", client: (13, 1986), counts: true),
      Shape(what: "two packets more", client: (16, 1986), counts: false),
      // 5 % of 1,986 are 99.3.
      Shape(what: "99 bytes more", client: (14, 2085), counts: true),
      Shape(what: "100 bytes more", client: (14, 2086), counts: false),
      Shape(what: "100 bytes less", client: (14, 1886), counts: false),
      Shape(what: "other bytes back", client: (14, 1986), serverBytes: 9000, counts: true),
    ]
  )
  func alike(_ example: Shape) throws {
    let shape = LoginShape(
      clientPackets: example.client.packets,
      clientBytes: example.client.bytes,
      serverPackets: 13,
      serverBytes: example.serverBytes
    )
    let more = Self.tries([600], shape, firstPort: 52_000)
    let tried = try Self.attempts(Self.tries(Self.minutes(4)) + more)
    #expect(tried.attempts == 5)
    #expect(tried.flat == (example.counts ? 5 : 4))
    #expect(tried.mode == .refused)
  }

  struct Chain: Sendable, CustomTestStringConvertible {
    var port: UInt16
    var pauses: [UInt32]
    var chained: UInt32
    var testDescription: String { "tcp/\(port), pauses \(pauses) → \(chained)" }
  }

  @Test(
    "A chain ends with a pause above six hours at SSH, half an hour elsewhere",
    arguments: [
      Chain(port: 22, pauses: [60, 60, 60], chained: 4),
      Chain(port: 22, pauses: [60, 21_600, 60], chained: 4),
      Chain(port: 22, pauses: [60, 21_601, 60], chained: 2),
      Chain(port: 22, pauses: [21_601, 60, 60, 60], chained: 4),
      Chain(port: 3389, pauses: [60, 1800, 60], chained: 4),
      Chain(port: 3389, pauses: [60, 1801, 60], chained: 2),
    ]
  )
  func chains(_ example: Chain) throws {
    let seconds = example.pauses.reduce(into: [UInt32(0)]) { $0.append(($0.last ?? 0) + $1) }
    let tried = try Self.attempts(Self.tries(seconds, port: example.port))
    #expect(tried.attempts == UInt32(seconds.count))
    #expect(tried.chained == example.chained)
  }

  @Test(
    "Both ends of a minute belong to it",
    arguments: [([0, 30, 60], 3), ([0, 30, 61], 2), ([0, 100, 130, 160, 160], 4)]
      as [([UInt32], UInt32)]
  )
  func inOneMinute(seconds: [UInt32], most: UInt32) throws {
    #expect(try Self.attempts(Self.tries(seconds)).inOneMinute == most)
  }

  @Test("The largest, the second largest and the longest stand out, with what came after them")
  func candidates() throws {
    var larger = LoginShape.refused
    larger.clientPackets += 6
    larger.serverBytes += 1572
    let records =
      Self.tries(Self.minutes(9))
      + Self.tries([200], larger, firstPort: 52_000)
      + SampleRecord.conversation(Self.bruteForceSource, from: 52_001, .shell, at: noon + 300)
      + SampleRecord.conversation(
        Self.bruteForceSource,
        from: 52_002,
        .refused,
        at: noon + 420,
        lasting: 90
      )
      + SampleRecord.conversation(Self.bruteForceSource, from: 52_003, .greeting, at: noon + 321)
    let tried = try Self.attempts(records)
    // Attempts start at 0, 61, ... 488; after 200 come those at 244, 305, 366, 427, 488, and 300 and 420.
    #expect(tried.secondLargest.shape == larger)
    #expect(tried.secondLargest.attemptsAfter == 7)
    #expect(tried.secondLargest.nextStart == noon + 244)
    #expect(!tried.secondLargest.nextFailed)
    #expect(!tried.secondLargest.isBanned)
    #expect(tried.largest.shape == .shell)
    #expect(tried.largest.first == noon + 300)
    #expect(tried.largest.attemptsAfter == 5)
    #expect(tried.largest.nextStart == noon + 305)
    #expect(tried.longest.seconds == 90)
    #expect(tried.longest.first == noon + 420)
    #expect(tried.outliers == 2)
    #expect(tried.successShaped == 1)
    #expect(tried.clearSuccesses == 1)
  }

  @Test(
    "A source that is blocked within forty seconds after a conversation was banned",
    arguments: [(320, true), (360, true), (361, false)] as [(UInt32, Bool)]
  )
  func banned(next: UInt32, isBanned: Bool) throws {
    // The shell lasts from 300 to 320.
    let tried = try Self.attempts(
      Self.tries(Self.minutes(3))
        + SampleRecord.conversation(Self.bruteForceSource, from: 52_001, .shell, at: noon + 300)
        + [.knock(Self.bruteForceSource, from: 52_002, to: 22, at: noon + next)]
    )
    #expect(tried.largest.nextFailed)
    #expect(tried.largest.nextStart == noon + next)
    #expect(tried.largest.isBanned == isBanned)
    #expect(tried.endsTurnedAway)
  }

  @Test(
    "Few attempts create no rows, unless one is a session",
    arguments: [(2, false, 0), (3, false, 1), (0, true, 1)]
  )
  func few(tries: Int, stays: Bool, sources: Int) throws {
    var records = SampleRecord.background + Self.tries(Self.minutes(tries))
    if stays { records += SampleRecord.conversation(Self.bruteForceSource, from: 52_001, .shell) }
    #expect(try SampleRun(records).logins.count == sources)
  }

  @Test("Unanswered packets are no login attempts, however many")
  func unanswered() throws {
    let knocks = (0..<50).map {
      SampleRecord.knock(
        Self.bruteForceSource,
        from: 40_000 + UInt16($0),
        to: 22,
        at: noon + UInt32($0) * 60
      )
    }
    #expect(try SampleRun(SampleRecord.background + knocks).logins.isEmpty)
  }

  @Test("Targets come by address and port; each knows its service and side")
  func targets() throws {
    let records =
      Self.tries(Self.minutes(3), at: "10.0.0.1", port: 2222)
      + Self.tries(Self.minutes(3), at: "10.0.0.1", port: 3389)
      + Self.tries(Self.minutes(3), by: "10.0.0.1", at: "198.51.100.9")
      + Self.tries(Self.minutes(3), at: "10.0.0.1", port: 443)
    let run = try SampleRun(SampleRecord.background + records)
    #expect(run.logins.map(\.address.description) == ["10.0.0.1", Self.bruteForceSource])
    #expect(run.logins.map(\.isInternal) == [true, false])
    #expect(run.logins.map(\.isOwn) == [true, false])
    #expect(run.logins.map { $0.targets.map(\.isInside) } == [[false], [true, true]])
    #expect(run.logins.map { $0.targets.map(\.service) } == [[.ssh], [.ssh, .rdp]])
    #expect(run.logins.map { $0.targets.map(\.port) } == [[22], [2222, 3389]])
  }

  @Test(
    "A port without a known service counts as SSH if ten sources make five SSH-like attempts each",
    arguments: [(10, 5, 10), (9, 5, 0), (10, 4, 0), (12, 9, 12)]
  )
  func unknownPort(sources: Int, tries: Int, found: Int) throws {
    let records = (0..<sources).flatMap {
      Self.tries(Self.minutes(tries), by: "203.0.113.\($0)", port: 4022)
    }
    let run = try SampleRun(SampleRecord.background + records)
    #expect(run.logins.count == found)
    #expect(run.logins.allSatisfy { $0.targets.map(\.service) == [.ssh] })
    #expect(run.logins.allSatisfy { $0.targets.map(\.port) == [4022] })
  }

  @Test(
    "Four of five equal intervals of a minute or more are a schedule, whatever times are forged",
    arguments: [
      ([0, 300, 600, 900, 1200], true), ([0, 300, 600, 905, 1210, 1500], true),
      ([0, 300, 310, 900, 2000], false), ([0, 50, 100, 150, 200], false),
      ([0, 300, 600, 900, 1200, 2_400_000_000], true),
      ([0, 2_300_000_000, 2_400_000_000], false),
    ] as [([UInt32], Bool)]
  )
  func schedule(seconds: [UInt32], isScheduled: Bool) throws {
    let tried = try Self.attempts(Self.tries(seconds))
    #expect(Int(tried.attempts) == seconds.count)
    #expect(tried.isScheduled == isScheduled)
  }

  @Test("Attempts of one window have no order: none of them is before or after another one")
  func order() throws {
    let large = LoginShape(
      clientPackets: 50,
      clientBytes: 6000,
      serverPackets: 45,
      serverBytes: 12_000
    )
    let one = Self.tries([0, 0, 0, 0], firstPort: 42_000)
    let later = Self.tries([600, 600], firstPort: 43_000)
    let tried = try Self.attempts(one + Self.tries([0], large, firstPort: 44_000) + later)
    #expect(tried.largest.shape == large)
    #expect(tried.largest.attemptsBefore == 0)
    #expect(tried.largest.attemptsAfter == 2)
  }

  @Test("IPv6 sources are seen as others are")
  func addressFamily() throws {
    let records = Self.tries(Self.minutes(5), by: "2001:db8:b::7", at: "2001:db8:a::1")
    let login = try #require(try SampleRun(records).logins.first)
    #expect(login.address.description == "2001:db8:b::7")
    #expect(login.targets.map(\.attempts.attempts) == [5])
  }
}
