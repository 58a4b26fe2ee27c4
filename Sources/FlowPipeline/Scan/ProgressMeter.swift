internal import Synchronization

/// Counts how far all workers have come and tells at most ten times a second.
final class ProgressMeter: Sendable {
  private let files = Atomic<Int>(0)
  private let bytes = Atomic<Int>(0)
  private let recordsOfFinishedFiles = Atomic<UInt64>(0)
  private let recordsHere = Atomic<UInt64>(0)
  private let lastTold = Mutex(ContinuousClock.now)
  private let began = ContinuousClock.now
  private let total: (files: Int, bytes: Int)
  private let tell: (@Sendable (Progress) -> Void)?

  init(files: Int, bytes: Int, tell: (@Sendable (Progress) -> Void)?) {
    total = (files, bytes)
    self.tell = tell
  }

  /// Notes a block; `records` is what its input gave so far.
  func add(compressedBytes: Int, records: UInt64) {
    guard tell != nil else { return }
    bytes.wrappingAdd(compressedBytes, ordering: .relaxed)
    recordsHere.store(records, ordering: .relaxed)
    tellIfDue()
  }

  /// Notes the records of an input that was read to its end.
  func endFile(records: UInt64) {
    recordsOfFinishedFiles.wrappingAdd(records, ordering: .relaxed)
    recordsHere.store(0, ordering: .relaxed)
  }

  /// Notes that an input is done with.
  func finishFile() {
    files.wrappingAdd(1, ordering: .relaxed)
  }

  private func tellIfDue() {
    let now = ContinuousClock.now
    let isDue = lastTold.withLock { last in
      guard now - last >= .milliseconds(100) else { return false }
      last = now
      return true
    }
    guard isDue else { return }
    tell?(
      Progress(
        files: (files.load(ordering: .relaxed), total.files),
        compressedBytes: (bytes.load(ordering: .relaxed), total.bytes),
        records: recordsOfFinishedFiles.load(ordering: .relaxed)
          + recordsHere.load(ordering: .relaxed),
        seconds: (now - began) / .seconds(1)
      )
    )
  }
}
