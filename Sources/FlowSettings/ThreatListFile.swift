package import FlowModel
internal import SystemFiles

/// Reads threat lists: an address or CIDR range at the start of each line, anything after it, comments with `#` and
/// `;`.
package struct ThreatListFile: Sendable {
  /// The ranges that may be matched.
  package private(set) var networks: [IPNetwork] = []
  /// What a reader must know: lines that are no address, entries that are never matched.
  package private(set) var notices: [String] = []
  /// The file's name without its folder.
  package let name: String
  /// Whether some line is no address.
  private var hasStrangeLines = false
  /// When the file was last changed, Unix seconds.
  package let changed: UInt32?

  /// Resolvers that millions ask, and that lists hold by mistake.
  package static let resolvers: Set<IPAddress> = Set(
    [
      "8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222",
      "208.67.220.220", "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111",
      "2606:4700:4700::1001", "2620:fe::fe",
    ].compactMap { IPAddress($0) }
  )

  /// Reads a file.
  ///
  /// - Throws: `SettingsError` when it cannot be read, or holds no address at all.
  package init(_ path: String) throws(SettingsError) {
    let bytes = try SettingsText.bytes(path)
    self.init(
      text: String(decoding: bytes, as: UTF8.self),
      name: String(path.split(separator: "/").last ?? ""),
      changed: OpenFile.changed(path)
    )
    if networks.isEmpty, hasStrangeLines {
      throw SettingsError(
        path: path,
        line: nil,
        message: "no line begins with an address or CIDR range"
      )
    }
  }

  /// Reads a file's text.
  init(text: String, name: String, changed: UInt32?) {
    (self.name, self.changed) = (name, changed)
    var (strange, firstStrange) = (0, 0)
    var never: [String] = []
    // Windows editors begin a text with a byte order mark.
    let text = text.hasPrefix("\u{feff}") ? text.dropFirst() : text[...]
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let entry = line.prefix { $0 != "#" && $0 != ";" }
      guard let word = entry.split(whereSeparator: { $0.isWhitespace || $0 == "," }).first else {
        continue
      }
      guard let network = IPNetwork(word) else {
        strange += 1
        if firstStrange == 0 { firstStrange = number + 1 }
        continue
      }
      if Self.mayMatch(network) { networks.append(network) } else { never.append("\(network)") }
    }
    hasStrangeLines = strange > 0
    if networks.isEmpty, strange == 0 {
      notices.append("threat list \(name) contains no entry that can be matched")
    }
    if strange > 0 {
      notices.append(
        "threat list \(name): \(strange) lines are not addresses, the first is line \(firstStrange)"
      )
    }
    if !never.isEmpty {
      notices.append(
        "threat list \(name): never matched, even if listed: \(never.prefix(5).joined(separator: ", "))"
      )
    }
  }

  private static func mayMatch(_ network: IPNetwork) -> Bool {
    let shortest = network.base.isV4 ? 8 : 16
    let internalRanges = InternalRanges()
    return network.prefixLength >= shortest
      && !(resolvers.contains(network.base) && network.prefixLength >= 32)
      && !internalRanges.contains(network.base)
  }
}
