import FlowReporting
import SystemFiles

/// What text goes to, and what may be sent there.
struct Screen {
  /// Whether it is written for this moment: a terminal or a pipe, and no file.
  private let isStream: Bool
  private let isTerminal: Bool
  /// Columns of a terminal; nil where there is none.
  let columns: Int?
  /// Lines of a terminal; nil where there is none.
  let lines: Int?

  /// A file.
  init() { (isStream, isTerminal, columns, lines) = (false, false, nil, nil) }

  /// An open stream.
  init(_ stream: OpenFile) {
    let size = stream.isTerminal ? stream.terminalSize : nil
    (isStream, isTerminal) = (true, stream.isTerminal)
    (columns, lines) = (size?.columns, size?.lines)
  }

  /// Whether the terminal knows more than plain text.
  var isCapable: Bool {
    isTerminal && environment("TERM").map { $0 != "dumb" } == true
  }

  /// Whether severity gets a color there.
  ///
  /// The environment forces color upon streams, and keeps it away from terminals; files get it by the option alone.
  func usesColor(_ choice: When) -> Bool {
    switch choice {
    case .always: true
    case .never: false
    case .auto: isStream && Self.isForced || isCapable && environment("NO_COLOR") == nil
    }
  }

  private static var isForced: Bool {
    ["FORCE_COLOR", "CLICOLOR_FORCE"].contains { environment($0).map { $0 != "0" } == true }
  }

  /// The layout of text for it.
  func style(top: Int?, color: When) -> TextStyle {
    TextStyle(
      width: columns ?? environment("COLUMNS").flatMap { Int($0) } ?? 120,
      usesColor: usesColor(color),
      top: top
    )
  }

  /// Whether a text is longer than what can be seen at once.
  func isTooSmall(for bytes: [UInt8]) -> Bool {
    guard isCapable, let lines, lines > 0 else { return false }
    return bytes.count { $0 == UInt8(ascii: "\n") } >= lines
  }
}
