internal import FlowFindings

/// A table that leaves out its least important columns until it fits the width.
struct FittedTable {
  /// One column.
  struct Column {
    var head: String
    var cells: [String]
    /// Whether cells stand at the right edge, as numbers do.
    var isNumber = false
    /// Columns of the highest rank go first; those of rank 0 stay.
    var rank = 0
    /// Whether cells may be cut where nothing else can give way.
    var mayShrink = false

    var width: Int { max(head.count, cells.map(\.count).max() ?? 0) }
  }

  private static let indent = 2
  private static let gap = 2
  private static let narrowest = 12

  private var columns: [Column]

  init(_ columns: [Column]) { self.columns = columns }

  /// The head and the rows.
  func lines(_ style: TextStyle) -> [String] {
    let fitted = fitted(style.width)
    let rows = fitted.first?.cells.count ?? 0
    let head = Self.line(fitted.map { ($0.head, $0) }, style.width)
    return [style.dim(head)]
      + (0..<rows).map { row in
        Self.line(fitted.map { ($0.cells[row], $0) }, style.width)
      }
  }

  private func fitted(_ width: Int) -> [Column] {
    var left = columns
    while Self.width(left) > width, let worst = left.map(\.rank).max(), worst > 0 {
      left.removeAll { $0.rank == worst }
    }
    let excess = Self.width(left) - width
    if excess > 0, let place = left.firstIndex(where: \.mayShrink) {
      let room = max(Self.narrowest, left[place].width - excess)
      left[place].cells = left[place].cells.map { TextFormat.cut($0, room) }
    }
    return left
  }

  private static func width(_ columns: [Column]) -> Int {
    columns.reduce(indent) { $0 + $1.width } + gap * max(0, columns.count - 1)
  }

  private static func line(_ cells: [(text: String, column: Column)], _ width: Int) -> String {
    let blanks = String(repeating: " ", count: gap)
    let padded = cells.map { text, column in
      column.isNumber
        ? TextFormat.leading(text, column.width) : TextFormat.padded(text, column.width)
    }
    var line = String(repeating: " ", count: indent) + padded.joined(separator: blanks)
    while line.hasSuffix(" ") { line.removeLast() }
    return TextFormat.cut(line, width)
  }
}
