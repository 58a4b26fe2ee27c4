import Foundation
import FlowFindings
import FlowModel
import FlowPipeline
import FlowTestSupport
import Testing

/// Counts records by action: all that a new consumer of records takes.
struct ActionCounter: BatchConsumer {
  private(set) var counts: [FlowAction: Int] = [:]

  var projection: Projection { [.action] }

  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {
    var found: [FlowAction] = []
    batch.forEachTraffic { row in found.append(FlowAction(rawValue: batch.action[row]) ?? .unknown)
    }
    for action in found { counts[action, default: 0] += 1 }
  }

  mutating func merge(_ other: consuming ActionCounter) {
    counts.merge(other.counts, uniquingKeysWith: +)
  }
}

/// The example of the guide, as it stands there.
private func example() throws {
  // example: begin
  let log = FlowLog(["AWSLogs/"])
  for finding in try log.report().findings where finding.severity >= .medium {
    print(finding.score, finding.title, finding.actor.description)
  }
  // example: end
}

@Suite("Weir as a library")
struct LibraryTests {
  @Test("The guide's example is compiled, and needs its folder")
  func guide() throws {
    let source = String(decoding: try Data(contentsOf: URL(filePath: #filePath)), as: UTF8.self)
    let body = try #require(source.split(separator: "  // example: begin\n").dropFirst().first)
    let code = body.split(separator: "  // example: end")[0].split(separator: "\n")
      .map { $0.dropFirst(2) }.joined(separator: "\n")
    let guide = try GuidePage("Sources/weir/weir.docc/Architecture.md")
    #expect(guide.lines.joined(separator: "\n").contains(code))
    #expect(throws: FlowLogError.self) { try example() }
  }

  private static let samples = Program.repository.path + "/SampleLogs"

  @Test("gives the findings that the command prints")
  func findings() throws {
    let report = try FlowLog([Self.samples]).report()
    #expect(report.input.isComplete)
    let first = try #require(report.findings.first)
    #expect(first.severity == .critical)
    let severe = report.findings.filter { $0.severity >= .medium }
    #expect(!severe.isEmpty && severe.count < report.findings.count)
  }

  @Test(
    "shows records to a consumer of the caller's own, on any number of threads",
    arguments: [1, 2, 5]
  )
  func consumer(threads: Int) throws {
    var log = FlowLog([Self.samples])
    log.threads = threads
    let (consumer, input) = try log.read { ActionCounter() }
    let total = consumer.counts.values.reduce(0, +)
    #expect(UInt64(total) == input.counts.records.ok && total > 200_000)
    #expect(consumer.counts[.accept] ?? 0 > 0 && consumer.counts[.reject] ?? 0 > 0)
    #expect(consumer.counts[.unknown] == nil)
  }

  @Test("says why there is no report")
  func failure() {
    #expect(throws: FlowLogError.self) { try FlowLog(["/nowhere"]).report() }
    let error = #expect(throws: FlowLogError.self) {
      try FlowLog(["/nowhere"]).read { ActionCounter() }
    }
    #expect(error?.description.contains("/nowhere: no such file or folder") == true)
  }
}
