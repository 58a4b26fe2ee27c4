import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Rows of tables that are a server's answers")
struct AnswerMarkTests {
  /// An NFS server answers a client that uses many ports below 1024.
  private static let answers = (0..<20).map { number in
    SampleRecord(
      source: "10.0.0.5",
      destination: "10.0.1.9",
      sourcePort: 2049,
      port: UInt16(720 + number),
      packets: 8,
      bytes: 4000,
      start: noon + UInt32(number) * 900,
      action: .accept
    )
  }

  private static let scan = (1...30).map { port in
    SampleRecord(
      source: "203.0.113.9",
      destination: "10.0.0.5",
      sourcePort: 50_000,
      port: UInt16(port),
      start: noon
    )
  }

  @Test("are marked, and those of a scanner are not", arguments: [1, 2])
  func marks(threads: Int) throws {
    let run = try SampleRun(SampleRecord.background + Self.answers + Self.scan, threads: threads)
    let scans = run.result.tables.portScans.rows
    let server = try #require(scans.first { $0.source == IPAddress("10.0.0.5") })
    #expect([server.distinctPorts, server.records] == [20, 20])
    #expect(server.isAnswers)
    let scanner = try #require(scans.first { $0.source == IPAddress("203.0.113.9") })
    #expect(scanner.distinctPorts == 30)
    #expect(!scanner.isAnswers)
    let sweeps = run.result.tables.hostSweeps.rows
    #expect(
      sweeps.contains { $0.source == server.source && $0.service.port >= 700 && $0.isAnswers }
    )
    #expect(!sweeps.contains { $0.source == scanner.source && $0.isAnswers })
  }
}
