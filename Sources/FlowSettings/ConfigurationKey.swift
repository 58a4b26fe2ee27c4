internal import FlowFindings
internal import FlowModel

/// The keys of a configuration file.
enum ConfigurationKey: String, CaseIterable {
  case `internal`
  case sshPorts = "ssh-ports"
  case services
  case hosts
  case names
  case awsIPRanges = "aws-ip-ranges"
  case awsAccount = "aws-account"
  case awsRegion = "aws-region"
  case geoip
  case threatLists = "threat-lists"
  case suppress
  case history
  case thresholds
  case minSeverity = "min-severity"
  case failOn = "fail-on"
  case top
  case evidence
  case threads
  case memory
  case inflater
  case maxRejected = "max-rejected"
  case logFormat = "log-format"
  case color
  case progress
  case ascii
  case pager
  case wait
  case mailFrom = "mail-from"
  case mailTo = "mail-to"

  /// The variable of the environment that sets it.
  var variable: String {
    "WEIR_" + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }

  var isList: Bool {
    switch self {
    case .internal, .sshPorts, .names, .geoip, .threatLists, .suppress, .mailTo: true
    default: false
    }
  }

  var isMapping: Bool { self == .services || self == .hosts || self == .thresholds }

  /// Why the settings of the working folder may not have the key; nil where they may.
  ///
  /// Whoever hands over a folder of logs must not choose the program that its reader runs, nor who gets the report.
  private var notFromWorkingFolder: String? {
    switch self {
    case .pager: "a pager cannot be set in the settings of the working folder"
    case .mailFrom, .mailTo:
      "sender and recipients of mail cannot be set in the settings of the working folder"
    default: nil
    }
  }

  /// Takes a value over into the configuration.
  func read(
    _ value: YAMLValue,
    into configuration: inout Configuration
  ) throws(SettingsError) {
    if value.path == Configuration.workingFolderFile, let reason = notFromWorkingFolder {
      throw value.fault(reason)
    }
    switch self {
    case .internal:
      configuration.internalNetworks = try list(value) { v throws(SettingsError) in
        try v.internalNetwork()
      }
    case .sshPorts:
      configuration.sshPorts = try list(value) { v throws(SettingsError) in try v.port() }
    case .names: configuration.nameFiles = try list(value, Self.path)
    case .awsIPRanges: configuration.awsRanges = try Self.path(value)
    case .geoip: configuration.geoDatabases = try list(value, Self.path)
    case .threatLists: configuration.threatLists = try list(value, Self.path)
    case .history: configuration.words[rawValue] = try Self.path(value)
    case .suppress: configuration.suppressionFiles = try list(value, Self.path)
    case .mailTo:
      configuration.mailTo = try list(value) { v throws(SettingsError) in try v.text() }
    case .services: configuration.serviceNames = try Self.services(value)
    case .hosts: configuration.hostNames = try Self.hosts(value)
    case .thresholds: configuration.thresholds = try ThresholdSettings.read(value)
    default: configuration.words[rawValue] = try value.text()
    }
  }

  private func list<Element>(
    _ value: YAMLValue,
    _ read: (YAMLValue) throws(SettingsError) -> Element
  ) throws(SettingsError) -> [Element] {
    var elements: [Element] = []
    for element in try value.elements() { elements.append(try read(element)) }
    return elements
  }

  /// A path as it is meant where it stands: beside the file that names it.
  private static func path(_ value: YAMLValue) throws(SettingsError) -> String {
    let text = try value.text()
    guard !text.hasPrefix("/"), let slash = value.path.lastIndex(of: "/") else { return text }
    return value.path[...slash] + text
  }

  private static func services(_ value: YAMLValue) throws(SettingsError) -> [UInt16: String] {
    var names: [UInt16: String] = [:]
    for (key, name) in try value.members() {
      guard let port = UInt16(key), port > 0 else {
        throw name.fault("'\(key)' is not a port from 1 to 65535")
      }
      names[port] = try name.text()
    }
    return names
  }

  private static func hosts(_ value: YAMLValue) throws(SettingsError) -> AddressNames {
    var names = AddressNames()
    for (key, name) in try value.members() {
      guard let network = IPNetwork(key) else {
        throw name.fault("'\(key)' is not an address or CIDR range")
      }
      names.set(try name.text(), for: network)
    }
    return names
  }

  // MARK: Showing

  /// The value as YAML on one line; thresholds have a line each.
  func show(_ configuration: Configuration) -> String {
    switch self {
    case .internal: Self.list(configuration.internalNetworks.map(\.description))
    case .sshPorts: Self.list(configuration.sshPorts.map(\.description))
    case .names: Self.list(configuration.nameFiles)
    case .awsIPRanges: configuration.awsRanges.map(Self.quoted) ?? "~"
    case .geoip: Self.list(configuration.geoDatabases)
    case .threatLists: Self.list(configuration.threatLists)
    case .suppress: Self.list(configuration.suppressionFiles)
    case .mailTo: Self.list(configuration.mailTo)
    case .mailFrom: configuration.words[rawValue].map(Self.quoted) ?? "~"
    case .services:
      Self.mapping(
        configuration.serviceNames.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) }
      )
    case .hosts: Self.mapping(configuration.hostNames.all.map { ("\"\($0.network)\"", $0.name) })
    case .thresholds: ThresholdSettings.show(configuration.thresholds)
    default: configuration.words[rawValue] ?? "~"
    }
  }

  /// What holds without a value, where that is more than nothing.
  var standard: String? {
    switch self {
    case .minSeverity: "info"
    case .failOn: "no severity; the exit code does not depend on findings"
    case .top: "20 in text, all in machine formats"
    case .evidence: "3 in machine formats and HTML"
    case .threads: "the available cores"
    case .memory: "896M, or a quarter of the available memory if that is less"
    case .inflater: "isal if built in, else zlib"
    case .maxRejected: "1%"
    case .logFormat: "found in the header or by content"
    case .color, .progress: "auto"
    case .ascii: "false"
    case .pager: "$WEIR_PAGER, else $PAGER, else less -FRX"
    case .wait: "10m"
    case .history: "no history"
    default: nil
    }
  }

  private static func list(_ values: [String]) -> String {
    "[" + values.map(quoted).joined(separator: ", ") + "]"
  }

  private static func mapping(_ values: [(String, String)]) -> String {
    "{" + values.map { "\($0): \(quoted($1))" }.joined(separator: ", ") + "}"
  }

  static func quoted(_ text: String) -> String {
    let reserved = ["null", "true", "false", "yes", "no", "on", "off", "~"]
    let isPlain = text.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "./-_".contains($0))
    }
    return isPlain && !text.isEmpty && !reserved.contains(text.lowercased())
      ? text
      : "\""
        + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n") + "\""
  }
}
