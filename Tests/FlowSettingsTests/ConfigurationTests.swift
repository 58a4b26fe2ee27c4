import FlowModel
import FlowTestSupport
import Testing

@testable import FlowFindings
@testable import FlowSettings

@Suite("Configuration: settings from files and the environment, each with where it comes from")
struct ConfigurationTests {
  /// A folder in which a test lays out the user's file, the file of --config and the environment.
  private struct Places {
    let folder: TemporaryFolder
    var variables: [String: String] = [:]
    var path: String?

    init() throws {
      folder = try TemporaryFolder()
      variables["XDG_CONFIG_HOME"] = folder.path
    }

    mutating func user(_ text: String) throws {
      _ = try folder.write(Array(text.utf8), to: "weir/config.yaml")
    }

    mutating func named(_ text: String) throws {
      path = try folder.write(Array(text.utf8), to: "named.yaml")
    }

    func read() throws -> Configuration {
      try Configuration(path: path) { variables[$0] }
    }
  }

  /// A configuration file of the given text.
  private static func read(_ text: String) throws -> Configuration {
    var places = try Places()
    try places.named(text)
    return try places.read()
  }

  @Test("Without files nothing but what is built in holds")
  func builtIn() throws {
    let configuration = try Places().read()
    #expect(configuration.thresholds == Thresholds())
    #expect(configuration.internalNetworks.isEmpty)
    #expect(configuration.words.isEmpty)
    #expect(configuration.origins.isEmpty)
    #expect(configuration.shown.allSatisfy { $0.origin == "built in" })
  }

  @Test("The file of the machine is weakest, then the user's, then the folder's")
  func places() {
    let home = ["HOME": "/home/a"]
    #expect(
      Configuration.files { home[$0] }
        == ["/etc/weir/config.yaml", "/home/a/.config/weir/config.yaml", ".weir.yaml"]
    )
    let elsewhere = ["HOME": "/home/a", "XDG_CONFIG_HOME": "/x"]
    #expect(Configuration.files { elsewhere[$0] }[1] == "/x/weir/config.yaml")
    let empty = ["HOME": "/home/a", "XDG_CONFIG_HOME": ""]
    #expect(Configuration.files { empty[$0] }[1] == "/home/a/.config/weir/config.yaml")
    #expect(Configuration.files { _ in nil } == ["/etc/weir/config.yaml", ".weir.yaml"])
  }

  @Test("The named file is stronger than the user's, the environment stronger than both")
  func precedence() throws {
    var places = try Places()
    try places.user("top: 5\nthreads: 2\nmin-severity: low\nssh-ports: [8022]\n")
    try places.named("\nthreads: 3\nmin-severity: high\nssh-ports: [9022, 9023]\n")
    places.variables["WEIR_MIN_SEVERITY"] = "critical"
    let configuration = try places.read()
    #expect(
      configuration.words == ["top": "5", "threads": "3", "min-severity": "critical"]
    )
    // A stronger list replaces the weaker one, whole.
    #expect(configuration.sshPorts == [9022, 9023])
    let named = "\(places.folder.path)/named.yaml"
    #expect(
      configuration.origins == [
        "top": "\(places.folder.path)/weir/config.yaml:1", "threads": "\(named):2",
        "min-severity": "environment WEIR_MIN_SEVERITY", "ssh-ports": "\(named):4",
      ]
    )
  }

  @Test("A value that is no list stands for a list of one; no value for none")
  func lists() throws {
    #expect(try Self.read("ssh-ports: 8022").sshPorts == [8022])
    #expect(try Self.read("ssh-ports:").sshPorts.isEmpty)
    #expect(try Self.read("internal: 12.0.0.0/16").internalNetworks == [IPNetwork("12.0.0.0/16")])
  }

  @Test("Hosts, services and thresholds are mappings")
  func mappings() throws {
    let configuration = try Self.read(
      """
      services: {8443: intranet, 22: door}
      hosts:
        10.20.1.10: bastion
        "2001:db8:a::/48": office
      thresholds:
        scan.horizontal: 20
        ssh.bruteforce: 15
      """
    )
    #expect(configuration.serviceNames == [8443: "intranet", 22: "door"])
    #expect(configuration.hostNames.all.map(\.name) == ["bastion", "office"])
    #expect(configuration.thresholds.horizontalScan.addresses == 20)
    #expect(configuration.thresholds.loginBruteForce.attempts == 15)
    #expect(configuration.thresholds.verticalScan.ports == 10)
  }

  @Test("Every threshold is set under its name, in a line or below its rule, and no other with it")
  func everyThreshold() throws {
    for entry in Thresholds.entries {
      let (rule, name) = (entry.rule.id, entry.threshold.name)
      let whole = entry.threshold.least + 76
      let value = entry.threshold.unit == .share ? 0.25 : Double(whole)
      let word = entry.threshold.unit == .share ? "0.25" : "\(whole)"
      for text in ["\(rule).\(name): \(word)", "\(rule): {\(name): \(word)}"] {
        let thresholds = try Self.read("thresholds: {\(text)}").thresholds
        #expect(thresholds[entry] == value, "\(text)")
        #expect(thresholds.changed.map(\.name) == [entry.name])
      }
    }
  }

  @Test(
    "A rule's name alone sets its first threshold",
    arguments: [
      ("scan.horizontal", "addresses"), ("scan.vertical", "ports"), ("ssh.bruteforce", "attempts"),
      ("ssh.bruteforce.campaign", "sources"), ("outbound.sweep", "addresses"),
      ("outbound.portscan", "ports"), ("lateral.scan", "addresses"), ("outbound.dos", "packets"),
      ("sg.too-open", "networks"), ("reject.storm", "hourly-records"),
    ]
  )
  func ruleAlone(rule: String, threshold: String) throws {
    let thresholds = try Self.read("thresholds: {\(rule): 20077}").thresholds
    #expect(thresholds.changed.map(\.name) == ["\(rule).\(threshold)"])
  }

  @Test("What settings changed is told in the report, with the default")
  func told() throws {
    #expect(Thresholds().notices.isEmpty)
    #expect(try Self.read("thresholds: {scan.vertical: 10}").thresholds.notices.isEmpty)
    let thresholds = try Self.read("thresholds: {scan.vertical: 99, beacon.score: 0.9}").thresholds
    #expect(
      thresholds.notices == [
        "thresholds changed by settings: beacon.score 0.9 (default 0.85), scan.vertical.ports 99 (default 10)"
      ]
    )
  }

  @Test("Paths are meant beside the file that names them, unless they begin at the root")
  func paths() throws {
    var places = try Places()
    try places.named("threat-lists: [bad.txt, /lists/worse.txt]\nsuppress: quiet.yaml\n")
    let configuration = try places.read()
    #expect(configuration.threatLists == ["\(places.folder.path)/bad.txt", "/lists/worse.txt"])
    #expect(configuration.suppressionFiles == ["\(places.folder.path)/quiet.yaml"])
  }

  @Test("Files that say more of addresses are named in files and in the environment")
  func enrichment() throws {
    var places = try Places()
    try places.named(
      "names: a.txt\naws-ip-ranges: /lists/ip-ranges.json\ngeoip: [c.mmdb, d.mmdb]\n"
    )
    let folder = places.folder.path
    let named = try places.read()
    #expect(named.nameFiles == ["\(folder)/a.txt"])
    #expect(named.awsRanges == "/lists/ip-ranges.json")
    #expect(named.geoDatabases == ["\(folder)/c.mmdb", "\(folder)/d.mmdb"])
    places.variables["WEIR_NAMES"] = "b.txt, c.txt"
    places.variables["WEIR_AWS_IP_RANGES"] = "my ranges: new.json"
    places.variables["WEIR_GEOIP"] = "e.mmdb"
    let configuration = try places.read()
    #expect(configuration.nameFiles == ["b.txt", "c.txt"])
    #expect(configuration.awsRanges == "my ranges: new.json")
    #expect(configuration.geoDatabases == ["e.mmdb"])
    let values = Dictionary(uniqueKeysWithValues: configuration.shown.map { ($0.key, $0.value) })
    #expect(values["names"] == "[b.txt, c.txt]")
    #expect(values["aws-ip-ranges"] == "\"my ranges: new.json\"")
    #expect(values["geoip"] == "[e.mmdb]")
    let none = try Self.read("").shown.filter {
      ["names", "geoip", "aws-ip-ranges"].contains($0.key)
    }
    #expect(none.map(\.value) == ["[]", "~", "[]"])
    #expect(try Self.read("aws-ip-ranges:").awsRanges == nil)
    #expect(throws: SettingsError.self) { try Self.read("aws-ip-ranges: [a, b]") }
  }

  @Test("The environment has a variable for every key; lists need no brackets")
  func environment() throws {
    var places = try Places()
    places.variables["WEIR_INTERNAL"] = "12.0.0.0/16, 13.0.0.0/16"
    places.variables["WEIR_SSH_PORTS"] = "[8022,9022]"
    places.variables["WEIR_THREAT_LISTS"] = "bad.txt"
    places.variables["WEIR_HOSTS"] = "{10.20.1.10: bastion}"
    places.variables["WEIR_THRESHOLDS"] = "{scan.vertical: 30}"
    places.variables["WEIR_COLOR"] = "never"
    places.variables["WEIR_TOP"] = ""
    let configuration = try places.read()
    #expect(configuration.internalNetworks.map(\.description) == ["12.0.0.0/16", "13.0.0.0/16"])
    #expect(configuration.sshPorts == [8022, 9022])
    #expect(configuration.threatLists == ["bad.txt"])
    #expect(configuration.hostNames.all.map(\.name) == ["bastion"])
    #expect(configuration.thresholds.verticalScan.ports == 30)
    #expect(configuration.words == ["color": "never"])
    #expect(configuration.origins["color"] == "environment WEIR_COLOR")
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var line = 1
    var message: String
    var testDescription: String { message }
  }

  @Test(
    "Every bad value is told with file, line and key",
    arguments: [
      Mistake(text: "tpo: 5", message: "unknown key 'tpo'; did you mean 'top'?"),
      Mistake(
        text: "top: 5\nsupress: a.yaml",
        line: 2,
        message: "unknown key 'supress'; did you mean 'suppress'?"
      ),
      Mistake(text: "something-else: 1", message: "unknown key 'something-else'"),
      Mistake(
        text: "thresholds:\n  scan.vertica: 5",
        line: 2,
        message: "unknown key 'thresholds.scan.vertica'; did you mean 'scan.vertical'?"
      ),
      Mistake(
        text: "thresholds:\n  scan.vertical: 0",
        line: 2,
        message: "thresholds.scan.vertical: '0' is not a number of 1 or more"
      ),
      Mistake(
        text: "thresholds:\n  scan.vertical: -1",
        line: 2,
        message: "thresholds.scan.vertical: '-1' is not a number of 1 or more"
      ),
      Mistake(
        text: "thresholds:\n  scan.icmp: {adresses: 5}",
        line: 2,
        message: "unknown key 'thresholds.scan.icmp.adresses'; did you mean 'addresses'?"
      ),
      Mistake(
        text: "thresholds:\n  scan.icmp:\n    speed: 5",
        line: 3,
        message:
          "unknown key 'thresholds.scan.icmp.speed'; scan.icmp has addresses, conversations, small-network, tiny-share"
      ),
      Mistake(
        text: "thresholds: {something-very-different: 5}",
        message:
          "unknown key 'thresholds.something-very-different'; 'weir config show' lists all thresholds"
      ),
      Mistake(
        text: "thresholds: {scan.icmp.tiny-share: 1.5}",
        message: "thresholds.scan.icmp.tiny-share: '1.5' is not a share above 0 and up to 1"
      ),
      Mistake(
        text: "thresholds: {beacon.score: high}",
        message: "thresholds.beacon.score: 'high' is not a number above 0"
      ),
      Mistake(
        text: "thresholds: {scan.icmp.addresses: 5000000000}",
        message: "thresholds.scan.icmp.addresses: '5000000000' is more than 4294967295"
      ),
      Mistake(
        text: "thresholds: {long-connection: 3599}",
        message:
          "thresholds.long-connection: '3599' is less than 3600, the smallest value that has an effect"
      ),
      Mistake(
        text: "thresholds: {strobe.daily: 39999}",
        message:
          "thresholds.strobe.daily: '39999' is less than 40000, the smallest value that has an effect"
      ),
      Mistake(
        text: "thresholds: {outbound.dos.short-packets: 9999}",
        message:
          "thresholds.outbound.dos.short-packets: '9999' is less than 10000, the smallest value that has an effect"
      ),
      Mistake(
        text: "internal:\n- 12.0.0.0/16\n- office",
        line: 3,
        message: "internal: 'office' is not an address or CIDR range such as 12.0.0.0/16"
      ),
      Mistake(
        text: "ssh-ports: [22, 70000]",
        message: "ssh-ports: '70000' is not a port from 1 to 65535"
      ),
      Mistake(text: "services: {0: a}", message: "services.0: '0' is not a port from 1 to 65535"),
      Mistake(
        text: "hosts:\n  office: a",
        line: 2,
        message: "hosts.office: 'office' is not an address or CIDR range"
      ),
      Mistake(text: "top: [1, 2]", message: "top: a text is expected"),
      Mistake(text: "hosts: 5", message: "hosts: a mapping of keys to values is expected"),
      Mistake(text: "internal: {a: b}", message: "internal: a list is expected"),
      Mistake(text: "- top", message: "a mapping of keys to values is expected"),
    ]
  )
  func mistakes(_ mistake: Mistake) throws {
    var places = try Places()
    try places.named(mistake.text)
    let path = "\(places.folder.path)/named.yaml"
    let error = SettingsError(path: path, line: mistake.line, message: mistake.message)
    #expect(throws: error) { try places.read() }
    #expect(error.description == "\(path):\(mistake.line): \(mistake.message)")
  }

  @Test("A bad variable is told by its name")
  func badVariable() throws {
    var places = try Places()
    places.variables["WEIR_SSH_PORTS"] = "22,x"
    #expect(
      throws: SettingsError(
        path: "WEIR_SSH_PORTS",
        line: 1,
        message: "'x' is not a port from 1 to 65535"
      )
    ) { try places.read() }
  }

  @Test("A named file must be there; the others need not")
  func missing() throws {
    var places = try Places()
    places.path = "\(places.folder.path)/none.yaml"
    let error = #expect(throws: SettingsError.self) { try places.read() }
    #expect(error?.path == places.path)
  }

  @Test("Empty files say nothing", arguments: ["", "# only words\n", "~\n"])
  func empty(text: String) throws {
    #expect(try Self.read(text).origins.isEmpty)
  }

  @Test("All keys are shown with value and origin, and what is shown can be read again")
  func shown() throws {
    var places = try Places()
    try places.user(
      """
      internal: [12.0.0.0/16, "2001:db8::/32"]
      services: {8443: the "intranet"}
      hosts: {10.20.1.10: bastion}
      top: 5
      """
    )
    let configuration = try places.read()
    let shown = configuration.shown
    #expect(shown.map(\.key) == ConfigurationKey.allCases.map(\.rawValue))
    let values = Dictionary(uniqueKeysWithValues: shown.map { ($0.key, $0.value) })
    #expect(values["internal"] == #"[12.0.0.0/16, "2001:db8::/32"]"#)
    #expect(values["services"] == #"{8443: "the \"intranet\""}"#)
    #expect(values["hosts"] == #"{"10.20.1.10/32": bastion}"#)
    #expect(values["top"] == "5")
    #expect(values["threads"] == "~")
    #expect(
      values["thresholds"]?.contains("\n  scan.vertical.ports: 10  # ports of one local") == true
    )
    let user = "\(places.folder.path)/weir/config.yaml"
    #expect(shown.filter { $0.origin.hasPrefix(user) }.count == 4)
    let given = shown.filter { $0.origin != "built in" }
    let again = try Self.read(given.map { "\($0.key): \($0.value)" }.joined(separator: "\n"))
    #expect(again.shown.map(\.value) == shown.map(\.value))
  }
}
