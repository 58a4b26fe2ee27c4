package import FlowModel

/// Lines that a reader of documents wrote: one line for each document, row or message of the input.
///
/// So the number of a line is the number of its document. A line that begins with `mark` is no record; the byte behind
/// it says what it stands for.
package struct LineBlock {
  /// Lines of one format.
  package struct Segment {
    /// Behind the last line.
    package var end: Int
    /// The format of the lines; nil where they are records as AWS writes them.
    package var format: RecordFormat?
    /// Tells formats of one reader apart; 0 without a format.
    package var formatNumber: Int
  }

  /// Begins a line that stands for a document without a record.
  static let mark: UInt8 = 1
  /// Follows the mark where a document names the columns.
  static let header = UInt8(ascii: "H")

  /// The lines, each with its line feed.
  package var bytes: [UInt8] = []
  /// The formats of the lines, in their order.
  package private(set) var segments: [Segment] = []
  /// How many lines there are.
  package private(set) var lines: UInt64 = 0

  /// No lines.
  package init() {}

  /// Forgets the lines.
  package mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
  }

  /// Ends a line.
  ///
  /// - Parameters:
  ///   - format: its format; nil for a record as AWS writes it.
  ///   - number: tells the format from others of the reader.
  mutating func endLine(_ format: RecordFormat?, number: Int) {
    bytes.append(UInt8(ascii: "\n"))
    lines += 1
    guard let last = segments.indices.last, segments[last].formatNumber == number else {
      segments.append(Segment(end: bytes.count, format: format, formatNumber: number))
      return
    }
    segments[last].end = bytes.count
  }

  /// Writes a line for a document without a record, in whatever format lines have at the moment.
  mutating func note(_ kind: UInt8) {
    bytes += [Self.mark, kind]
    endLine(segments.last?.format, number: segments.last?.formatNumber ?? 0)
  }

  /// Writes a line for a document that is no record.
  mutating func reject(_ reason: RejectReason) {
    note(UInt8(ascii: "a") + UInt8(RejectReason.allCases.firstIndex(of: reason) ?? 0))
  }

  /// Writes a line for a blank line of the input.
  mutating func skipLine() {
    endLine(segments.last?.format, number: segments.last?.formatNumber ?? 0)
  }

  /// What a line stands for that is no record; nil for a line of text.
  static func rejectReason(_ line: Span<UInt8>) -> RejectReason? {
    guard line.count == 2, line[0] == mark else { return nil }
    let index = Int(line[1]) - Int(UInt8(ascii: "a"))
    return RejectReason.allCases.indices.contains(index) ? RejectReason.allCases[index] : nil
  }

  /// Copies bytes.
  mutating func append(_ source: Span<UInt8>, _ range: Range<Int>) {
    ByteCopy.append(source, range, to: &bytes)
  }
}
