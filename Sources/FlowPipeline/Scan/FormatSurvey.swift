package import FlowModel
internal import FlowParsing
internal import LogInput
internal import SystemFiles

/// Finds out which formats inputs have by reading the beginning of each.
package struct FormatSurvey {
  /// A format and how many inputs have it.
  package struct Found: Sendable {
    /// The format.
    package var format: RecordFormat
    /// How many inputs.
    package var inputs: Int
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
    var counts: [RecordFormat: Int] = [:]
    for input in list.inputs {
      for format in formats(input.path) { counts[format, default: 0] += 1 }
    }
    guard !counts.isEmpty else { throw .noFlowLog(list.inputs.prefix(5).map(\.path)) }
    return counts.map { Found(format: $0.key, inputs: $0.value) }
      .sorted { ($1.inputs, $0.format.header) < ($0.inputs, $1.format.header) }
  }

  private func formats(_ path: String) -> [RecordFormat] {
    guard let file = path == "-" ? OpenFile.standardInput : try? OpenFile.reading(path),
      let stream = try? LogStream.open(file)
    else { return [] }
    var parser = RecordParser(
      wanted: .analysis,
      logFormat: logFormat,
      registry: InterfaceRegistry()
    )
    var block: [UInt8] = []
    var batch = RecordBatch()
    guard let end = stream.nextBlock(into: &block) else { return [] }
    var position = 0
    while position < end {
      batch.count = 0
      parser.parse(block.span, from: &position, to: end, into: &batch)
    }
    return parser.formats
  }
}
