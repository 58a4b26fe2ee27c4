internal import FlowModel
internal import FlowReporting
internal import SystemFiles

/// Keeps two runs from using one memory at the same time: each would compare with the run before both, and read what
/// the other one reads.
enum HistoryLock {
  /// Takes the lock of a history, a file beside it.
  ///
  /// - Parameters:
  ///   - path: the history.
  ///   - lockTimeout: how many seconds to wait for another run.
  ///   - onWait: called when there is one.
  /// - Returns: the lock; nil on a full disk, which has no room for one and takes no run either.
  /// - Throws: `AnalysisError` when another run keeps the history, or no lock can be made.
  static func take(
    _ path: String,
    _ lockTimeout: Double,
    _ onWait: (@Sendable (String) -> Void)?
  ) throws(AnalysisError) -> FileLock? {
    let outcome: FileLock.Outcome
    do throws(SystemError) {
      outcome = try FileLock.take("\(Folders.resolved(path)).lock", lockTimeout: lockTimeout) {
        holder in
        onWait?(
          "\(path): \(who(holder)) is using this history; waiting up to \(time(lockTimeout)) for it"
        )
      }
    } catch {
      guard !error.isFullDisk else { return nil }
      throw .system(error)
    }
    switch outcome {
    case .taken(let lock): return lock
    case .held(let holder):
      throw .history("\(path): \(who(holder)) is using this history; \(advice)")
    }
  }

  private static let advice =
    "nothing was read or written: run again when it is done, or give --wait more time"

  private static func who(_ holder: FileLock.Holder?) -> String {
    guard let holder else { return "another run" }
    let since = UTCTime(holder.since)
    return "another run (process \(holder.process), since \(since.date) \(since.clock) UTC)"
  }

  private static func time(_ seconds: Double) -> String {
    seconds >= 120 ? "\(Int(seconds / 60)) minutes" : "\(Int(seconds)) seconds"
  }
}
