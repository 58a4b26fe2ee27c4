internal import FlowFindings

/// Text from logs and files for Markdown, where no part of it may become markup.
///
/// Original Markdown, GitHub, GitLab and Jira agree on the escapes used here.
enum MarkdownText {
  /// Text among other text, in a table as well.
  static func prose(_ text: String) -> String {
    var escaped = ""
    let scalars = Array(InertText.of(text).unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
      let next = place + 1 < scalars.count ? scalars[place + 1] : " "
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "|": escaped += "&#124;"
      case "~": escaped += "&#126;"
      case "$": escaped += "&#36;"
      case "\\", "`", "*", "_", "[", "]", "#", "!": escaped += "\\\(scalar)"
      case ".", ")":
        // A number with a point or a bracket begins a list.
        let isMarker = next == " " && escaped.allSatisfy { $0.isASCII && $0.isNumber }
        escaped += isMarker && !escaped.isEmpty ? "\\\(scalar)" : String(scalar)
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return unlisted(escaped)
  }

  /// What begins with a dash or a plus and a blank would be a list.
  private static func unlisted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.first == "-" || scalars.first == "+", scalars.dropFirst().first ?? " " == " "
    else { return text }
    return "\\" + text
  }

  /// Text as it stands, on one line; not for tables, where a bar would end the cell.
  static func code(_ text: String) -> String {
    let text = TextFormat.safe(text)
    guard !text.isEmpty else { return "" }
    let fence = String(repeating: "`", count: longestFence(text) + 1)
    // Readers take away one blank at each end where there are two; a fence must not touch a backtick.
    let ends = [text.unicodeScalars.first, text.unicodeScalars.last]
    let isBare = !ends.contains(" ") && !ends.contains("`")
    return isBare ? "\(fence)\(text)\(fence)" : "\(fence) \(text) \(fence)"
  }

  /// Lines as they stand.
  static func block(_ lines: [String]) -> [String] {
    let lines = lines.map(TextFormat.safe)
    let longest = lines.map(longestFence).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return ["\(fence)text"] + lines + [fence]
  }

  private static func longestFence(_ text: String) -> Int {
    var (longest, length) = (0, 0)
    for scalar in text.unicodeScalars {
      length = scalar == "`" ? length + 1 : 0
      longest = max(longest, length)
    }
    return longest
  }
}
