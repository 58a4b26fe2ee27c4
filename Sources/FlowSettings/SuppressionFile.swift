package import FlowFindings
internal import SystemFiles

/// Reads suppression files: a YAML list of entries, each with a rule and a reason.
///
/// ```yaml
/// - {rule: scan.*, source: 198.51.100.0/24, reason: our scanner, owner: secops, until: 2026-12-31}
/// ```
package enum SuppressionFile {
  private static let keys = [
    "rule", "source", "destination", "port", "interface", "reason", "owner", "until",
  ]

  /// Reads a file.
  ///
  /// - Throws: `SettingsError` with line and key.
  /// - Returns: the entries in their order; none for an empty file.
  package static func read(_ path: String) throws(SettingsError) -> [Suppression] {
    try parse(SettingsText.read(path), path: path)
  }

  /// Reads a file's text.
  static func parse(_ text: String, path: String) throws(SettingsError) -> [Suppression] {
    guard let root = try YAMLValue.parse(text, path: path), !root.isNull else { return [] }
    var entries: [Suppression] = []
    for element in try root.elements() { entries.append(try entry(element)) }
    return entries
  }

  private static func entry(_ value: YAMLValue) throws(SettingsError) -> Suppression {
    var entry = Suppression(rule: "", reason: "", path: value.path, line: value.line ?? 1)
    for (key, member) in try value.members(keys) {
      switch key {
      case "rule": entry.rule = try rule(member)
      case "source": entry.source = try member.network()
      case "destination": entry.destination = try member.network()
      case "port": entry.port = try member.port()
      case "interface": entry.interface = try member.text()
      case "reason": entry.reason = try member.text()
      case "owner": entry.owner = try member.text()
      default: entry.until = try day(member)
      }
    }
    if entry.rule.isEmpty { throw value.fault("the entry lacks the key 'rule'") }
    if entry.reason.allSatisfy(\.isWhitespace) {
      throw value.fault("the entry lacks the key 'reason': state why this traffic is expected")
    }
    return entry
  }

  /// A pattern that fits some rule, so that a misspelt one does not silence nothing for months.
  private static func rule(_ value: YAMLValue) throws(SettingsError) -> String {
    let text = try value.text()
    let rules = RuleCatalog.ids.map(\.rawValue)
    guard !rules.contains(where: { Suppression.matches(pattern: text, $0) }) else { return text }
    let hint = NearestName.of(text, among: rules).map { "; did you mean '\($0)'?" } ?? ""
    throw value.fault("there is no rule '\(text)'\(hint)")
  }

  private static func days(of month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// A date as `2026-12-31`.
  private static func day(_ value: YAMLValue) throws(SettingsError) -> String {
    let text = try value.text()
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count == 10, parts.map(\.count) == [4, 2, 2],
      parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
      let year = Int(parts[0]), let month = Int(parts[1]), 1...12 ~= month,
      let day = Int(parts[2]), 1...days(of: month, year) ~= day
    else { throw value.fault("'\(text)' is not a date such as 2026-12-31") }
    return text
  }
}

/// Reads small text files whole.
enum SettingsText {
  private static let limit = 256 << 20

  static func read(_ path: String) throws(SettingsError) -> String {
    let bytes = try bytes(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SettingsError(path: path, line: nil, message: "this is not UTF-8 text")
    }
    return text
  }

  /// Whether something lies at the path.
  static func exists(_ path: String) -> Bool { OpenFile.exists(path) }

  static func bytes(_ path: String, limit: Int = limit) throws(SettingsError) -> [UInt8] {
    do throws(SystemError) {
      return try OpenFile.reading(path).readToEnd(limit: limit)
    } catch {
      throw SettingsError(path: path, line: nil, message: error.reason)
    }
  }
}
