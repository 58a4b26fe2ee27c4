internal import FlowModel
internal import LogInput
internal import SystemFiles

/// The second thread of a lone input: inflates ahead, and consumes batches in the time that is left.
///
/// Inflating takes less time than parsing and consuming. Blocks and batches go round between the two threads; neither
/// ever waits for the other with something in its hands that the other one waits for, since batches are only handed
/// over where there is room.
final class InflatingThread<Consumer: BatchConsumer>: Sendable {
  /// A block of whole lines.
  struct Block: Sendable {
    var bytes: [UInt8]
    var end: Int
    /// Bytes of the file that were read for this block and those before.
    var compressedBytes: Int
  }

  private struct Parsed: Sendable {
    var batch: RecordBatch
    var place: BatchPlace
  }

  private let filled = BoundedQueue<Block>(capacity: 8)
  private let empty = BoundedQueue<Block>(capacity: 16)
  private let parsed: BoundedQueue<Parsed>
  private let consumed = BoundedQueue<RecordBatch>(capacity: 8)
  private let result = BoundedQueue<Consumer>(capacity: 1)
  private let make: @Sendable () -> Consumer
  private let thread: WorkerThread

  /// Starts inflating; the stream belongs to the thread until `finish`.
  ///
  /// - Parameters:
  ///   - stream: the input.
  ///   - isAlone: whether the thread consumes nothing, because rows must be found in their blocks.
  ///   - make: makes the thread's consumer.
  init(_ stream: LogStream, isAlone: Bool, _ make: @escaping @Sendable () -> Consumer) {
    let lent = Lent(stream)
    parsed = BoundedQueue(capacity: isAlone ? 0 : 4)
    self.make = make
    let (filled, empty, parsed, consumed) = (filled, empty, parsed, consumed)
    let result = result
    thread = Workers.start {
      var consumer = make()
      func consume(_ parsed: Parsed) {
        consumer.consume(parsed.batch, at: parsed.place)
        _ = consumed.pushIfRoom(parsed.batch)
      }
      while !Interruption.isRequested {
        var block = empty.popIfAny() ?? Block(bytes: [], end: 0, compressedBytes: 0)
        guard let end = lent.stream.nextBlock(into: &block.bytes) else { break }
        block.end = end
        block.compressedBytes = lent.stream.compressedBytes
        filled.push(block)
        if let batch = parsed.popIfAny() { consume(batch) }
      }
      filled.close()
      while let batch = parsed.pop() { consume(batch) }
      consumer.end()
      result.push(consumer)
    }
  }

  /// The next block; nil at the end of the input.
  func nextBlock() -> Block? { filled.pop() }

  /// Gives a block back to be filled again.
  func recycle(_ block: Block) { _ = empty.pushIfRoom(block) }

  /// Lets the thread consume a full batch, and takes another one for it.
  ///
  /// - Returns: false when the thread has enough to do already.
  func handOver(_ batch: inout RecordBatch, _ place: BatchPlace) -> Bool {
    guard parsed.pushIfRoom(Parsed(batch: batch, place: place)) else { return false }
    let empty = RecordBatch(batch.projection, hasPlaces: !batch.lineOffset.isEmpty)
    batch = consumed.popIfAny() ?? empty
    return true
  }

  /// Waits until everything handed over is consumed.
  func finish() -> Consumer {
    filled.close()
    parsed.close()
    thread.join()
    return result.pop() ?? make()
  }

  /// Lends the stream to the thread.
  ///
  /// Unchecked because the compiler cannot see that the thread is joined before anybody else looks at the stream.
  private struct Lent: @unchecked Sendable {
    let stream: LogStream
    init(_ stream: LogStream) { self.stream = stream }
  }
}
