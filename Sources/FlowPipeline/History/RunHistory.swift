internal import FlowAggregation
internal import FlowDetection
internal import FlowFindings
internal import FlowHistory
internal import FlowModel
internal import FlowReporting
internal import SystemFiles

/// The history database as one run observes it: what it knew before, and what the run will leave.
struct RunHistory {
  /// What the network was; nil in the first run.
  let baseline: Baseline?
  private let history: History
  private let last: PreviousRun?
  private let comparison: RunComparison
  private let lock: FileLock?

  /// Opens the history, waits until no other run has it, and reads it.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - lockTimeout: how many seconds to wait.
  ///   - onWait: called when there is somebody to wait for.
  /// - Throws: `AnalysisError` when the file is none of Weir's, or cannot be read or made, or another run keeps it.
  init(
    path: String,
    lockTimeout: Double,
    onWait: (@Sendable (String) -> Void)?
  ) throws(AnalysisError) {
    let history = try Self.orFailure { () throws(HistoryError) in
      try Self.open(path, lockTimeout)
    }
    lock = try HistoryLock.take(path, lockTimeout, onWait)
    (baseline, last) = try Self.orFailure { () throws(HistoryError) in
      (try history.baseline(), try history.previousRun())
    }
    self.history = history
    comparison = RunComparison(
      last?.findings ?? [],
      beside: last?.beside ?? [],
      earlier: last?.earlier ?? []
    )
  }

  /// On a full disk what is known can still be read: the report is made, and remembering it fails later.
  private static func open(
    _ path: String,
    _ lockTimeout: Double
  ) throws(HistoryError) -> History {
    do throws(HistoryError) {
      return try History(path: path, lockTimeout: lockTimeout)
    } catch {
      // Without an earlier run the full disk is all that is to say.
      guard error.isFullDisk, let known = try? History(path: path, isReadOnly: true) else {
        throw error
      }
      return known
    }
  }

  /// The inputs that no run has read to its end.
  func unread(_ list: InputList) throws(AnalysisError) -> InputList {
    let objects = list.inputs.map { ReadObject($0) }
    let known = try Self.orFailure { () throws(HistoryError) in
      try history.known(among: objects)
    }
    var list = list
    list.keep { !known.contains(ReadObject($0)) }
    return list
  }

  /// Says of each finding what became of it.
  func compare(_ findings: inout [Finding]) {
    guard last != nil else { return }
    for index in findings.indices { findings[index].change = comparison.change(findings[index]) }
  }

  /// How this run compares with the last one.
  ///
  /// Nothing is gone because of a log that ends before the last one did, such as a late object, or was not read to its
  /// end.
  ///
  /// - Parameters:
  ///   - report: what is shown.
  ///   - all: all findings, those that are hidden as well.
  ///   - isWhole: whether no window of time leaves anything out: what lies outside of it may well go on.
  /// - Returns: the counts, and what is gone.
  func summary(_ report: Report, all: [Finding], isWhole: Bool) -> BaselineSummary {
    var summary = BaselineSummary(
      comparedWith: last?.run.lastEnd,
      days: baseline?.days ?? 0,
      gone: []
    )
    if let last, let end = report.input.counts.lastEnd, end > last.run.lastEnd,
      isWhole, !report.isInterrupted
    {
      summary.gone = comparison.gone(all)
    }
    summary.count(report.findings)
    return summary
  }

  /// A run that leaves nothing.
  var emptyRun: PendingRun { PendingRun(history: history, historyRun: nil, lock: lock) }

  /// What the run leaves, to be written once its report is safe; nothing without records, or when it was interrupted.
  ///
  /// - Throws: `AnalysisError` when the history cannot be read.
  func historyRun(
    _ report: Report,
    _ facts: RunObservations,
    _ covered: CoveredMinutes,
    _ list: InputList
  ) throws(AnalysisError) -> PendingRun {
    let counts = report.input.counts
    guard counts.records.total > 0, !report.isInterrupted, let first = counts.firstStart,
      let last = counts.lastEnd
    else { return emptyRun }
    let usual = covered.usualSpan ?? (first, last)
    let historyRun = HistoryRun(
      firstStart: max(first, usual.first),
      lastEnd: min(last, usual.last),
      records: counts.records.ok,
      facts: facts,
      findings: report.findings.map {
        RememberedFinding($0, since: $0.change?.since ?? $0.firstSeen)
      },
      objects: try objects(report.input.sources, list),
      isComplete: report.input.isComplete
    )
    return PendingRun(history: history, historyRun: historyRun, lock: lock)
  }

  /// The inputs that were read to their end, and marks of those that broke off.
  ///
  /// What broke off is read again some run; its mark then tells that a part of it is known.
  private func objects(
    _ sources: [SourceSummary],
    _ list: InputList
  ) throws(AnalysisError) -> [ReadObject] {
    let sizes = Dictionary(list.inputs.map { ($0.path, $0.size) }, uniquingKeysWith: max)
    let read = Self.files(sources.filter { $0.form != "unreadable" })
    let marks = read.map { ReadObject(brokenOff: $0) }
    let known = try Self.orFailure { () throws(HistoryError) in try history.known(among: marks) }
    return zip(read, marks).flatMap { source, mark in
      let isWhole = source.fault == nil
      return (isWhole ? [ReadObject(source, listed: sizes[source.path])] : [])
        + (!isWhole || known.contains(mark) ? [mark] : [])
    }
  }

  /// The files that hold the sources: an archive in place of those in it.
  private static func files(_ sources: [SourceSummary]) -> [SourceSummary] {
    var files: [SourceSummary] = []
    var places: [String: Int] = [:]
    for var source in sources {
      guard let archive = source.archive else {
        files.append(source)
        continue
      }
      guard let place = places[archive] else {
        places[archive] = files.count
        source.path = archive
        files.append(source)
        continue
      }
      files[place].fault = files[place].fault ?? source.fault
      files[place].bytes += source.bytes
    }
    return files
  }

  fileprivate static func orFailure<Value>(
    _ body: () throws(HistoryError) -> Value
  ) throws(AnalysisError) -> Value {
    do throws(HistoryError) {
      return try body()
    } catch {
      throw .history(error.description)
    }
  }
}

/// What a run will leave in the history.
///
/// It is written after the report: a run whose report nobody got must be read again.
package struct PendingRun: Sendable {
  let history: History
  /// nil for a run that leaves nothing.
  let historyRun: HistoryRun?
  let lock: FileLock?

  /// Whether there is nothing to record.
  package var isEmpty: Bool { historyRun == nil }

  /// Writes it, all or nothing.
  ///
  /// - Throws: `AnalysisError` when it could not be written; the history is then what it was.
  package func remember() throws(AnalysisError) {
    guard let historyRun else { return }
    try RunHistory.orFailure { () throws(HistoryError) in try history.remember(historyRun) }
  }
}

extension ReadObject {
  /// A file by its resolved path.
  fileprivate init(_ input: InputList.Input) {
    self.init(name: Folders.resolved(input.path), size: UInt64(max(0, input.size)))
  }

  /// The mark of an input that broke off, whatever its size was.
  fileprivate init(brokenOff source: SourceSummary) {
    self.init(name: "broken off: \(ReadObject(source).name)", size: 0)
  }

  /// An input that was read; what came out of a pipe is known again by its beginning and length.
  ///
  /// Of a file the size counts that it had before it was read: what was appended meanwhile is another object.
  fileprivate init(_ source: SourceSummary, listed size: Int? = nil) {
    guard source.path == "-" || Folders.isPipe(source.path) else {
      self.init(
        name: Folders.resolved(source.path),
        size: UInt64(max(0, size ?? Folders.size(source.path)))
      )
      return
    }
    self.init(
      name: "- \(String(source.fingerprint, radix: 16))",
      size: UInt64(source.bytes)
    )
  }
}
