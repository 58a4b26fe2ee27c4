import FlowTestSupport
import FlowAggregation
import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("Score: evidence from 0 to 1, weighed and joined within a band")
struct ScoreTests {
  @Test(
    "The natural logarithm is right to 14 places",
    arguments: [
      (1.0, 0.0),
      (2.0, 0.693_147_180_559_945_3),
      (1.5, 0.405_465_108_108_164_4),
      (3.0, 1.098_612_288_668_109_8),
      (10.0, 2.302_585_092_994_046),
      (65.0 / 24.0, 0.996_333_439_547_691_5),
      (1000.0, 6.907_755_278_982_137),
      (1_000_000.0, 13.815_510_557_964_274),
      (0.5, -0.693_147_180_559_945_3),
      (0.001, -6.907_755_278_982_137),
    ]
  )
  func logarithm(value: Double, expected: Double) {
    #expect(abs(naturalLog(value) - expected) <= 1e-14)
  }

  @Test("The logarithm never falls where the exponent steps", arguments: [1, 2, 4, 8, 1024])
  func binades(value: Double) {
    #expect(naturalLog(value.nextDown) <= naturalLog(value))
    #expect(naturalLog(value) <= naturalLog(value.nextUp))
  }

  @Test(
    "A logarithmic scale has its start, its end and its middle at the geometric mean",
    arguments: [
      (0.0, 0.0), (9.999, 0.0), (10.0, 0.0), (31.622_776_601_683_79, 0.25), (100.0, 0.5),
      (1000.0, 1.0), (1001.0, 1.0), (1e12, 1.0),
    ]
  )
  func logarithmicScale(value: Double, place: Double) throws {
    var score = Score()
    score.add(.log("ports", 10...1000, weight: 0.5), value)
    let reason = try #require(score.reasons.first)
    #expect(abs(reason.contribution - 0.5 * place) < 1e-12)
    #expect(abs(score.value(in: 0...100) - 50 * place) < 1e-10)
  }

  @Test(
    "A linear scale has its start, its end and its middle at the mean",
    arguments: [(-1.0, 0.0), (0.1, 0.0), (0.55, 0.5), (1.0, 1.0), (7.0, 1.0)]
  )
  func linearScale(value: Double, place: Double) throws {
    var score = Score()
    score.add(.linear("share", 0.1...1, weight: 0.3), value)
    let reason = try #require(score.reasons.first)
    #expect(abs(reason.contribution - 0.3 * place) < 1e-12)
  }

  @Test("Without evidence the score is the foot of its band")
  func noEvidence() {
    #expect(Score().value(in: 5...29) == 5)
  }

  @Test("Evidence joins as 1 - (1 - a)(1 - b), in any order, and never leaves the band")
  func joined() {
    var score = Score()
    score.add(.linear("a", 0...1, weight: 0.5), 1)
    score.add(.linear("b", 0...1, weight: 0.5), 1)
    #expect(score.value(in: 0...100) == 75)
    score.add(.linear("c", 0...1, weight: 1), 1)
    #expect(score.value(in: 5...29) == 29)
  }

  @Test("Reasons keep the order, the scale and the measured value")
  func reasons() {
    var score = Score()
    score.add(.log("ports", 10...1000, weight: 0.6), 100)
    score.add(.linear("share", 0...4, weight: 0.2), 3)
    let expected = [
      Reason(measure: "ports", value: 100, from: 10, to: 1000, weight: 0.6, contribution: 0.3),
      Reason(measure: "share", value: 3, from: 0, to: 4, weight: 0.2, contribution: 0.2 * 0.75),
    ]
    #expect(score.reasons == expected)
  }
}

@Suite("Scores are monotone: more of the same never lowers them")
struct MonotoneScoreTests {
  private struct Scan {
    var ports: Int
    var victims: Int
    var targets: Int
    var hours: Int

    init(_ numbers: inout SeededNumbers) {
      ports = Int.random(in: 10...1500, using: &numbers)
      victims = Int.random(in: 1...60, using: &numbers)
      targets = Int.random(in: 10...1500, using: &numbers)
      hours = Int.random(in: 0...800, using: &numbers)
    }

    func vertical() throws -> Double {
      let closed = (0..<victims).map {
        VictimPorts.closed(ports, of: Example.ownV6($0), hours: Double(hours))
      }
      let source = SourceProfile.trying([], victims: closed)
      return try #require(VerticalScan().found(in: [source]).first).exactScore
    }

    func horizontal() throws -> Double {
      let attempts = ServiceAttempts.each(
        .ssh,
        blocked: targets,
        hours: Double(hours),
        own: Example.ownV6
      )
      let source = SourceProfile.trying([attempts], from: Example.strangerV6(1))
      let network = Example.network(own: 0, ownV6: 1000)
      return try #require(HorizontalScan().found(in: [source], network).first).exactScore
    }
  }

  @Test("More ports, addresses or hours", arguments: 1...40)
  func more(seed: UInt64) throws {
    var numbers = SeededNumbers(seed)
    let scan = Scan(&numbers)
    let step = Int.random(in: 1...300, using: &numbers)
    for member in [\Scan.ports, \Scan.victims, \Scan.targets, \Scan.hours] {
      var larger = scan
      larger[keyPath: member] += step
      #expect(try larger.vertical() >= scan.vertical())
      #expect(try larger.horizontal() >= scan.horizontal())
    }
    #expect(Stage.p1.band.contains(try scan.vertical()))
    #expect(Stage.p1.band.contains(try scan.horizontal()))
  }

  @Test("Within the scale every step raises the score")
  func strictly() throws {
    var numbers = SeededNumbers(1)
    var scan = Scan(&numbers)
    (scan.ports, scan.victims, scan.targets, scan.hours) = (100, 5, 100, 100)
    for member in [\Scan.ports, \Scan.victims, \Scan.hours] {
      var larger = scan
      larger[keyPath: member] += 1
      #expect(try larger.vertical() > scan.vertical())
    }
    for member in [\Scan.targets, \Scan.hours] {
      var larger = scan
      larger[keyPath: member] += 1
      #expect(try larger.horizontal() > scan.horizontal())
    }
  }
}
