package import FlowFindings
package import FlowModel

/// Settings from files and the environment, each with where it comes from.
///
/// Lowest to highest precedence: `/etc/weir/config.yaml`, `$XDG_CONFIG_HOME/weir/config.yaml`, `./.weir.yaml`, the file
/// of
/// `--config`, the environment (`WEIR_…`). Options of the command are stronger than all of them. A stronger place
/// replaces a whole value, lists included.
package struct Configuration: Sendable {
  /// Ranges that count as internal.
  package var internalNetworks: [IPNetwork] = []
  /// Ports that speak SSH beside 22 and 2222.
  package var sshPorts: [UInt16] = []
  /// Names of services by port.
  package var serviceNames: [UInt16: String] = [:]
  /// Names of hosts and ranges.
  package var hostNames = AddressNames()
  /// Paths of files that name hosts and ranges.
  package var nameFiles: [String] = []
  /// Path of AWS's ip-ranges.json; nil for none.
  package var awsRanges: String?
  /// Paths of databases of countries and owners.
  package var geoDatabases: [String] = []
  /// Paths of threat lists.
  package var threatLists: [String] = []
  /// Paths of suppression files.
  package var suppressionFiles: [String] = []
  /// Recipients of mails, as text; the command checks them as it checks its own.
  package var mailTo: [String] = []
  /// Thresholds of the rules.
  package var thresholds = Thresholds()
  /// Options that are one word, as text; the command checks them as it checks its own.
  package internal(set) var words: [String: String] = [:]
  /// Where each value that is not built in comes from.
  package internal(set) var origins: [String: String] = [:]

  /// Nothing but what is built in.
  package init() {}

  /// Reads all places.
  ///
  /// - Parameters:
  ///   - path: the file of `--config`, which must be there.
  ///   - environment: gives the value of a variable.
  /// - Throws: `SettingsError` when a file or a variable cannot be used.
  package init(
    path: String?,
    environment: (String) -> String?
  ) throws(SettingsError) {
    for file in Self.files(environment) where SettingsText.exists(file) { try read(file) }
    if let path { try read(path) }
    try readEnvironment(environment)
  }

  /// The settings of the working folder, whoever made that.
  static let workingFolderFile = ".weir.yaml"

  /// The files that are read when they are there, from weak to strong.
  package static func files(_ environment: (String) -> String?) -> [String] {
    let home = environment("HOME").map { "\($0)/.config" }
    let user = environment("XDG_CONFIG_HOME").flatMap { $0.isEmpty ? nil : $0 } ?? home
    return ["/etc/weir/config.yaml"] + (user.map { ["\($0)/weir/config.yaml"] } ?? []) + [
      workingFolderFile
    ]
  }

  private mutating func read(_ path: String) throws(SettingsError) {
    let text = try SettingsText.read(path)
    guard let root = try YAMLValue.parse(text, path: path), !root.isNull else { return }
    for (name, value) in try root.members(ConfigurationKey.allCases.map(\.rawValue)) {
      guard let key = ConfigurationKey(rawValue: name), !value.isNull else { continue }
      try key.read(value, into: &self)
      origins[name] = value.line.map { "\(path):\($0)" } ?? path
    }
  }

  private mutating func readEnvironment(
    _ environment: (String) -> String?
  ) throws(SettingsError) {
    for key in ConfigurationKey.allCases {
      let variable = key.variable
      guard let text = environment(variable), !text.isEmpty, text != "~" else { continue }
      // A list may be written with commas alone; a mapping is written as YAML has it on one line.
      let yaml = key.isList && !text.hasPrefix("[") ? Self.list(text) : text
      let isWord = !key.isList && !key.isMapping
      if key == .awsIPRanges {
        awsRanges = text
      } else if isWord {
        words[key.rawValue] = text
      } else if let value = try YAMLValue.parse(yaml, path: variable) {
        try key.read(value, into: &self)
      }
      origins[key.rawValue] = "environment \(variable)"
    }
  }

  private static func list(_ text: String) -> String {
    let words = text.split(separator: ",").map { word in
      ConfigurationKey.quoted(String(word.trimmingPrefix(while: \.isWhitespace)))
    }
    return "[\(words.joined(separator: ", "))]"
  }

  /// All keys with the value in force, as YAML, and where it comes from; `standard` says what holds without a value.
  package var shown: [(key: String, value: String, origin: String, standard: String?)] {
    ConfigurationKey.allCases.map { key in
      let value = key.show(self)
      let origin = origins[key.rawValue] ?? "built in"
      return (key.rawValue, value, origin, value == "~" ? key.standard : nil)
    }
  }
}
