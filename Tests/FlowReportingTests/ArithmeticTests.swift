import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("Arithmetic: how a score came about, in one line")
struct ArithmeticTests {
  private static func reason(
    _ measure: String,
    _ value: Double,
    to: Double = 1000,
    weight: Double = 0.5,
    contribution: Double
  ) -> Reason {
    Reason(
      measure: measure,
      value: value,
      from: to == 1 ? 0 : 10,
      to: to,
      weight: weight,
      contribution: contribution
    )
  }

  private static func line(score: Double, stage: Stage, _ why: [Reason]) -> String {
    var finding = Example.finding(score: score)
    finding.stage = stage
    finding.why = why
    return Arithmetic.line(finding)
  }

  @Test("Score, stage, band and share come first, then each part with what it gave and could give")
  func parts() {
    // 1 - (1 - 0.13) * (1 - 0.3) = 0.391
    let why = [
      Self.reason("seconds", 300, contribution: 0.13),
      Self.reason("attempts stopped", 1, to: 1, weight: 0.3, contribution: 0.3),
    ]
    #expect(
      Self.line(score: 77.4, stage: .p5, why)
        == "77 = likely compromise (70–89), 39 % of the range: seconds 300 (0.13 of 0.5), attempts stopped (0.3 of 0.3)"
    )
  }

  @Test("Parts that gave nothing are left out; with none of them the line ends early")
  func nothing() {
    let none = Self.reason("targets", 1, contribution: 0)
    #expect(
      Self.line(score: 30, stage: .p3, [none]) == "30 = brute force (30–54), 0 % of the range"
    )
    #expect(Self.line(score: 5, stage: .p1, []) == "5 = reconnaissance (5–29), 0 % of the range")
    let some = Self.reason("attempts", 100, contribution: 0.25)
    #expect(
      Self.line(score: 36, stage: .p3, [none, some])
        == "36 = brute force (30–54), 25 % of the range: attempts 100 (0.25 of 0.5)"
    )
  }

  struct Value: Sendable, CustomTestStringConvertible {
    var value: Double
    var to: Double
    var shown: String
    var testDescription: String { "\(value) → \(shown)" }
  }

  @Test(
    "Whole values have no decimals, others two; a fact has no value",
    arguments: [
      Value(value: 2773, to: 1000, shown: "measure 2,773 (0.25 of 0.5)"),
      Value(value: 65.25, to: 720, shown: "measure 65.25 (0.25 of 0.5)"),
      Value(value: 1, to: 1, shown: "measure (0.25 of 0.5)"),
      // A share of a half is no fact, though its scale is 0 to 1.
      Value(value: 0.5, to: 1, shown: "measure 0.5 (0.25 of 0.5)"),
    ]
  )
  func values(_ example: Value) {
    let why = [Self.reason("measure", example.value, to: example.to, contribution: 0.25)]
    let line = Self.line(score: 11, stage: .p1, why)
    #expect(line == "11 = reconnaissance (5–29), 25 % of the range: \(example.shown)")
  }

  @Test(
    "Every stage shows its band",
    arguments: zip(
      Stage.allCases,
      [
        "hygiene and operations (1–15)", "reconnaissance (5–29)", "exposure (20–39)",
        "brute force (30–54)", "anomaly (40–69)", "possible compromise (55–69)",
        "likely compromise (70–89)", "compromise (90–100)",
      ]
    )
  )
  func stages(stage: Stage, band: String) {
    let score = stage.band.lowerBound
    let line = Self.line(score: score, stage: stage, [])
    #expect(line == "\(Int(score)) = \(band), 0 % of the range")
  }
}
