import FlowTestSupport
import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Monotonic scores: more of anything bad never lowers a score")
struct MonotonicScoreTests {
  /// A number of any magnitude up to 10 million.
  private static func amount(_ numbers: inout SeededNumbers) -> Int {
    let digits = Int.random(in: 1...7, using: &numbers)
    return Int.random(
      in: 0..<(0..<digits).reduce(1) { product, _ in product * 10 },
      using: &numbers
    )
  }

  /// Two amounts, the smaller one first.
  private static func pair(
    _ numbers: inout SeededNumbers,
    upTo limit: Int = .max
  ) -> (less: Int, more: Int) {
    let (one, other) = (amount(&numbers), amount(&numbers))
    return (min(one, other, limit), min(max(one, other), limit))
  }

  private static func check(_ less: Score, _ more: Score) {
    #expect(less.filled <= more.filled)
    for score in [less, more] {
      #expect(0...1 ~= score.filled)
      for stage in Stage.allCases { #expect(stage.band.contains(score.value(in: stage.band))) }
    }
  }

  @Test("Brute force: attempts, equal sizes, sources, targets", arguments: 1...200)
  func bruteForce(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    let attempts = Self.pair(&numbers)
    let sources = Self.pair(&numbers)
    let targets = Self.pair(&numbers)
    let flatness = [Double.random(in: 0...1, using: &numbers), .random(in: 0...1, using: &numbers)]
    Self.check(
      BruteForceScore.of(
        attempts: UInt64(attempts.less),
        flatness: flatness.min() ?? 0,
        sources: UInt64(sources.less),
        targets: UInt64(targets.less)
      ),
      BruteForceScore.of(
        attempts: UInt64(attempts.more),
        flatness: flatness.max() ?? 0,
        sources: UInt64(sources.more),
        targets: UInt64(targets.more)
      )
    )
  }

  /// A conversation after so many attempts, larger than the usual one by so much.
  private static func suspect(
    tries: Int,
    outliers: Int,
    packets: Int,
    bytes: Int,
    seconds: Int
  ) -> LoginSuspect {
    var attempts = LoginAttempts()
    (attempts.attempts, attempts.outliers) = (UInt32(tries), UInt32(outliers))
    attempts.mode = .refused
    var shape = LoginShape.refused
    shape.clientPackets += UInt32(packets)
    shape.serverBytes += UInt32(bytes)
    return LoginSuspect(
      source: Example.stranger(1),
      sourceIsInternal: false,
      target: Target(address: Example.own(1), port: 22),
      service: .ssh,
      candidate: LoginCandidate(shape, lasting: UInt32(seconds)),
      attempts: attempts,
      isBruteForce: true,
      stays: false
    )
  }

  @Test("Likely login: seconds, bytes, attempts, and that the attempts stop", arguments: 1...200)
  func likely(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    let (tries, bytes) = (Self.pair(&numbers), Self.pair(&numbers))
    let seconds = Self.pair(&numbers)
    let less = Self.suspect(
      tries: tries.less,
      outliers: 0,
      packets: 0,
      bytes: bytes.less,
      seconds: seconds.less
    )
    let more = Self.suspect(
      tries: tries.more,
      outliers: 0,
      packets: 0,
      bytes: bytes.more,
      seconds: seconds.more
    )
    Self.check(
      LikelyLogin.likelyScore(less, stopped: false),
      LikelyLogin.likelyScore(more, stopped: Bool.random(using: &numbers))
    )
  }

  @Test("Possible login: packets, bytes, and how rare it is", arguments: 1...200)
  func possible(seed: UInt64) {
    var numbers = SeededNumbers(seed)
    let (packets, bytes) = (Self.pair(&numbers), Self.pair(&numbers))
    let tries = Self.pair(&numbers)
    let outliers = Self.pair(&numbers, upTo: tries.less)
    Self.check(
      LikelyLogin.possibleScore(
        Self.suspect(
          tries: tries.less,
          outliers: outliers.more,
          packets: packets.less,
          bytes: bytes.less,
          seconds: 20
        )
      ),
      LikelyLogin.possibleScore(
        Self.suspect(
          tries: tries.more,
          outliers: outliers.less,
          packets: packets.more,
          bytes: bytes.more,
          seconds: 20
        )
      )
    )
  }

  /// The scores of both, as far as they are found.
  private static func check(_ less: [Finding], _ more: [Finding]) throws {
    let (less, more) = (try #require(less.first), try #require(more.first))
    #expect(less.exactScore <= more.exactScore)
    for finding in [less, more] { #expect(finding.stage.band.contains(finding.exactScore)) }
  }

  @Test("Outbound scan: more failed addresses", arguments: 1...100)
  func sweep(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    let failed = Self.pair(&numbers)
    let answered = Int.random(in: 0...25, using: &numbers)
    func sweep(_ failed: Int) -> [Finding] {
      OutboundSweep().found(in: [
        .outbound([.tried(.ssh, failed: failed + 25, answered: answered)])
      ])
    }
    try Self.check(sweep(failed.less), sweep(failed.more))
  }

  @Test("Vertical scan: more ports, addresses, hours", arguments: 1...100)
  func vertical(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    let ports = Self.pair(&numbers, upTo: 65_000)
    let victims = Self.pair(&numbers, upTo: 100)
    let hours = Self.pair(&numbers, upTo: 2000)
    func scan(_ ports: Int, _ victims: Int, _ hours: Int) -> [Finding] {
      let victims = (0...victims).map {
        VictimPorts.closed(ports + 10, of: Example.own($0), hours: Double(hours))
      }
      return VerticalScan().found(in: [.trying([], victims: victims)])
    }
    try Self.check(
      scan(ports.less, victims.less, hours.less),
      scan(ports.more, victims.more, hours.more)
    )
  }

  @Test("Horizontal scan: more addresses, hours", arguments: 1...100)
  func horizontal(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    let network = Example.network(own: Int.random(in: 20...500, using: &numbers))
    let addresses = Self.pair(&numbers)
    let hours = Self.pair(&numbers, upTo: 2000)
    func scan(_ addresses: Int, _ hours: Int) -> [Finding] {
      let attempts = ServiceAttempts.each(.ssh, blocked: addresses + 10, hours: Double(hours))
      return HorizontalScan().found(in: [.trying([attempts])], network)
    }
    try Self.check(scan(addresses.less, hours.less), scan(addresses.more, hours.more))
  }
}
