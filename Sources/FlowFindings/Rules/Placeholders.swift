/// Replaces placeholders such as `{name}` in texts.
package enum Placeholders {
  /// The text with its values.
  ///
  /// Values are inserted once and are not searched for placeholders.
  ///
  /// - Parameters:
  ///   - text: the text. An unmatched brace is kept.
  ///   - value: the value of the text between two braces; nil keeps the placeholder.
  /// - Returns: the text with values.
  package static func filled(_ text: String, _ value: (Substring) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = rest[rest.index(after: open)..<close]
      result += rest[..<open]
      result += value(name) ?? String(rest[open...close])
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}
