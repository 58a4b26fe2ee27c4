/// Something that reads records: an analysis, a query, a survey.
///
/// The read loop makes a consumer for each worker, hands it batches, and merges all of them at the end. State must
/// merge in any order to the same: counters add, first is the least, last the greatest, sets unite. So no result
/// depends on how many workers there are, which of them reads what, and in which order.
public protocol BatchConsumer: Sendable {
  /// The fields that it reads; all others are skipped. `start`, `end`, `log-status` and `interface-id` are always
  /// decoded.
  var projection: Projection { get }
  /// Whether it asks where rows stand in their inputs. Batches then end with their blocks.
  var wantsPlaces: Bool { get }
  /// Called before the first batch of an input.
  ///
  /// - Returns: false for an input that need not be read.
  mutating func begin(_ path: String) -> Bool
  /// Takes a batch; the selected rows count.
  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace)
  /// Called behind the last batch of an input.
  mutating func end()
  /// Takes in what another worker's consumer saw.
  mutating func merge(_ other: consuming Self)
}

extension BatchConsumer {
  /// Places are for those who show lines.
  public var wantsPlaces: Bool { false }
  /// Every input is read.
  public mutating func begin(_ path: String) -> Bool { true }
  /// Nothing to be done.
  public mutating func end() {}
}

/// Writes rows as lines, where they do not stand as lines in their input.
package protocol LineSource: Sendable {
  /// Writes a row as a line.
  ///
  /// - Parameter number: the number of the row in its input, from 1.
  /// - Returns: the line without a line feed; empty where the row cannot be read again.
  func line(_ number: UInt64) -> [UInt8]
}

/// Where the rows of a batch stand.
public struct BatchPlace: Sendable {
  /// The input; `-` for standard input.
  public var path: String
  /// The block of lines that the rows' offsets count in; empty unless places are asked for.
  public var block: [UInt8]
  /// The format of the rows; nil for a batch without rows.
  public var format: FormatBinding?
  /// Writes the rows as lines; nil where they stand in the block.
  package var lines: (any LineSource)?

  /// Describes a place.
  public init(path: String, block: [UInt8] = [], format: FormatBinding? = nil) {
    (self.path, self.block, self.format) = (path, block, format)
  }

  /// The line of a row as it stands in the input, without its line feed.
  public func line(_ batch: borrowing RecordBatch, _ row: Int) -> ArraySlice<UInt8> {
    if let lines { return lines.line(batch.lineNumber[row])[...] }
    let start = Int(batch.lineOffset[row])
    let end = block[start...].firstIndex(of: UInt8(ascii: "\n")) ?? block.count
    return block[start..<end]
  }
}
