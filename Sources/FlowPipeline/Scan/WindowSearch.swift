internal import FlowModel
internal import FlowParsing
internal import LogInput
internal import Synchronization
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
    case .last(let seconds):
      if let pipe = inputs.first(where: { $0.path == "-" || Folders.isPipe($0.path) }) {
        throw .endUnknown(pipe.path == "-" ? "standard input" : pipe.path)
      }
      // Where the newest objects hold no record, the end lies in the others.
      return (end(of: newest) ?? end(of: inputs)).flatMap { end in
        TimeWindow(since: end - min(end, seconds - 1), until: end == .max ? .max : end + 1)
      }
    }
  }

  /// The last minute of the usual log, which a forged time must not move; nil without records.
  private func end(of candidates: [InputList.Input]) -> UInt32? {
    let next = Atomic<Int>(0)
    let all = Mutex((minutes: CoveredMinutes(), last: UInt32?.none))
    Workers.run(min(settings.threads, max(1, candidates.count))) { [self] _ in
      while !Interruption.isRequested {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < candidates.count else { break }
        let (minutes, last) = times(candidates[place])
        all.withLock { all in
          all.minutes.formUnion(minutes)
          if let last { all.last = max(all.last ?? last, last) }
        }
      }
    }
    return all.withLock { $0.minutes.usualEnd ?? $0.last }
  }

  /// Where all names tell their time, only the objects of the last two days can hold the end.
  private var newest: [InputList.Input] {
    let times = inputs.map { ObjectTime($0.path)?.seconds }
    guard let last = times.compactMap(\.self).max(), times.allSatisfy({ $0 != nil }) else {
      return inputs
    }
    return zip(inputs, times).filter { UInt64($1 ?? 0) + 2 * 86_400 >= UInt64(last) }.map(\.0)
  }

  private func times(_ input: InputList.Input) -> (CoveredMinutes, last: UInt32?) {
    var minutes = CoveredMinutes()
    guard let file = try? OpenFile.reading(input.path),
      let stream = try? LogStream.open(file, inflater: settings.inflater)
    else { return (minutes, nil) }
    var parser = RecordParser(
      wanted: .times,
      logFormat: settings.logFormat,
      registry: InterfaceRegistry()
    )
    var batch = RecordBatch()
    var block: [UInt8] = []
    while !Interruption.isRequested, let end = stream.nextBlock(into: &block) {
      var position = 0
      while position < end {
        batch.count = 0
        parser.parse(block.span, from: &position, to: end, into: &batch)
        for row in 0..<batch.count { minutes.insert(start: batch.start[row], end: batch.end[row]) }
      }
    }
    return (minutes, parser.counts.lastEnd)
  }
}
