/// The raw lines of some findings, all of them or the earliest ones.
public struct EvidenceLines: Sendable {
  /// A line as it stands in an input.
  public struct Line: Sendable {
    /// The input.
    public var path: String
    /// The line, from 1.
    public var number: UInt64
    /// The line without its end.
    public var bytes: [UInt8]
    /// The ids of the findings that it is evidence of, in their order.
    public var findings: [String]

    /// Names a line.
    package init(path: String, number: UInt64, bytes: [UInt8], findings: [String]) {
      (self.path, self.number, self.bytes, self.findings) = (path, number, bytes, findings)
    }
  }

  /// By start time, then by a hash of the line, so that the order of the inputs does not matter.
  public var lines: [Line]
  /// How many lines there are, kept or not.
  public var matching: UInt64

  /// The given lines of so many.
  package init(_ lines: [Line], of matching: UInt64) {
    (self.lines, self.matching) = (lines, matching)
  }

  /// That later lines were left out; nil when all are here.
  public var shortage: String? {
    guard UInt64(lines.count) < matching else { return nil }
    return
      "the first \(lines.count) of \(matching) raw lines are in lines.tsv; the others come later in time"
  }
}
