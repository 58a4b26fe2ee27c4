import Testing

@testable import FlowReporting

@Suite("Decimals")
struct DecimalsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var number: Double
    var places: Int
    var text: String
    var testDescription: String { "\(number) with \(places) → \(text)" }
  }

  @Test(
    "Decimals are rounded half up, without trailing zeros",
    arguments: [
      Case(number: 0, places: 0, text: "0"),
      Case(number: 0.5, places: 0, text: "1"),
      Case(number: 2.5, places: 0, text: "3"),
      Case(number: 2.49, places: 0, text: "2"),
      Case(number: 1.25, places: 1, text: "1.3"),
      Case(number: 1.05, places: 3, text: "1.05"),
      Case(number: 1.005, places: 1, text: "1"),
      Case(number: 10, places: 3, text: "10"),
      Case(number: 9.9999, places: 3, text: "10"),
      Case(number: -1.5, places: 1, text: "-1.5"),
      Case(number: -0.04, places: 1, text: "0"),
    ]
  )
  func decimals(_ example: Case) {
    #expect(Decimals.text(example.number, places: example.places) == example.text)
  }
}
