internal import FlowFindings
internal import FlowModel

/// The ranked rows of a screen, in columns where there is room for them; nothing is cut, long texts are wrapped.
struct FindingTable {
  private static let columnsFrom = 140
  /// Columns of number, severity and score with the blanks after them.
  private static let startWidth = 20
  private static let gap = "  "

  private let style: TextStyle
  private let facts: AddressFacts

  init(_ style: TextStyle, _ facts: AddressFacts) {
    self.style = style
    self.facts = facts
  }

  func lines(_ lines: [FindingLines.Line]) -> [String] {
    let cells = cells(lines)
    return style.width >= Self.columnsFrom ? wide(cells) : narrow(cells)
  }

  func cells(_ lines: [FindingLines.Line]) -> [FindingCells] {
    lines.enumerated().map { index, line in
      FindingCells(index + 1, line, facts, isExplained: style.isExplained)
    }
  }

  // MARK: One row in columns

  private func wide(_ rows: [FindingCells]) -> [String] {
    let columns = Columns(rows, width: style.width - Self.startWidth - 3 * Self.gap.count)
    let head = columns.row(["FINDING", "SOURCE → TARGET", "TIME (UTC)", "OUTCOME"])
    return [style.dim("  #  SEV     SCORE  " + (head.first ?? ""))]
      + rows.flatMap { row in
        let whom = row.who(columns.who)
        let lines = columns.row([row.what, whom, row.when, row.outcome])
        return started(row, lines) + remarks(row, beside: whom)
      }
  }

  /// The widths of the four columns after the start.
  private struct Columns {
    let what: Int
    let who: Int
    let when: Int
    let outcome: Int

    init(_ rows: [FindingCells], width: Int) {
      what = min(30, rows.map(\.what.count).max() ?? 0)
      when = rows.map(\.when.count).max() ?? 0
      let left = width - what - when
      let outcomes = rows.map(\.outcome.count).max() ?? 0
      let plain = rows.map { $0.who(0).count }.max() ?? 0
      // What is known of addresses gets the room that outcomes leave, not more.
      let room = min(left - 30, max(plain, left - min(60, outcomes)))
      let widest = rows.map { $0.who(room).count }.max() ?? 0
      who = max("SOURCE → TARGET".count, min(widest, room))
      outcome = max(8, left - who)
    }

    /// The texts side by side, each wrapped within its column.
    func row(_ texts: [String]) -> [String] {
      let widths = [what, who, when, outcome]
      let cells = zip(texts, widths).map { TextFormat.wrapped($0, $1) }
      let height = cells.map(\.count).max() ?? 0
      return (0..<height).map { line in
        let parts = zip(cells, widths).map { cell, width in
          TextFormat.padded(line < cell.count ? cell[line] : "", width)
        }
        return TextFormat.trimmed(parts.joined(separator: FindingTable.gap))
      }
    }
  }

  // MARK: One row in lines

  private func narrow(_ rows: [FindingCells]) -> [String] {
    let head = "  #  SEV     SCORE  FINDING, SOURCE → TARGET / TIME (UTC), OUTCOME"
    return [style.dim(TextFormat.cut(head, style.width))]
      + rows.flatMap { row in
        let room = style.width - Self.startWidth
        let whom = row.who(room - row.what.count - Self.gap.count)
        return started(row, lines(row, whom, room)) + remarks(row, beside: whom)
      }
  }

  /// One line where all fits, else who and whom above when and how far.
  private func lines(_ row: FindingCells, _ whom: String, _ room: Int) -> [String] {
    let head = "\(row.what)\(Self.gap)\(whom)"
    let rest = "\(row.when)\(Self.gap)\(row.outcome)"
    if head.count + Self.gap.count + rest.count <= room {
      return [head + Self.gap + style.dim(rest)]
    }
    let heads =
      head.count <= room
      ? [head] : TextFormat.wrapped(row.what, room) + TextFormat.wrapped(row.who(room), room)
    return heads + TextFormat.wrapped(rest, room).map(style.dim)
  }

  // MARK: Parts

  private var indent: String { String(repeating: " ", count: Self.startWidth) }

  private func started(_ row: FindingCells, _ lines: [String]) -> [String] {
    let badge = style.paint(TextStyle.badge(row.severity), row.severity)
    let score = TextFormat.leading(row.score, 5)
    let start = "\(TextFormat.leading(row.number, 3))  \(badge)  \(score)  "
    return lines.enumerated().map { ($0 == 0 ? start : indent) + $1 }
  }

  /// The lines below a row: what is known of the actor, what happened in order of time, and what to do.
  private func remarks(_ row: FindingCells, beside text: String) -> [String] {
    let room = style.width - Self.startWidth
    let steps = row.steps.flatMap { TextFormat.wrapped($0, room) }.map { indent + $0 }
    let notes = (row.story(beside: text) + row.remarks).flatMap { TextFormat.wrapped($0, room) }
    return steps + notes.map { indent + style.dim($0) }
  }
}
