import FlowModel
import FlowTestSupport
import Testing

@testable import FlowFindings
@testable import FlowSettings

@Suite("Threat list file: addresses and ranges with a bad name")
struct ThreatListFileTests {
  private static func read(_ text: String) -> ThreatListFile {
    ThreatListFile(text: text, name: "bad.txt", changed: nil)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var line: String
    var networks: [String]
    var testDescription: String { "\(what): '\(line)' → \(networks)" }
  }

  @Test(
    "The first word of a line is the entry",
    arguments: [
      Case(what: "address", line: "198.51.100.7", networks: ["198.51.100.7/32"]),
      Case(what: "range", line: "198.51.100.0/24", networks: ["198.51.100.0/24"]),
      Case(what: "range with host bits", line: "198.51.100.9/24", networks: ["198.51.100.0/24"]),
      Case(what: "IPv6", line: "2001:db8:bad::/48", networks: ["2001:db8:bad::/48"]),
      Case(what: "columns", line: "198.51.100.7\t2026-01-01\tbot", networks: ["198.51.100.7/32"]),
      Case(what: "CSV", line: "198.51.100.7,bot,1", networks: ["198.51.100.7/32"]),
      Case(what: "Spamhaus", line: "198.51.100.0/24 ; SBL1", networks: ["198.51.100.0/24"]),
      Case(what: "comment behind", line: "198.51.100.7#bot", networks: ["198.51.100.7/32"]),
      Case(what: "spaces before", line: "   198.51.100.7", networks: ["198.51.100.7/32"]),
      Case(what: "comment", line: "# 198.51.100.7", networks: []),
      Case(what: "other comment", line: "; 198.51.100.7", networks: []),
      Case(what: "spaces", line: "   ", networks: []),
      Case(what: "nothing", line: "", networks: []),
    ]
  )
  func lines(_ example: Case) {
    let list = Self.read(example.line)
    #expect(list.networks.map(\.description) == example.networks)
    let empty = ["threat list bad.txt contains no entry that can be matched"]
    #expect(list.notices == (example.networks.isEmpty ? empty : []))
  }

  @Test("Lines that are no address are counted, with the first one's number")
  func junk() {
    let list = Self.read("# list\n198.51.100.7\nexample.org\n\n300.1.1.1\n203.0.113.9\n")
    #expect(list.networks.map(\.description) == ["198.51.100.7/32", "203.0.113.9/32"])
    #expect(
      list.notices == ["threat list bad.txt: 2 lines are not addresses, the first is line 3"]
    )
  }

  @Test(
    "Resolvers, internal and very wide ranges are never matched, and that is said",
    arguments: [
      "8.8.8.8/32", "1.1.1.1/32", "9.9.9.9/32", "2620:fe::fe/128", "10.0.0.0/8",
      "192.168.7.0/24", "172.16.0.0/12", "100.64.0.0/10", "fd00::/16", "0.0.0.0/0",
      "198.0.0.0/7", "2000::/15", "::/0",
    ]
  )
  func never(entry: String) {
    let list = Self.read("\(entry)\n198.51.100.7\n")
    #expect(list.networks.map(\.description) == ["198.51.100.7/32"])
    #expect(
      list.notices == ["threat list bad.txt: never matched, even if listed: \(entry)"]
    )
  }

  @Test("Ranges up to /8, IPv6 /16, are matched", arguments: ["198.0.0.0/8", "2a00::/16"])
  func wide(entry: String) {
    #expect(Self.read(entry).networks.map(\.description) == [entry])
  }

  @Test("Of entries that are never matched five are shown")
  func manyNever() {
    let list = Self.read((0..<9).map { "10.0.\($0).0/24" }.joined(separator: "\n"))
    #expect(
      list.notices == [
        "threat list bad.txt contains no entry that can be matched",
        "threat list bad.txt: never matched, even if listed: "
          + "10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24, 10.0.4.0/24",
      ]
    )
  }

  @Test("A file tells its name without the folder, and when it was changed")
  func file() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("198.51.100.7\n203.0.113.0/24".utf8), to: "lists/bad.txt")
    let list = try ThreatListFile(path)
    #expect(list.name == "bad.txt")
    #expect(list.networks.count == 2)
    #expect(list.changed != nil)
  }

  @Test("An empty list is none; Windows line ends and a byte order mark do no harm")
  func otherForms() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("# nothing today\n".utf8), to: "empty.txt")
    #expect(try ThreatListFile(path).networks.isEmpty)
    let list = Self.read("\u{feff}198.51.100.7\r\n203.0.113.9\r\n")
    #expect(list.networks.map(\.description) == ["198.51.100.7/32", "203.0.113.9/32"])
    #expect(list.notices.isEmpty)
  }

  @Test("A file without any address is a mistake", arguments: ["<html>\n", "a\n# b\n"])
  func noAddress(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(text.utf8), to: "bad.txt")
    #expect(
      throws: SettingsError(
        path: path,
        line: nil,
        message: "no line begins with an address or CIDR range"
      )
    ) { try ThreatListFile(path) }
    #expect(throws: SettingsError.self) { try ThreatListFile("\(folder.path)/none.txt") }
  }
}
