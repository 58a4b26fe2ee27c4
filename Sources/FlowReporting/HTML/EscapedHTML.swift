internal import FlowFindings
internal import Mustache

/// Text on its way into a template, from a log, a path, a name or a command line: hostile until proven otherwise.
///
/// Templates escape it. What escaping leaves alone is taken out here: control characters and marks of direction, which
/// would change what a reader observes.
struct EscapedHTML: MustacheCustomRenderable {
  let renderText: String
  var isNull: Bool { renderText.isEmpty }

  /// The text, cut to so many bytes.
  init(_ text: String, longest: Int = PageLimits.bytesOfText) {
    let (head, rest) = Self.clip(text, longest)
    renderText = TextFormat.safe(head) + (rest > 0 ? "…" : "")
  }

  init(_ number: some BinaryInteger) { renderText = TextFormat.grouped(number) }

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

  /// The text with its markup characters written as entities, as templates do.
  var escaped: String { StrictHTML().escapeText(renderText) }
}

/// Finished markup, which templates take as it is.
///
/// A template, the writer of pictures or the program itself made it.
struct Markup: MustacheCustomRenderable {
  let renderText: String
  var isNull: Bool { renderText.isEmpty }

  init(_ text: String) { renderText = text }
}
