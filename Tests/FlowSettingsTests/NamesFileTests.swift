import FlowModel
import FlowTestSupport
import Testing

@testable import FlowFindings
@testable import FlowSettings

@Suite("Names file: what hosts and ranges are called")
struct NamesFileTests {
  private static func read(_ text: String) throws -> [String] {
    try NamesFile.parse(text, path: "names.txt").all.map { "\($0.network) \($0.name)" }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var line: String
    var entry: String?
    var testDescription: String { what }
  }

  @Test(
    "An address or range begins the line, its name follows",
    arguments: [
      Case(what: "as in a hosts file", line: "10.0.1.5 web-1", entry: "10.0.1.5/32 web-1"),
      Case(what: "tabs", line: "10.0.1.5\t\tweb-1\t", entry: "10.0.1.5/32 web-1"),
      Case(
        what: "a range, a name of two words",
        line: "10.0.0.0/16 production VPC",
        entry: "10.0.0.0/16 production VPC"
      ),
      Case(what: "a comma", line: "10.0.1.5,web-1", entry: "10.0.1.5/32 web-1"),
      Case(what: "a comma and blanks", line: " 10.0.1.5 , web-1 ", entry: "10.0.1.5/32 web-1"),
      Case(what: "commas in the name", line: "10.0.1.5 a, b", entry: "10.0.1.5/32 a, b"),
      Case(what: "quotes", line: #"10.0.1.5,"web, 1""#, entry: "10.0.1.5/32 web, 1"),
      Case(what: "all in quotes", line: #""10.0.1.5" "web-1" # x"#, entry: "10.0.1.5/32 web-1"),
      Case(
        what: "a quote in quotes",
        line: #"10.0.1.5 "the ""web""""#,
        entry: #"10.0.1.5/32 the "web""#
      ),
      Case(what: "a # in quotes", line: ##"10.0.1.5 "web #1""##, entry: "10.0.1.5/32 web #1"),
      Case(what: "a comment behind", line: "10.0.1.5 web-1 # new", entry: "10.0.1.5/32 web-1"),
      Case(what: "IPv6", line: "2001:db8::/32 office", entry: "2001:db8::/32 office"),
      Case(what: "host bits", line: "10.0.1.5/24 a", entry: "10.0.1.0/24 a"),
      Case(what: "letters beyond ASCII", line: "10.0.1.5 Büro", entry: "10.0.1.5/32 Büro"),
      Case(what: "a comment", line: "# 10.0.1.5 web-1", entry: nil),
      Case(what: "blanks", line: "  \t ", entry: nil),
      Case(what: "nothing", line: "", entry: nil),
    ]
  )
  func lines(_ example: Case) throws {
    let expected = [example.entry].compactMap(\.self)
    #expect(try Self.read(example.line) == expected)
    #expect(try Self.read("\u{feff}\r\n\(example.line)\r\n\r\n") == expected)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var line = 1
    var message: String
    var testDescription: String { message }
  }

  @Test(
    "Every mistake is told with its line",
    arguments: [
      Mistake(
        text: "10.0.1.5 a\nweb-1 10.0.1.6",
        line: 2,
        message: "'web-1' is not an address or CIDR range such as 10.0.1.5 or 10.0.0.0/16"
      ),
      Mistake(
        text: "10.0.0.0/33 a",
        message: "'10.0.0.0/33' is not an address or CIDR range such as 10.0.1.5 or 10.0.0.0/16"
      ),
      Mistake(
        text: "# names\r\n\r\n10.0.1.5\r\n",
        line: 3,
        message: "10.0.1.5 is not followed by a name"
      ),
      Mistake(text: "10.0.1.5 # web-1", message: "10.0.1.5 is not followed by a name"),
      Mistake(text: "10.0.1.5#web-1", message: "10.0.1.5 is not followed by a name"),
      Mistake(text: "10.0.1.5 \"\"", message: "10.0.1.5 is not followed by a name"),
      Mistake(text: "10.0.1.5 \"web-1", message: "a quote is not closed"),
      Mistake(text: "10.0.1.5 \"web-1\" b", message: "'b' follows the closing quote"),
      Mistake(
        text: "10.0.1.5 a\n10.0.1.5/32 a\n10.0.1.5,b",
        line: 3,
        message: "10.0.1.5/32 is already named 'a' above"
      ),
    ]
  )
  func mistakes(_ mistake: Mistake) {
    #expect(
      throws: SettingsError(path: "names.txt", line: mistake.line, message: mistake.message)
    ) { try Self.read(mistake.text) }
  }

  @Test("A file must be there and be text")
  func file() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("10.0.1.5 web-1\n".utf8), to: "names.txt")
    #expect(try NamesFile.read(path).all.count == 1)
    let binary = try folder.write([0x31, 0xff, 0xfe], to: "binary")
    #expect(throws: SettingsError(path: binary, line: nil, message: "this is not UTF-8 text")) {
      try NamesFile.read(binary)
    }
    #expect(throws: SettingsError.self) { try NamesFile.read("\(folder.path)/none") }
  }
}
