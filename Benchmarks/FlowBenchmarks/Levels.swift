import FlowAggregation
import FlowDetection
internal import FlowFindings
import FlowModel
import FlowParsing
import FlowPipeline
import FlowReporting
import LogInput
import SystemFiles

/// How much a level worked through.
struct Work {
  var records: UInt64 = 0
  var bytes = 0
}

/// The levels that are timed.
struct Levels {
  private let paths: [String]
  private let memory = 1 << 30

  init(_ paths: [String]) {
    self.paths = paths
  }

  /// Files to blocks of whole lines.
  func lines(_ kind: InflaterKind) -> Work {
    var work = Work()
    forEachBlock(kind, &work) { _, _ in }
    return work
  }

  /// Blocks to batches.
  func parse() -> Work {
    read { _ in }
  }

  /// Batches to rows.
  func collect() -> Work {
    var collector = FlowCollector(budget: memory / 2)
    return read { collector.add($0) }
  }

  /// Rows to tables, conversations, profiles and findings.
  func aggregate() -> Work {
    var collectors = [FlowCollector(budget: memory / 2)]
    let work = read { collectors[0].add($0) }
    var aggregation = Aggregation(
      AggregationSettings(internalRanges: InternalRanges(), threads: 1, memory: memory)
    )
    let outcome = try? aggregation.run(&collectors) { result in
      Detectors(NetworkContext(own: result.own.all))
    }
    precondition(outcome?.1.isEmpty == false, "state could not be spilled")
    return work
  }

  /// The run as the command does it, without evidence.
  func whole(threads: Int) -> Work {
    var settings = AnalysisSettings(paths: paths)
    settings.threads = threads
    settings.evidenceLines = 0
    guard let report = try? AnalysisRun(settings).run() else { return Work() }
    let text = TextReporter.report(report, TextStyle(width: 120, usesColor: false, top: 20))
    precondition(!text.isEmpty)
    return Work(records: report.input.counts.records.total, bytes: report.input.bytes)
  }

  private func read(_ take: (borrowing RecordBatch) -> Void) -> Work {
    var work = Work()
    var parser = RecordParser(.analysis, registry: InterfaceRegistry())
    var batch = parser.makeBatch()
    forEachBlock(.fastest, &work) { block, end in
      var position = 0
      while position < end {
        parser.parse(block.span, from: &position, to: end, into: &batch)
        if batch.isFull {
          take(batch)
          batch.clear()
        }
      }
    }
    take(batch)
    work.records = parser.counts.records.total
    return work
  }

  private func forEachBlock(
    _ kind: InflaterKind,
    _ work: inout Work,
    _ body: ([UInt8], Int) -> Void
  ) {
    var block: [UInt8] = []
    for path in paths {
      guard let file = try? OpenFile.reading(path),
        let stream = try? LogStream.open(file, inflater: kind)
      else { continue }
      while let end = stream.nextBlock(into: &block) { body(block, end) }
      work.bytes += stream.bytes
    }
  }
}
