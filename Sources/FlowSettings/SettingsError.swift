/// A file of settings that cannot be used: what, where, and what to do.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file.
  package var path: String
  /// The line, from 1; nil when it is about the whole file.
  package var line: Int?
  /// What is wrong, with the key where there is one.
  package var message: String

  private static let longest = 400

  /// `path:line: message`; what a terminal would obey is shown as what it is, and nobody needs the whole of a long
  /// word.
  package var description: String {
    let text = "\(path):\(line.map { "\($0): " } ?? " ")\(message)"
    let safe = text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
    return safe.count > Self.longest ? safe.prefix(Self.longest) + "…" : safe
  }
}

/// Finds the name that somebody may have meant.
package enum NearestName {
  /// The name with the fewest letters changed, if that is not more than a third of them.
  package static func of(_ word: String, among names: [String]) -> String? {
    let ranked = names.map { (name: $0, distance: distance(word, $0)) }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let best = ranked.first, best.distance <= max(2, word.count / 3) else { return nil }
    return best.name
  }

  /// Letters to add, drop or replace (Levenshtein).
  static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    var row = Array(0...right.count)
    for (place, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = place + 1
      for column in 1..<row.count {
        let above = row[column]
        let replaced = diagonal + (letter == right[column - 1] ? 0 : 1)
        row[column] = min(replaced, above + 1, row[column - 1] + 1)
        diagonal = above
      }
    }
    return row[right.count]
  }
}
