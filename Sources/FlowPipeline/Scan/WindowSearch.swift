internal import FlowFindings
internal import FlowModel
internal import LogInput
internal import SystemFiles

/// Turns the choice of a window into the window itself; the last part of a log asks for a first look at its times.
struct WindowSearch {
  private let settings: AnalysisSettings
  private let inputs: [InputList.Input]

  init(_ settings: AnalysisSettings, _ list: InputList) {
    self.settings = settings
    inputs = list.inputs
  }

  /// The window; nil for all records, and where a log without records has no end.
  ///
  /// - Throws: `AnalysisError` when an input can be read only once, and the log's end is asked for.
  func window() throws(AnalysisError) -> TimeWindow? {
    switch settings.window {
    case nil: return nil
    case .between(let window): return window
    case .points(let since, let until):
      try checkTwice()
      return span.flatMap { TimePoint.window(since: since, until: until, in: $0) }
    case .last(let seconds):
      try checkTwice()
      // Where the newest objects hold no record, the end lies in the others.
      return (end(of: newest) ?? end(of: inputs)).flatMap { end in
        TimeWindow(since: end - min(end, seconds - 1), until: end == .max ? .max : end + 1)
      }
    }
  }

  /// Makes sure that all inputs can be read twice.
  private func checkTwice() throws(AnalysisError) {
    if let pipe = inputs.first(where: { $0.path == "-" || Folders.isPipe($0.path) }) {
      throw .endUnknown(pipe.path == "-" ? "standard input" : pipe.path)
    }
  }

  /// First and last second of the usual log; nil without records.
  private var span: ClosedRange<UInt32>? {
    let outcome = times(of: inputs)
    if let usual = outcome.consumer.minutes.usualSpan {
      return usual.first...max(usual.first, usual.last)
    }
    guard let first = outcome.sources.compactMap(\.counts.firstStart).min(),
      let last = outcome.sources.compactMap(\.counts.lastEnd).max()
    else { return nil }
    return first...max(first, last)
  }

  /// The last minute of the usual log, which a forged time must not move; nil without records.
  private func end(of candidates: [InputList.Input]) -> UInt32? {
    let outcome = times(of: candidates)
    return outcome.consumer.minutes.usualEnd ?? outcome.sources.compactMap(\.counts.lastEnd).max()
  }

  private func times(of inputs: [InputList.Input]) -> RecordSource.Outcome<TimesConsumer> {
    let source = RecordSource(
      inputs: inputs,
      options: RecordSource.Options(settings),
      registry: InterfaceRegistry()
    )
    return source.read { TimesConsumer() }
  }

  /// Where all names tell their time, only the objects of the last two days can hold the end.
  private var newest: [InputList.Input] {
    let times = inputs.map { ObjectTime($0.path)?.seconds }
    guard let last = times.compactMap(\.self).max(), times.allSatisfy({ $0 != nil }) else {
      return inputs
    }
    return zip(inputs, times).filter { UInt64($1 ?? 0) + 2 * 86_400 >= UInt64(last) }.map(\.0)
  }
}

/// The minutes of which there is a record with log-status OK.
private struct TimesConsumer: BatchConsumer {
  private(set) var minutes = CoveredMinutes()

  var projection: Projection { [.start, .end, .logStatus] }

  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {
    var minutes = CoveredMinutes()
    swap(&minutes, &self.minutes)
    batch.forEachTraffic { row in minutes.insert(start: batch.start[row], end: batch.end[row]) }
    swap(&minutes, &self.minutes)
  }

  mutating func merge(_ other: consuming TimesConsumer) { minutes.formUnion(other.minutes) }
}

extension RecordSource.Options {
  /// As the settings of a run ask.
  init(_ settings: AnalysisSettings) {
    self.init(
      logFormat: settings.logFormat,
      inflater: settings.inflater,
      threads: settings.threads
    )
  }
}
