internal import FlowFindings

/// Text that chats and issue trackers leave alone: nobody is mentioned, no issue is linked, no address becomes a link.
///
/// They look for such words in the text as it is shown, where escaping is gone; a space without width breaks the word
/// up.
enum InertText {
  private static let breaker: Unicode.Scalar = "\u{200b}"

  /// Control characters, shown as what they are, are gone after this as well.
  static func of(_ text: String) -> String {
    let scalars = Array(TextFormat.safe(text).unicodeScalars)
    var inert = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      inert.append(scalar)
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      if isSpecial(scalar, next, Array(scalars[max(0, index - 3)..<index])) {
        inert.append(breaker)
      }
    }
    return String(inert)
  }

  private static func isSpecial(
    _ scalar: Unicode.Scalar,
    _ next: Unicode.Scalar,
    _ before: [Unicode.Scalar]
  ) -> Bool {
    switch scalar {
    case "@", "#", "!", "$", "%", "&", "~", "^": next.properties.isAlphabetic || isDigit(next)
    case ":": next == "/"
    case "w", "W":
      next == "." && before.count >= 2 && before.suffix(2).allSatisfy { $0 == "w" || $0 == "W" }
    default: false
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.numericType != nil
  }
}
