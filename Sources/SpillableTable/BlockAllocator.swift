internal import Synchronization

/// A stretch of memory for rows.
///
/// Unchecked because the compiler cannot see who has a block: one table's partition, or whoever took it from there.
@safe
struct Block: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt64>
}

/// Rows in a block.
struct Part {
  var block: Block
  var count: Int
}

/// The memory of all tables: blocks of one size, which go from table to table and from worker to worker.
///
/// Giving memory back to the system and asking for it again costs more than filling it, and a heap for each thread
/// would keep for one worker what another one needs. So blocks come from slabs that are given back all at once, when
/// none is in use.
final class BlockAllocator: Sendable {
  /// The blocks of the process, as `malloc` is the heap of the process.
  static let shared = BlockAllocator()
  /// Bytes of a block: small, since each partition of a table has at least one.
  static let blockBytes = 8192
  private static let slabBytes = 1 << 20

  private struct State {
    var free: [Block] = []
    var slabs: [Block] = []
    var blocksInUse = 0
  }

  private let state = Mutex(State())

  func allocate() -> Block {
    state.withLock { state in
      if state.free.isEmpty { Self.addSlab(&state) }
      state.blocksInUse += 1
      return state.free.removeLast()
    }
  }

  func free(_ parts: [Part]) {
    guard !parts.isEmpty else { return }
    state.withLock { state in
      for part in parts { state.free.append(part.block) }
      state.blocksInUse -= parts.count
    }
  }

  /// Gives all memory back if no block is in use.
  func trim() {
    state.withLock { state in
      guard state.blocksInUse == 0 else { return }
      for slab in state.slabs { unsafe slab.base.deallocate() }
      state = State()
    }
  }

  private static func addSlab(_ state: inout State) {
    let slab = UnsafeMutablePointer<UInt64>.allocate(capacity: slabBytes / 8)
    state.slabs.append(unsafe Block(base: slab))
    for place in stride(from: slabBytes - blockBytes, through: 0, by: -blockBytes) {
      state.free.append(unsafe Block(base: slab + place / 8))
    }
  }
}
