import CAllocationCounter
import FlowAggregation
import FlowDetection
import FlowModel
import FlowParsing
import FlowPipeline
import FlowReporting
import LogInput
import SystemFiles

/// Times the layers, one after the other, on a folder of logs.
///
/// Every level does what the levels below it do and one thing more, on one thread, so that the difference between two
/// lines is what that thing costs. Prints CSV: level, seconds (median of the runs), records a second, megabytes of text
/// a second, allocations per million records, and the most memory held so far.
@main
struct FlowBenchmarks {
  static func main() {
    guard let folder = CommandLine.arguments.dropFirst().first else {
      print("usage: FlowBenchmarks FOLDER [RUNS]")
      SystemFiles.Process.leave(2)
    }
    Machine.keepHistory()
    let runs = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 3
    let paths = Folders.files(below: folder).files.filter { $0.hasSuffix(".gz") }
    print("level,seconds,records/s,MB/s,allocations/M records,peak MiB")
    let levels = Levels(paths)
    for kind in InflaterKind.allCases where kind.isAvailable {
      measure("inflate and lines (\(kind.rawValue))", runs) { levels.lines(kind) }
    }
    measure("+ parse", runs) { levels.parse() }
    measure("+ collect", runs) { levels.collect() }
    measure("+ aggregate and detect", runs) { levels.aggregate() }
    for threads in Set([1, Machine.cores]).sorted() {
      measure("whole run, \(threads) thread\(threads == 1 ? "" : "s")", runs) {
        levels.whole(threads: threads)
      }
    }
  }

  private static func measure(_ name: String, _ runs: Int, _ body: () -> Work) {
    var seconds: [Double] = []
    var work = Work()
    var allocations: UInt64 = 0
    for _ in 0..<max(1, runs) {
      let before = weir_allocations()
      let start = ContinuousClock.now
      work = body()
      seconds.append((ContinuousClock.now - start) / .seconds(1))
      allocations = weir_allocations() - before
    }
    let median = seconds.sorted()[seconds.count / 2]
    let perMillion = work.records == 0 ? 0 : Double(allocations) * 1e6 / Double(work.records)
    let columns = [
      name, decimals(median, 100), String(Int(Double(work.records) / median)),
      String(Int(Double(work.bytes) / median / 1e6)), String(Int(perMillion)),
      String(Machine.peakMemory >> 20),
    ]
    print(columns.joined(separator: ","))
  }

  private static func decimals(_ value: Double, _ scale: Int) -> String {
    let scaled = Int(value * Double(scale) + 0.5)
    let rest = String(scaled % scale)
    return "\(scaled / scale).\(String(repeating: "0", count: 2 - rest.count))\(rest)"
  }
}
