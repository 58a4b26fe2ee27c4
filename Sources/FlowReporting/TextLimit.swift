internal import FlowFindings

extension TextFormat {
  /// The text cut to so many scalars, with a mark where something is missing.
  ///
  /// For places with a limit that must hold: a character may have any number of accents.
  static func limited(_ text: String, _ limit: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > limit else { return text }
    return String(String.UnicodeScalarView(scalars.prefix(max(0, limit - 1)))) + "…"
  }
}
