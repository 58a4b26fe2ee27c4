internal import Synchronization

/// What the tables of a run may hold in memory, all together.
///
/// Rows that wait for the next stage count first. What they leave is shared out among the workers of the running stage,
/// three quarters of it, so that the stage after that one does not begin with nothing; as partitions are worked off,
/// the shares grow.
package final class MemoryBudget: Sendable {
  /// Runs of a row each would be no use: some blocks must be filled.
  private static let leastShare = 32 * BlockAllocator.blockBytes

  /// In bytes.
  package let limit: Int
  private let workers: Int
  private let waiting = Atomic<Int>(0)

  /// - Parameters:
  ///   - limit: in bytes.
  ///   - workers: among how many workers it is shared out.
  package init(limit: Int, workers: Int) {
    self.limit = max(0, limit)
    self.workers = max(1, workers)
  }

  /// The budget of one worker alone, all of which is its share.
  package convenience init(share: Int) { self.init(limit: share / 3 * 4 + 3, workers: 1) }

  /// What the tables of one worker may hold just now, in bytes.
  var share: Int {
    let free = limit - waiting.load(ordering: .relaxed)
    return max(Self.leastShare, max(limit / 8, free / 4 * 3) / workers)
  }

  /// How many bytes of rows are sorted at once; what is more than that is merged from sorted runs.
  ///
  /// Sorting needs four fifths of this beside the rows, in each worker, and rows from files need as much again.
  package var sortBytes: Int { min(16 << 20, max(64 << 10, limit / 16 / workers)) }

  /// Counts bytes that wait for the next stage.
  package func hold(_ bytes: Int) { waiting.wrappingAdd(bytes, ordering: .relaxed) }

  /// Bytes that waited are free.
  package func release(_ bytes: Int) { waiting.wrappingSubtract(bytes, ordering: .relaxed) }
}
