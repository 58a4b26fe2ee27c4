/// Texts in which `{name}` stands for a value.
package enum Placeholders {
  /// The text with its values, each looked up once: what a value says is never taken for a placeholder.
  ///
  /// - Parameters:
  ///   - text: the text; a brace without its partner stands for itself.
  ///   - value: what stands between two braces as a value; nil leaves it as it is.
  /// - Returns: the text, filled.
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
