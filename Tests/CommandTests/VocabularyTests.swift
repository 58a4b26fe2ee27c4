import Foundation
import Testing

/// What users see uses standard terms of network security and AWS.
@Suite("Vocabulary")
struct VocabularyTests {
  /// Words of a private dialect, and the terms that replace them.
  private static let banned: [(words: String, term: String)] = [
    (#"\b(?<!password )guess(ing|ed|es|er|ers)?\b"#, "brute force"),
    (#"\bown (host|address|network|endpoint|range)"#, "internal host, local address"),
    (#"\bborders?\b"#, "perimeter"), (#"\b(first|last|this|previous) night\b"#, "run"),
    (#"\bmemory between\b|\bin the memory\b"#, "history"),
    (#"\bwho began\b|→ it did|\bothers did\b|\bbeginner\b"#, "initiator"),
    (#"\btalks?\b|\btalked\b"#, "conversation, communicates with"),
    (#"\bneighbou?rhoods?\b"#, "source prefix"), (#"\bstrays?\b"#, "out-of-state packet"),
    (#"\blike (a clock|clocks)\b|\bbeats?\b"#, "periodic"),
    (#"\brecognised\b"#, "expected traffic"),
    (#"\bname servers? outside\b"#, "external DNS resolver"),
    (#"\banswers scanners\b"#, "exposed to scanners"), (#"\bstrangers?\b"#, "external source"),
    (#"\bweather\b|\bget up\b|\ball right\b|\bfloors?\b|\bhouse\b|\bmendings?\b"#, "plain words"),
    (#"\bdoes not tell\b"#, "log is incomplete"), (#"\bof the band\b"#, "the stage's name"),
    (#"\bgot nothing\b|\bin vain\b"#, "no response"), (#"\bwhom\b"#, "target"),
    (#"\btreat the target\b"#, "assume compromise"),
    (#"\bis no [a-z-]+ such as\b"#, "expected ..."),
    (#"\bbehaviour|\bcolour"#, "American spelling"), (#"[0-9] ?(kB|MB|GB)\b"#, "IEC units"),
    (#"\b(silenced by|way out)\b"#, "suppress with, egress path"),
  ]

  /// The banned words in a text, with the line in which each stands.
  static func faults(_ text: String) -> [String] {
    text.split(separator: "\n").flatMap { line in
      banned.compactMap { words, term in
        guard line.range(of: words, options: [.regularExpression, .caseInsensitive]) != nil else {
          return nil
        }
        return "'\(line)': say \(term)"
      }
    }
  }

  private static let commands = [
    "weir --help", "weir pivot --help", "weir explain --help", "weir fields --help",
    "weir history --help", "weir config show --help", "weir schema --help", "weir config show",
    "weir explain", "for rule in $(weir explain | cut -d' ' -f1); do weir explain $rule; done",
    "weir --top 100 SampleLogs", "weir --format markdown SampleLogs",
    "weir --format email --mail-to a@example.org SampleLogs | sed '/text.html/,$d'",
    "weir --format prometheus SampleLogs", "weir --format slack SampleLogs",
    "weir --format html SampleLogs | sed -n '/<body>/,/<script/p' | sed 's/<[^>]*>//g'",
    "weir pivot 198.51.100.77 SampleLogs", "weir pivot 10.20.2.50 --format markdown SampleLogs",
    "weir fields SampleLogs",
  ]

  @Test("of what the program prints", arguments: commands)
  func printed(_ command: String) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.shell(command, in: Program.repository)
    #expect(Self.faults(outcome.stdout + outcome.stderr) == [])
  }

  @Test("of README and the guides", arguments: GuidePage.files)
  func guides(_ file: String) throws {
    #expect(Self.faults(try GuidePage(file).lines.joined(separator: "\n")) == [])
  }

  @Test("a word of the old dialect is found")
  func finds() {
    #expect(Self.faults("SSH guessing by own host\nfine").count == 2)
    #expect(Self.faults("T1110.001 Password Guessing").isEmpty)
  }
}
