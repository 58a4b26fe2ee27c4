import FlowDetection
import Testing

@testable import FlowFindings
@testable import FlowReporting

@Suite("Words: text fit for a terminal")
struct TextFormatTests {
  @Test(
    "Control characters show as what they are",
    arguments: [
      ("plain → text", "plain → text"),
      ("\u{1b}[2J", #"\x1b[2J"#),
      ("a\nb", #"a\xab"#),
      ("a\r\nb", #"a\xd\xab"#),
      ("\u{0}\u{7f}\u{9b}", #"\x0\x7f\x9b"#),
      ("\u{202e}gpj.exe\u{202c}", #"\x202egpj.exe\x202c"#),
      ("\u{61c}\u{200e}\u{200f}", #"\x61c\x200e\x200f"#),
      ("\u{2066}x\u{2069}", #"\x2066x\x2069"#),
      ("\u{200b}\u{feff}", #"\x200b\xfeff"#),
      ("\u{2028}\u{2029}", #"\x2028\x2029"#),
      ("\u{a0}Zürich 東京 🙂", "\u{a0}Zürich 東京 🙂"),
    ]
  )
  func safe(text: String, expected: String) {
    #expect(TextFormat.safe(text) == expected)
  }

  @Test("No bidirectional control of Unicode comes through")
  func bidirectional() {
    for value in UInt32(0)...0x2_ffff {
      guard let scalar = Unicode.Scalar(value), scalar.properties.isBidiControl else { continue }
      #expect(!TextFormat.safe(String(scalar)).unicodeScalars.contains(scalar))
    }
  }

  @Test(
    "Text is cut at characters, with a mark",
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("", 0, ""),
      ("🇨🇭🇨🇭🇨🇭", 2, "🇨🇭…"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ]
  )
  func cut(text: String, width: Int, expected: String) {
    #expect(TextFormat.cut(text, width) == expected)
  }

  @Test("Padding fills up and never cuts")
  func padding() {
    #expect(TextFormat.padded("ab", 4) == "ab  ")
    #expect(TextFormat.leading("ab", 4) == "  ab")
    #expect(TextFormat.padded("abcde", 4) == "abcde")
    #expect(TextFormat.leading("abcde", 4) == "abcde")
  }

  @Test(
    "Digits stand in groups of three",
    arguments: [
      (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (12_345, "12,345"),
      (123_456, "123,456"), (1_234_567, "1,234,567"),
      (UInt64.max, "18,446,744,073,709,551,615"),
    ] as [(UInt64, String)]
  )
  func grouped(number: UInt64, expected: String) {
    #expect(TextFormat.grouped(number) == expected)
  }

  @Test(
    "Sizes are in binary units",
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (10_240, "10 KiB"),
      (102_400, "100 KiB"), (157_286, "154 KiB"), (1_048_576, "1 MiB"),
      (1_610_612_736, "1.5 GiB"), (1_099_511_627_776, "1 TiB"), (1 << 50, "1 PiB"),
      (UInt64.max, "16384 PiB"),
    ] as [(UInt64, String)]
  )
  func size(bytes: UInt64, expected: String) {
    #expect(TextFormat.size(bytes) == expected)
  }

  @Test("One is singular, all else is plural")
  func plural() {
    #expect(TextFormat.plural(0, "record") == "0 records")
    #expect(TextFormat.plural(1, "record") == "1 record")
    #expect(TextFormat.plural(1000, "record") == "1,000 records")
    #expect(TextFormat.plural(1, "address", "addresses") == "1 address")
    #expect(TextFormat.plural(2, "address", "addresses") == "2 addresses")
  }

  @Test(
    "A style is at least 60 columns wide",
    arguments: [(0, 60), (59, 60), (61, 61), (200, 200)]
  )
  func width(asked: Int, got: Int) {
    #expect(TextStyle(width: asked, usesColor: false, top: nil).width == got)
  }

  @Test("Color surrounds text only when asked for", arguments: Severity.allCases)
  func color(severity: Severity) {
    let plain = TextStyle(width: 80, usesColor: false, top: nil)
    let colored = TextStyle(width: 80, usesColor: true, top: nil)
    #expect(plain.paint("x", severity) == "x")
    #expect(plain.bold("x") == "x")
    #expect(plain.dim("x") == "x")
    for text in [colored.paint("x", severity), colored.bold("x"), colored.dim("x")] {
      #expect(text.hasPrefix("\u{1b}["))
      #expect(text.hasSuffix("mx\u{1b}[0m"))
    }
  }

  @Test("Badges tell severities apart without color, all of one width")
  func badges() {
    let badges = Severity.allCases.map(TextStyle.badge)
    #expect(Set(badges).count == 5)
    #expect(badges.allSatisfy { $0.count == 6 })
  }
}
