internal import FlowFindings
internal import FlowModel
internal import LogInput
internal import Synchronization
internal import SystemFiles

/// The one read loop: opens inputs, inflates, parses, and hands batches to a consumer; every line is accounted for.
///
/// Many inputs are shared out among the workers, each of which takes one after the other from bytes to batches. A lone
/// input is inflated by one thread while another one parses. Whatever reads records is a consumer of this loop.
struct RecordSource: Sendable {
  /// How inputs are read.
  struct Options: Sendable {
    /// The format of lines without a header, if the user gave one.
    var logFormat: RecordFormat?
    /// Which library inflates.
    var inflater = InflaterKind.fastest
    /// How many threads work; with one, inputs are read in their order.
    var threads = 1
    /// Which records count, by time; nil for all.
    var window: TimeWindow?
    /// The owners of hosts that have the same address, by the numbers of the registry.
    var owners = HostOwners()
    /// Takes a copy of standard input.
    var copy: OpenFile?
    /// Standard input, where it was read and copied before.
    var standardInput: OpenFile?
    /// So many blocks of each input are read; nil for all.
    var blocksPerInput: Int?
    /// Whether inputs that can be read only once are left out.
    var skipsPipes = false
  }

  /// What the reading gave.
  struct Outcome<Consumer: BatchConsumer>: Sendable {
    /// What was consumed, all workers together.
    var consumer: Consumer
    /// What became of each input, in no order.
    var sources: [SourceSummary]
    /// Records with log-status OK in the window; 0 without a window.
    var recordsInWindow: UInt64
  }

  let inputs: [InputList.Input]
  let options: Options
  let registry: InterfaceRegistry
  var progress: ProgressMeter?

  /// Reads all inputs.
  ///
  /// - Parameter make: makes the consumer of one worker.
  /// - Returns: all consumers merged, and what became of each input.
  func read<Consumer: BatchConsumer>(
    _ make: @escaping @Sendable () -> Consumer
  ) -> Outcome<Consumer> {
    let next = Atomic<Int>(0)
    let outcomes = Mutex<[Outcome<Consumer>]>([])
    let isLone = inputs.count < options.threads
    Workers.run(max(1, min(options.threads, inputs.count))) { _ in
      var worker = RecordReader(self, make)
      while !Interruption.isRequested {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < inputs.count else { break }
        worker.read(inputs[index], onTwoThreads: isLone)
      }
      let done = worker.outcome
      outcomes.withLock { $0.append(done) }
    }
    return outcomes.withLock { Self.merged(&$0) }
  }

  private static func merged<Consumer>(
    _ outcomes: inout [Outcome<Consumer>]
  ) -> Outcome<Consumer> {
    var all = outcomes.removeFirst()
    for outcome in outcomes {
      all.sources += outcome.sources
      all.recordsInWindow += outcome.recordsInWindow
      all.consumer.merge(outcome.consumer)
    }
    outcomes = []
    return all
  }
}
