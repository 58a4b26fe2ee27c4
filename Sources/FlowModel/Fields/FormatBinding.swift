/// A format and the line from which on it holds.
public struct FormatBinding: Sendable, Equatable {
  /// The number of the header's line, or of the first line that a format without one was found by.
  public let line: UInt64
  /// The format.
  public let format: RecordFormat
  /// How many columns an exporter put before each record.
  public let prefixColumns: Int

  /// Describes a format in force.
  public init(line: UInt64, format: RecordFormat, prefixColumns: Int) {
    (self.line, self.format, self.prefixColumns) = (line, format, prefixColumns)
  }
}
