internal import Synchronization
package import SystemFiles

/// A corpus of flow logs for measuring speed; any part of it can be made without the others.
package struct Corpus: Sendable {
  private static let flowLog = "fl-0c5d7e10"
  private static let conversationsPerChunk = 4_096

  private let plan: CorpusPlan
  private let network = CorpusNetwork.make()

  /// A corpus of a plan.
  package init(_ plan: CorpusPlan) {
    self.plan = plan
  }

  /// Writes all files below a folder, laid out as in a bucket.
  ///
  /// The number of threads changes nothing but the time: a file depends on its number and the seed only.
  /// - Throws: the first `SystemError` of any file.
  package func write(to folder: String, threads: Int) throws(SystemError) -> GeneratedTotals {
    try CorpusOutcome.of(files: plan.files, threads: threads) { number throws(SystemError) in
      try writeFile(number, to: folder)
    }
  }

  /// Makes one file; its memory does not grow with the number of its records, its compressed bytes apart.
  private func writeFile(
    _ number: Int,
    to folder: String
  ) throws(SystemError) -> GeneratedTotals {
    let wanted = plan.records(inFile: number)
    var file = LogFile(plan.format, network)
    var traffic = CorpusTraffic(plan, network, file: number)
    append(traffic.idleRows(), to: &file, upTo: wanted)
    traffic.addPlants(file: number)
    while file.totals.records < wanted {
      traffic.advance(to: file.totals.records, of: wanted)
      for _ in 0..<Self.conversationsPerChunk { traffic.addConversation() }
      append(traffic.rows, to: &file, upTo: wanted)
      traffic.clear()
    }
    let slot = plan.slice(ofFile: number).lowerBound
    let name = ObjectName(flowLog: Self.flowLog, second: slot, number: number)
    return try file.finish(name, in: folder)
  }

  private func append(_ rows: [FlowRow], to file: inout LogFile, upTo wanted: Int) {
    for row in rows.prefix(wanted - file.totals.records) { file.append(row) }
  }
}

/// What became of the files, from whichever thread.
final class CorpusOutcome: Sendable {
  private let state = Mutex<(totals: GeneratedTotals, error: SystemError?)>(
    (GeneratedTotals(), nil)
  )

  /// Writes files side by side, each of which depends on its number alone.
  static func of(
    files: Int,
    threads: Int,
    _ write: @escaping @Sendable (Int) throws(SystemError) -> GeneratedTotals
  ) throws(SystemError) -> GeneratedTotals {
    let outcome = CorpusOutcome()
    Workers.run(threads) { worker in
      for number in stride(from: worker, to: files, by: threads) {
        do throws(SystemError) {
          outcome.add(try write(number))
        } catch {
          return outcome.fail(error)
        }
      }
    }
    return try outcome.result()
  }

  func add(_ totals: GeneratedTotals) {
    state.withLock { $0.totals += totals }
  }

  func fail(_ error: SystemError) {
    state.withLock { $0.error = $0.error ?? error }
  }

  func result() throws(SystemError) -> GeneratedTotals {
    let (totals, error) = state.withLock { $0 }
    if let error { throw error }
    return totals
  }
}
