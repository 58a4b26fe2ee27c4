internal import FlowFindings

/// Whom a mail goes to or comes from: an address, perhaps with a name.
package struct MailAddress: Sendable, Equatable {
  private static let longest = 254
  private static let longestName = 64
  /// What RFC 5322 allows in an address that needs no quotes.
  private static let symbols = Set("!#$%&'*+-/=?^_`{|}~.".unicodeScalars)

  let name: String
  let address: String

  /// Reads `ann@example.org`, `Ann <ann@example.org>` or, for the mail of this machine, `root`.
  ///
  /// Nothing that could end a header line or add a second address is taken.
  package init?(_ text: String) {
    var (name, address) = ("", Self.trimmed(text))
    if address.hasSuffix(">") {
      guard let open = address.lastIndex(of: "<") else { return nil }
      name = Self.unquoted(Self.trimmed(String(address[..<open])))
      address = String(address[address.index(after: open)...].dropLast())
    }
    guard Self.isAddress(address), Self.isName(name) else { return nil }
    (self.name, self.address) = (name, address)
  }

  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), text.utf8.count <= longest, !text.hasPrefix("-") else {
      return false
    }
    let isLocal = isDotted(parts[0]) { isPlain($0) || symbols.contains($0) }
    return isLocal && parts.dropFirst().allSatisfy { isDotted($0) { isPlain($0) || $0 == "-" } }
  }

  /// Words of allowed characters with single dots between them.
  private static func isDotted(
    _ text: Substring,
    _ isAllowed: (Unicode.Scalar) -> Bool
  ) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
      !word.isEmpty && word.unicodeScalars.allSatisfy(isAllowed)
    }
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }

  private static func isName(_ text: String) -> Bool {
    text.count <= longestName && TextFormat.safe(text) == text
      && !text.unicodeScalars.contains { "<>\"\\".unicodeScalars.contains($0) }
  }

  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
    return String(text.dropFirst().dropLast())
  }

  /// The address as it stands in a header.
  var header: String {
    guard !name.isEmpty else { return address }
    let isPlain = name.unicodeScalars.allSatisfy(\.isASCII) && !EncodedWords.looksEncoded(name)
    return "\(isPlain ? "\"\(name)\"" : EncodedWords.of(name)) <\(address)>"
  }
}
