import FlowModel
import FlowTestSupport
import Testing

@testable import FlowFindings
@testable import FlowSettings

@Suite("Suppression file: which findings to leave out, and why")
struct SuppressionFileTests {
  private static func parse(_ text: String) throws -> [Suppression] {
    try SuppressionFile.parse(text, path: "quiet.yaml")
  }

  @Test("An entry names rule and reason, and may name the rest")
  func full() throws {
    let entries = try Self.parse(
      """
      # Ours.
      - rule: scan.*
        source: 198.51.100.0/24
        destination: 10.20.1.10
        port: 22
        interface: eni-0a
        reason: our scanner
        owner: secops
        until: 2026-12-31
      - {rule: ssh.bruteforce.campaign, reason: "weather, as ever"}
      """
    )
    let first = try #require(entries.first)
    #expect(entries.count == 2)
    #expect(first.rule == "scan.*")
    #expect(first.source == IPNetwork("198.51.100.0/24"))
    #expect(first.destination == IPNetwork("10.20.1.10"))
    #expect(first.port == 22)
    #expect(first.interface == "eni-0a")
    #expect(first.reason == "our scanner")
    #expect(first.owner == "secops")
    #expect(first.until == "2026-12-31")
    #expect(first.path == "quiet.yaml")
    #expect(first.line == 2)
    var second = Suppression(
      rule: "ssh.bruteforce.campaign",
      reason: "weather, as ever",
      path: "quiet.yaml",
      line: 10
    )
    second.source = nil
    #expect(entries[1] == second)
  }

  @Test(
    "The line that a finding offers can be pasted as it stands",
    arguments: [
      #"- {rule: scan.horizontal, source: "203.0.113.7", port: 22, reason: "say why"}"#,
      #"- {rule: ssh.likely-success, source: "2001:db8::1", destination: "10.20.1.10", port: 22, reason: "say why"}"#,
      #"- {rule: scan.distributed, source: "203.0.113.0/24", reason: "say why"}"#,
    ]
  )
  func pasted(line: String) throws {
    let entry = try #require(try Self.parse(line).first)
    #expect(entry.reason == "say why")
    #expect(entry.source != nil)
  }

  @Test("A file without entries silences nothing", arguments: ["", "# nothing\n", "~\n", "[]\n"])
  func empty(text: String) throws {
    #expect(try Self.parse(text).isEmpty)
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var entry: String
    var message: String
    var testDescription: String { message }
  }

  @Test(
    "Every mistake is told with file, line and key",
    arguments: [
      Mistake(entry: "reason: ours", message: "the entry lacks the key 'rule'"),
      Mistake(
        entry: "rule: scan.udp",
        message: "the entry lacks the key 'reason': state why this traffic is expected"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: '  '}",
        message: "the entry lacks the key 'reason': state why this traffic is expected"
      ),
      Mistake(
        entry: "{rule: scan.vertica, reason: ours}",
        message: "rule: there is no rule 'scan.vertica'; did you mean 'scan.vertical'?"
      ),
      Mistake(
        entry: "{rule: nothing.like.that, reason: ours}",
        message: "rule: there is no rule 'nothing.like.that'"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: ours, sorce: 10.0.0.1}",
        message: "unknown key 'sorce'; did you mean 'source'?"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: ours, source: office}",
        message: "source: 'office' is not an address or CIDR range such as 12.0.0.0/16"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: ours, destination: 10.0.0.0/33}",
        message: "destination: '10.0.0.0/33' is not an address or CIDR range such as 12.0.0.0/16"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: ours, port: 0}",
        message: "port: '0' is not a port from 1 to 65535"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: ours, port: 65536}",
        message: "port: '65536' is not a port from 1 to 65535"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: ours, until: 31.12.2026}",
        message: "until: '31.12.2026' is not a date such as 2026-12-31"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: ours, until: 2026-13-01}",
        message: "until: '2026-13-01' is not a date such as 2026-12-31"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: ours, until: 2026-12-00}",
        message: "until: '2026-12-00' is not a date such as 2026-12-31"
      ),
      Mistake(
        entry: "{rule: scan.udp, reason: ours, until: 2026-1-1}",
        message: "until: '2026-1-1' is not a date such as 2026-12-31"
      ),
      Mistake(entry: "{rule: scan.udp, reason: }", message: "reason: a text is expected"),
      Mistake(entry: "{rule: [scan.udp], reason: ours}", message: "rule: a text is expected"),
      Mistake(entry: "scan.udp", message: "a mapping of keys to values is expected"),
    ]
  )
  func mistakes(_ mistake: Mistake) {
    let text = "- {rule: scan.icmp, reason: monitor}\n- \(mistake.entry)\n"
    #expect(throws: SettingsError(path: "quiet.yaml", line: 2, message: mistake.message)) {
      try Self.parse(text)
    }
  }

  @Test(
    "A pattern must fit some rule",
    arguments: ["*", "scan.*", "*.likely-success", "outbound.*", "rdp.bruteforce", "*.campaign"]
  )
  func patterns(rule: String) throws {
    #expect(try Self.parse("- {rule: '\(rule)', reason: ours}").map(\.rule) == [rule])
    #expect(throws: SettingsError.self) {
      try Self.parse("- {rule: 'x\(rule)', reason: ours}")
    }
  }

  @Test("Files are read from the disk; one that is missing is said so")
  func files() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("- {rule: scan.udp, reason: ours}".utf8), to: "quiet.yaml")
    #expect(try SuppressionFile.read(path).map(\.path) == [path])
    let missing = "\(folder.path)/none.yaml"
    let error = #expect(throws: SettingsError.self) { try SuppressionFile.read(missing) }
    #expect(error?.path == missing)
    #expect(error?.line == nil)
  }

  @Test("Text that is no YAML, and bytes that are no text, are refused with the file's name")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([0x2d, 0x20, 0xff, 0xfe], to: "bytes.yaml")
    #expect(throws: SettingsError(path: path, line: nil, message: "this is not UTF-8 text")) {
      try SuppressionFile.read(path)
    }
    let error = #expect(throws: SettingsError.self) {
      try Self.parse("- {rule: scan.udp\n- reason")
    }
    #expect(error?.message.hasPrefix("this is not YAML") == true)
    #expect(error?.line != nil)
  }
}
