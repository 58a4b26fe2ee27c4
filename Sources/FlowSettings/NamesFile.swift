package import FlowModel

/// Reads names of hosts and ranges: an address or CIDR range at the start of each line, its name after it.
///
/// ```
/// 10.0.1.5      web-1            # as in a hosts file
/// 10.0.0.0/16,  "production VPC"
/// ```
///
/// Blanks or a comma stand between the two; the name is all that follows, up to a `#`. Either may stand in double
/// quotes, in which `""` is a quote.
package enum NamesFile {
  /// Reads a file.
  ///
  /// - Throws: `SettingsError` with file and line for the first line that says nothing or contradicts another one.
  /// - Returns: the names; none for an empty file.
  package static func read(_ path: String) throws(SettingsError) -> AddressNames {
    try parse(SettingsText.read(path), path: path)
  }

  /// Reads a file's text.
  static func parse(_ text: String, path: String) throws(SettingsError) -> AddressNames {
    // Windows editors begin a text with a byte order mark.
    let text = text.hasPrefix("\u{feff}") ? text.dropFirst() : text[...]
    var names = AddressNames()
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      do throws(NameFault) {
        guard let entry = try entry(line) else { continue }
        if let known = names.name(ofRange: entry.network), known != entry.name {
          throw NameFault("\(entry.network) is already named '\(known)' above")
        }
        names.set(entry.name, for: entry.network)
      } catch {
        throw SettingsError(path: path, line: index + 1, message: error.message)
      }
    }
    return names
  }

  /// What is wrong with a line.
  private struct NameFault: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  /// Reads a line; nil for one without an entry.
  private static func entry(
    _ line: Substring
  ) throws(NameFault) -> (network: IPNetwork, name: String)? {
    var rest = line.drop(while: \.isWhitespace)
    guard let first = rest.first, first != "#" else { return nil }
    let word = try field(&rest) { $0.isWhitespace || $0 == "," || $0 == "#" }
    guard let network = IPNetwork(word) else {
      throw NameFault("'\(word)' is not an address or CIDR range such as 10.0.1.5 or 10.0.0.0/16")
    }
    rest = rest.drop(while: \.isWhitespace)
    if rest.first == "," { rest = rest.dropFirst().drop(while: \.isWhitespace) }
    let name = try field(&rest) { $0 == "#" }
    rest = rest.drop(while: \.isWhitespace)
    guard rest.isEmpty || rest.first == "#" else {
      throw NameFault("'\(rest)' follows the closing quote")
    }
    guard !name.isEmpty else { throw NameFault("\(word) is not followed by a name") }
    return (network, name)
  }

  /// Takes a quoted text, or all up to an end, without blanks around it.
  private static func field(
    _ rest: inout Substring,
    endsAt isEnd: (Character) -> Bool
  ) throws(NameFault) -> String {
    guard rest.first == "\"" else {
      let text = rest.prefix { !isEnd($0) }
      rest = rest.dropFirst(text.count)
      return trimmed(text)
    }
    var text = ""
    rest = rest.dropFirst()
    while let quote = rest.firstIndex(of: "\"") {
      text += rest[..<quote]
      rest = rest[rest.index(after: quote)...]
      guard rest.first == "\"" else { return trimmed(text[...]) }
      text += "\""
      rest = rest.dropFirst()
    }
    throw NameFault("a quote is not closed")
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
