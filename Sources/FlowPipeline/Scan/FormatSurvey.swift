internal import FlowFindings
package import FlowModel

/// Finds out which formats inputs have by reading the beginning of each.
package struct FormatSurvey {
  /// A format and how many inputs have it.
  package struct Found: Sendable {
    /// The format.
    package var format: RecordFormat
    /// How many inputs.
    package var inputs: Int
  }

  /// Records are of no interest here: the read loop finds the formats.
  private struct NoConsumer: BatchConsumer {
    var projection: Projection { [] }
    mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {}
    mutating func merge(_ other: consuming NoConsumer) {}
  }

  private let paths: [String]
  private let logFormat: RecordFormat?

  /// A survey of the given inputs.
  package init(paths: [String], logFormat: RecordFormat?) {
    self.paths = paths
    self.logFormat = logFormat
  }

  /// Reads the first block of every input.
  ///
  /// - Returns: the formats, most frequent first, then by header.
  /// - Throws: `AnalysisError` when there is nothing to read.
  package func run() throws(AnalysisError) -> [Found] {
    let list = InputList(paths)
    guard !list.inputs.isEmpty else {
      throw .nothingToRead(list.faults.map { "\($0.path): \($0.reason)" })
    }
    let options = RecordSource.Options(logFormat: logFormat, blocksPerInput: 1)
    let source = RecordSource(
      inputs: list.inputs,
      options: options,
      registry: InterfaceRegistry()
    )
    var counts: [RecordFormat: Int] = [:]
    for summary in source.read({ NoConsumer() }).sources {
      for format in summary.formats { counts[format, default: 0] += 1 }
    }
    guard !counts.isEmpty else { throw .noFlowLog(list.inputs.prefix(5).map(\.path)) }
    return counts.map { Found(format: $0.key, inputs: $0.value) }
      .sorted { ($1.inputs, $0.format.header) < ($0.inputs, $1.format.header) }
  }
}
