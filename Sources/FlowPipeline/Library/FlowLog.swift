public import FlowFindings
public import FlowModel
internal import SystemFiles

/// A flow log, wherever its records lie: the entry to Weir as a library.
///
/// ```swift
/// import FlowFindings
/// import FlowModel
/// import FlowPipeline
///
/// let log = FlowLog(["AWSLogs/"])
/// for finding in try log.report().findings where finding.severity >= .medium {
///   print(finding.score, finding.title, finding.actor.description)
/// }
/// ```
///
/// Reading needs no network and changes no file. Any number of reports can be made side by side.
public struct FlowLog: Sendable {
  /// Files, folders, shell patterns, and `-` for standard input.
  public var paths: [String]
  /// The format of lines without a header; nil where headers or content tell.
  public var format: RecordFormat?
  /// How many threads work, one at least.
  public var threads: Int
  /// Ranges that count as internal beside the private ones.
  public var internalNetworks: [IPNetwork] = []
  /// Which records count, by time; nil for all.
  public var window: TimeWindow?

  /// The log that paths lead to; nothing is opened yet.
  public init(_ paths: [String]) {
    (self.paths, threads) = (paths, Machine.cores)
  }

  /// Analyzes the log.
  ///
  /// - Returns: findings by rank, the six tables, and what was read. Of a log without records the report is empty, and
  ///   `input.isComplete` false.
  /// - Throws: `FlowLogError` when no path leads to a flow log, or the disk has no room for state that is too large for
  ///   memory. Damaged inputs are no error: what was readable counts, and `input.isComplete` is false.
  /// - Complexity: linear in the records; memory has a ceiling of 1 GiB or a quarter of the machine's, whichever is
  ///   less.
  public func report() throws(FlowLogError) -> Report {
    do throws(AnalysisError) {
      return try AnalysisRun(settings).run()
    } catch {
      throw FlowLogError(description: error.description)
    }
  }

  /// Shows every record to a consumer of the caller's own.
  ///
  /// - Parameter make: makes an empty consumer; called once or twice for each thread, on any thread.
  /// - Returns: all consumers merged, and what became of each line.
  /// - Throws: `FlowLogError` when no path leads to a file.
  public func read<Consumer: BatchConsumer>(
    _ make: @escaping @Sendable () -> Consumer
  ) throws(FlowLogError) -> (consumer: Consumer, input: InputSummary) {
    let list = InputList(paths)
    guard !list.inputs.isEmpty else {
      let faults = list.faults.map { "\($0.path): \($0.reason)" }
      throw FlowLogError(description: AnalysisError.nothingToRead(faults).description)
    }
    var options = RecordSource.Options(settings)
    options.window = window
    let source = RecordSource(
      inputs: list.largestFirst,
      options: options,
      registry: InterfaceRegistry()
    )
    let outcome = source.read(make)
    let sources = outcome.sources + InputAccount.missing(list)
    let summary = InputSummary(
      sources: sources,
      skipDataWindows: 0,
      isComplete: sources.allSatisfy { $0.fault == nil }
    )
    return (outcome.consumer, summary)
  }

  private var settings: AnalysisSettings {
    var settings = AnalysisSettings(paths: paths)
    settings.logFormat = format
    settings.threads = max(1, threads)
    settings.internalNetworks = internalNetworks
    settings.window = window.map(WindowChoice.between)
    return settings
  }
}

/// Why there is no report.
public struct FlowLogError: Error, Sendable, CustomStringConvertible {
  /// What, where, and what to do.
  public var description: String
}
