import Testing

@testable import FlowFindings
@testable import FlowReporting

@Suite("Wrapping: long lines of the screen")
struct WrappingTests {
  @Test(
    "Long text is broken at blanks, longer words anywhere",
    arguments: [
      ("", [""]),
      ("one two", ["one two"]),
      ("0123456789", ["0123456789"]),
      ("one two three", ["one two", "  three"]),
      ("one two three four five", ["one two", "  three", "  four", "  five"]),
      ("0123456789abcdefghij", ["0123456789", "  abcdefgh", "  ij"]),
      ("a 0123456789", ["a", "  01234567", "  89"]),
      ("a  b", ["a  b"]),
    ]
  )
  func wrapped(text: String, expected: [String]) {
    #expect(TextFormat.wrapped(text, 10) == expected)
  }
}
