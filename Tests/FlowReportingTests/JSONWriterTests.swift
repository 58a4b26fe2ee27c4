import Testing

@testable import FlowFindings
@testable import FlowReporting

@Suite("JSON writer: the text, byte by byte")
struct JSONWriterTests {
  private static func written(_ write: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    write(&json)
    return json.bytes.text
  }

  @Test(
    "Strings escape quotes, backslashes and everything that a terminal obeys",
    arguments: [
      ("plain", #""plain""#),
      ("", #""""#),
      (#"say "hi""#, #""say \"hi\"""#),
      (#"a\b"#, #""a\\b""#),
      ("a\nb\tc\rd", #""a\nb\tc\rd""#),
      ("\r\n", #""\r\n""#),
      ("\u{0}", #""\u0000""#),
      ("\u{1b}[31m", #""\u001b[31m""#),
      ("\u{1f}\u{20}", #""\u001f ""#),
      ("~\u{7f}", #""~\u007f""#),
      ("\u{80}\u{9f}\u{a0}", "\"\\u0080\\u009f\u{a0}\""),
      ("\u{2028}\u{2029}", #""\u2028\u2029""#),
      ("a/b", #""a/b""#),
      ("Zürich → 東京 🙂", #""Zürich → 東京 🙂""#),
      ("e\u{301}", "\"e\u{301}\""),
    ]
  )
  func escaping(text: String, expected: String) throws {
    let written = Self.written { $0.value(text) }
    #expect(Array(written.utf8) == Array(expected.utf8))
    #expect(try JSONText.value(written) == .string(text))
  }

  @Test("Names of members are escaped like values")
  func names() {
    #expect(
      Self.written { $0.object { $0.member("a\"b", 1) } } == "{\n  \"a\\\"b\": 1\n}"
    )
  }

  @Test("Empty objects, arrays and lists stay on one line")
  func empty() {
    #expect(Self.written { $0.object { _ in } } == "{}")
    #expect(Self.written { $0.array { _ in } } == "[]")
    #expect(Self.written { $0.list([]) } == "[]")
    let nested = Self.written { json in
      json.object { json in
        json.key("none")
        json.array { _ in }
        json.key("nothing")
        json.object { _ in }
        json.member("list", [String]())
      }
    }
    #expect(nested == "{\n  \"none\": [],\n  \"nothing\": {},\n  \"list\": []\n}")
  }

  @Test("Members keep their order, nesting indents by two")
  func nesting() {
    let written = Self.written { json in
      json.object { json in
        json.member("z", true)
        json.member("a", false)
        json.key("rows")
        json.array { json in
          for number in [1, 2] {
            json.element()
            json.object { $0.member("n", number) }
          }
          json.element()
          json.array { json in
            json.element()
            json.value("x")
          }
        }
        json.member("texts", ["a", "b"])
      }
    }
    let expected = """
      {
        "z": true,
        "a": false,
        "rows": [
          {
            "n": 1
          },
          {
            "n": 2
          },
          [
            "x"
          ]
        ],
        "texts": ["a", "b"]
      }
      """
    #expect(written == expected)
  }

  @Test("Whole numbers are written in full")
  func wholeNumbers() {
    #expect(Self.written { $0.value(UInt64.max) } == "18446744073709551615")
    #expect(Self.written { $0.value(Int64.min) } == "-9223372036854775808")
    #expect(Self.written { $0.value(0) } == "0")
  }

  @Test(
    "Other numbers have at most three decimals",
    arguments: [
      (0.0, "0"), (1.0, "1"), (0.1, "0.1"), (0.058_586, "0.059"), (0.0005, "0.001"),
      (0.0004, "0"), (65.5, "65.5"), (2.9996, "3"), (1.01, "1.01"), (-0.25, "-0.25"),
      (-0.0001, "0"), (123_456_789.125, "123456789.125"),
    ]
  )
  func decimals(number: Double, expected: String) {
    #expect(Self.written { $0.value(number) } == expected)
  }
}

@Suite("JSON text: the reader of these tests refuses what is no JSON")
struct JSONTextTests {
  @Test(
    "No JSON",
    arguments: [
      "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "[1 2]", "01", "1.", "\"\n\"", "tru",
      "{} x", "\"\\x\"", "nul", "{a:1}",
    ]
  )
  func refused(text: String) {
    #expect(throws: JSONFault.self) { try JSONText.value(text) }
  }

  @Test("JSON")
  func read() throws {
    let value = try JSONText.value(#" {"a": [1, -2.5e3, "x\u0041", true, null], "b": {}} "#)
    #expect(value["a"]?[1] == .number("-2.5e3"))
    #expect(value["a"]?[2] == .string("xA"))
    #expect(value["b"] == .object([:]))
    #expect(value.holdsNull)
  }
}
