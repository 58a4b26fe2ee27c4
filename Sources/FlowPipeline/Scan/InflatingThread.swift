internal import FlowAggregation
internal import FlowModel
internal import LogInput
internal import SystemFiles

/// The second thread of a lone input: inflates ahead, and collects batches in the time that is left.
///
/// Inflating takes half as long as parsing and collecting. Blocks and batches go round between the two threads; neither
/// ever waits for the other with something in its hands that the other one waits for, since batches are only handed over
/// where there is room.
final class InflatingThread: Sendable {
  /// A block of whole lines.
  struct Block: Sendable {
    var bytes: [UInt8]
    var end: Int
    /// Bytes of the file that were read for this block and those before.
    var compressedBytes: Int
  }

  private let filled = BoundedQueue<Block>(capacity: 8)
  private let empty = BoundedQueue<Block>(capacity: 16)
  private let parsed = BoundedQueue<RecordBatch>(capacity: 4)
  private let collected = BoundedQueue<RecordBatch>(capacity: 8)
  private let result = BoundedQueue<FlowCollector>(capacity: 1)
  private let thread: WorkerThread

  /// Starts inflating; the stream belongs to the thread until `finish`.
  init(_ stream: LogStream, collectorBudget: Int) {
    let lent = Lent(stream)
    let (filled, empty, parsed, collected) = (filled, empty, parsed, collected)
    let result = result
    thread = Workers.start {
      var collector = FlowCollector(budget: collectorBudget)
      func collect(_ batch: RecordBatch) {
        collector.add(batch)
        _ = collected.pushIfRoom(batch)
      }
      while !Interruption.isRequested {
        var block = empty.popIfAny() ?? Block(bytes: [], end: 0, compressedBytes: 0)
        guard let end = lent.stream.nextBlock(into: &block.bytes) else { break }
        block.end = end
        block.compressedBytes = lent.stream.compressedBytes
        filled.push(block)
        if let batch = parsed.popIfAny() { collect(batch) }
      }
      filled.close()
      while let batch = parsed.pop() { collect(batch) }
      result.push(collector)
    }
  }

  /// The next block; nil at the end of the input.
  func nextBlock() -> Block? { filled.pop() }

  /// Gives a block back to be filled again.
  func recycle(_ block: Block) { _ = empty.pushIfRoom(block) }

  /// Lets the thread collect a full batch, and takes an empty one for it.
  ///
  /// - Returns: false when the thread has enough to do already.
  func handOver(_ batch: inout RecordBatch) -> Bool {
    guard parsed.pushIfRoom(batch) else { return false }
    batch = collected.popIfAny() ?? RecordBatch()
    return true
  }

  /// Waits until everything handed over is collected.
  func finish() -> FlowCollector {
    parsed.close()
    thread.join()
    return result.pop() ?? FlowCollector(budget: 0)
  }

  /// Lends the stream to the thread.
  ///
  /// Unchecked because the compiler cannot see that the thread is joined before anybody else looks at the stream.
  private struct Lent: @unchecked Sendable {
    let stream: LogStream
    init(_ stream: LogStream) { self.stream = stream }
  }
}
