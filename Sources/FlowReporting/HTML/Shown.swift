internal import Mustache

/// Text on its way into a template, from a log, a path, a name or a command line: hostile until proven otherwise.
///
/// Templates escape it. What the escaping cannot see is taken out here: control characters and marks of direction, which
/// would change what a reader sees, and characters that Unicode joins with `<`, `&` or a quotation mark to one, because
/// the escaping looks at whole characters and would let that one pass as it is.
struct Shown: MustacheCustomRenderable {
  let renderText: String
  var isNull: Bool { renderText.isEmpty }

  /// The text, cut to so many bytes.
  init(_ text: String, longest: Int = PageLimits.bytesOfText) {
    let (head, rest) = Self.clip(text, longest)
    renderText = Self.separated(Words.safe(head)) + (rest > 0 ? "…" : "")
  }

  init(_ number: some BinaryInteger) { renderText = Words.grouped(number) }

  /// The first bytes of a text, cut between scalars, and how many bytes are left out.
  static func clip(_ text: String, _ longest: Int) -> (head: String, rest: Int) {
    let count = text.utf8.count
    guard count > longest else { return (text, 0) }
    var end = text.utf8.index(text.startIndex, offsetBy: max(0, longest))
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
      end = text.utf8.index(before: end)
    }
    let head = String(text.unicodeScalars[..<end])
    return (head, count - head.utf8.count)
  }

  private static let markup: Set<Unicode.Scalar> = ["<", ">", "&", "\"", "'"]

  private static func separated(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    return text.map { character in
      let scalars = character.unicodeScalars
      guard scalars.count > 1, scalars.contains(where: markup.contains) else {
        return String(character)
      }
      return scalars.map { $0.isASCII ? String($0) : "\\x" + String($0.value, radix: 16) }.joined()
    }.joined()
  }

  /// The text with its markup characters written as entities, as templates would do.
  var escaped: String {
    var escaped = ""
    for scalar in renderText.unicodeScalars {
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// Finished markup, which templates take as it is.
///
/// A template, the writer of pictures or the program itself made it.
struct Markup: MustacheCustomRenderable {
  let renderText: String
  var isNull: Bool { renderText.isEmpty }

  init(_ text: String) { renderText = text }
}
