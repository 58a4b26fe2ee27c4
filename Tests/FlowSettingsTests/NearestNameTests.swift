import Testing

@testable import FlowFindings
@testable import FlowSettings

@Suite("Nearest name: what somebody who misspelt a word may have meant")
struct NearestNameTests {
  @Test(
    "A distance counts the letters to add, drop or replace",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("top", "top", 0), ("top", "tops", 1),
      ("tops", "top", 1), ("top", "tip", 1), ("top", "otp", 2), ("kitten", "sitting", 3),
      ("threats-list", "threat-lists", 2),
    ]
  )
  func distance(left: String, right: String, letters: Int) {
    #expect(NearestName.distance(left, right) == letters)
    #expect(NearestName.distance(right, left) == letters)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var word: String
    var names: [String]
    var nearest: String?
    var testDescription: String { "\(word) among \(names) → \(nearest ?? "none")" }
  }

  @Test(
    "The nearest name is given when at most two letters differ, or a third of a longer word",
    arguments: [
      Case(word: "supress", names: ["suppress", "services"], nearest: "suppress"),
      Case(word: "tpo", names: ["top", "threads"], nearest: "top"),
      Case(word: "xyzzy", names: ["top", "threads"], nearest: nil),
      Case(word: "top", names: [], nearest: nil),
      // Three letters of nine are a third.
      Case(word: "threshxyz", names: ["threshold"], nearest: "threshold"),
      // Four of nine are more.
      Case(word: "threswxyz", names: ["threshold"], nearest: nil),
      // Both are one letter away: the first by name.
      Case(word: "ab", names: ["ax", "ac"], nearest: "ac"),
      Case(word: "ab", names: ["ac", "ax"], nearest: "ac"),
    ]
  )
  func nearest(_ example: Case) {
    #expect(NearestName.of(example.word, among: example.names) == example.nearest)
  }
}
