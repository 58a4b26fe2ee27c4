import FlowTestSupport
import Testing

@testable import FlowFindings
@testable import FlowReporting

@Suite("The parts of a mail: addresses, headers, transfer encoding")
struct MailTextTests {
  @Test(
    "Addresses as they stand in a header",
    arguments: [
      ("ann@example.org", "ann@example.org"), (" ann@example.org ", "ann@example.org"),
      ("Ann <ann@example.org>", "\"Ann\" <ann@example.org>"), ("root", "root"),
      ("\"A, B\" <a+b@x-y.example>", "\"A, B\" <a+b@x-y.example>"), ("<a@b>", "a@b"),
      ("Jörg <j@example.org>", "=?utf-8?Q?J=C3=B6rg?= <j@example.org>"),
      ("=?x <a@b>", "=?utf-8?Q?=3D=3Fx?= <a@b>"),
    ]
  )
  func address(text: String, header: String) {
    #expect(MailAddress(text)?.header == header)
  }

  @Test(
    "What is no address",
    arguments: [
      "", " ", "a b@c", "a@b, c@d", "a@b\nBcc: c@d", "A\nB <a@b>", "A\r <a@b>", "a@", "@b", "a@b@c",
      "a..b@c", ".a@b", "a@b..c", "<a@b", "a@b>", "A \"B\" C <a@b>", "A\\ <a@b>", "a@b c", "a;b",
      "-oProxy", "a@bü", "ä@b", "a(b)@c", "\u{202e}A <a@b>", "a@[10.0.0.1]",
      String(repeating: "a", count: 255), String(repeating: "A", count: 65) + " <a@b>",
    ]
  )
  func noAddress(text: String) {
    #expect(MailAddress(text) == nil)
  }

  @Test(
    "Header fields",
    arguments: [
      ("weir: ok", "Subject: weir: ok"), ("é", "Subject: =?utf-8?Q?=C3=A9?="),
      ("a =?b", "Subject: =?utf-8?Q?a_=3D=3Fb?="), ("", "Subject: "),
      (
        "aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa bb",
        "Subject: aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa\n bb"
      ),
    ]
  )
  func field(text: String, field: String) {
    #expect(EncodedWords.field("Subject", text) == field)
  }

  @Test("Lines of encoded words are short, and no word breaks a character")
  func longWords() throws {
    let field = EncodedWords.field("Subject", String(repeating: "🏴", count: 40))
    let lines = field.split(separator: "\n")
    #expect(lines.count > 3)
    for line in lines {
      #expect(line.count <= 76)
      let word = try #require(line.split(separator: "?").dropFirst(3).first)
      #expect(word.split(separator: "=").count % 4 == 0)
    }
  }

  @Test(
    "Transfer encoding",
    arguments: [
      ("a\n", "a\n"), ("a", "a\n"), ("", ""), ("\n\n", "\n\n"), ("a=b\n", "a=3Db\n"),
      ("a \n", "a=20\n"), ("é\n", "=C3=A9\n"), (".\n", "=2E\n"), ("..a\n", "=2E.a\n"),
      ("From x\n", "=46rom x\n"), ("\t\r\n", "=09=0D\n"),
      (String(repeating: "a", count: 76) + "\n", String(repeating: "a", count: 76) + "\n"),
      (
        String(repeating: "a", count: 77) + "\n",
        String(repeating: "a", count: 75) + "=\naa\n"
      ),
      (
        String(repeating: "a", count: 75) + ".b\n",
        String(repeating: "a", count: 75) + "=\n=2Eb\n"
      ),
      (
        String(repeating: "a", count: 74) + "é\n",
        String(repeating: "a", count: 74) + "=\n=C3=A9\n"
      ),
    ]
  )
  func transfer(text: String, encoded: String) {
    #expect(QuotedPrintable.of(text) == encoded)
  }

  @Test("Escaping of pages looks at scalars, not at characters")
  func strictHTML() {
    #expect(
      StrictHTML().escapeText("<\u{301}&\u{301}\"\u{301}'\u{301}>\u{301}")
        == "&lt;\u{301}&amp;\u{301}&quot;\u{301}&#39;\u{301}&gt;\u{301}"
    )
  }
}
