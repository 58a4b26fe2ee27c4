package import FlowFindings
internal import FlowModel

/// Finds out what inputs are, by reading the beginning of each.
package struct InputSurvey {
  /// Records are of no interest here: the read loop finds the forms.
  private struct NoConsumer: BatchConsumer {
    var projection: Projection { .analysis }
    mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {}
    mutating func merge(_ other: consuming NoConsumer) {}
  }

  private let settings: AnalysisSettings

  /// A survey of the inputs that settings name.
  package init(_ settings: AnalysisSettings) { self.settings = settings }

  /// Reads the first block of every input.
  ///
  /// - Returns: what each is, by path.
  /// - Throws: `AnalysisError` when there is nothing to read.
  package func run() throws(AnalysisError) -> [SourceSummary] {
    let list = InputList(settings.paths)
    guard !list.inputs.isEmpty else {
      throw .nothingToRead(list.faults.map { "\($0.path): \($0.reason)" })
    }
    var options = RecordSource.Options(settings)
    options.blocksPerInput = 1
    let source = RecordSource(
      inputs: list.inputs,
      options: options,
      registry: InterfaceRegistry()
    )
    let sources = source.read { NoConsumer() }.sources + InputAccount.missing(list)
    return sources.sorted { $0.path < $1.path }
  }
}
