internal import FlowGenerator
internal import Glibc
internal import SystemFiles

/// Makes flow logs to try Weir on: the sample logs, a corpus of any size, or two weeks of runs.
@main
struct GenerateLogs {
  private static let usage = """
    usage: generate-logs sample FOLDER [--seed 1]
           generate-logs corpus FOLDER [--records 20000000] [--files 64] [--seed 1]
                                       [--format v2|v5] [--threads 2]
           generate-logs flood FOLDER  [the same options; a record is a forged source]
           generate-logs fortnight FOLDER [--seed 1] [--hosts 12] [--quiet]
                                       [12 hosts or more; quiet: nothing to find]
    """
  private static let misuse: Int32 = 64
  private static let failure: Int32 = 1

  static func main() {
    guard let request = Request(Array(CommandLine.arguments.dropFirst())) else {
      print(usage)
      exit(misuse)
    }
    do throws(SystemError) {
      report(try write(request))
    } catch {
      print("generate-logs: \(error)")
      exit(failure)
    }
  }

  private static func write(_ request: Request) throws(SystemError) -> GeneratedTotals {
    switch request.kind {
    case .sample:
      try SampleLogs.write(to: request.folder, seed: request.seed)
    case .corpus:
      try Corpus(request.plan).write(to: request.folder, threads: request.threads)
    case .flood:
      try SpoofedFlood(request.plan).write(to: request.folder, threads: request.threads)
    case .fortnight:
      try Fortnight(request.fortnight).write(to: request.folder)
    }
  }

  private static func report(_ totals: GeneratedTotals) {
    print(
      """
      \(totals.files) files, \(totals.records) records, \(totals.textBytes) bytes of text, \
      \(totals.compressedBytes) bytes on the disk
      """
    )
  }
}
