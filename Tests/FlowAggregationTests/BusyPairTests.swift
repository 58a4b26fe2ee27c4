import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

/// One pair of hosts with more rows than are held at a time.
@Suite("A pair that exceeds the budget")
struct BusyPairTests {
  @Test("one 5-tuple with tens of thousands of conversations", arguments: [1, 1 << 30])
  func longTuple(memory: Int) throws {
    let count: UInt32 = 40_000
    let records = (0..<count).map { number in
      var record = SampleRecord(source: "203.0.113.9", destination: "10.0.0.1")
      (record.sourcePort, record.port, record.action) = (40_000, 22, .reject)
      (record.start, record.packets, record.bytes) = (1_000_000_000 + number * 200, 2, 100)
      (record.interface, record.tcpFlags) = (1, 2)
      return record
    }
    let run = try SampleRun(SampleRecord.background + records, memory: memory)
    #expect(run.result.conversations.all == UInt64(count) + 4)
    let talker = try #require(run.result.tables.topTalkers.rows.first)
    #expect((talker.bytes, talker.records) == (UInt64(count) * 100, UInt64(count)))
    let profile = try #require(run.profile("203.0.113.9"))
    #expect(profile.outcomes.blocked == UInt64(count))
    #expect(profile.sums.first == 1_000_000_000)
    #expect(profile.sums.last == 1_000_000_000 + (count - 1) * 200 + 30)
  }

  @Test("one pair with tens of thousands of connections to one service")
  func manyCalls() throws {
    let count = 40_000
    let records = (0..<count).flatMap { number in
      SampleRecord.conversation(
        "10.0.0.1",
        "198.51.100.7",
        from: 10_000 + UInt16(number),
        to: 443,
        .greeting,
        at: noon + UInt32(number) * 3
      )
    }
    let series = try SampleRun(SampleRecord.background + records).series
    #expect(series.count == 1)
    let one = try #require(series.first)
    #expect(one.connections == UInt64(count))
    #expect(one.bytesOut == UInt64(count) * 240)
    #expect((one.first, one.last) == (noon, noon + UInt32(count - 1) * 3 + 20))
  }

  @Test("between internal hosts the first 64 of tens of thousands of connections are kept")
  func manyChecks() throws {
    let count = 30_000
    let records = (0..<count).reversed().flatMap { number in
      SampleRecord.conversation(
        "10.0.0.1",
        "10.0.0.2",
        from: 33_000 + UInt16((number * 7919) % count),
        to: 443,
        .greeting,
        at: noon + UInt32(number) * 3
      )
    }
    let series = try SampleRun(SampleRecord.background + records).series
    let one = try #require(series.first { $0.isLateral })
    #expect(one.connections == 64)
    #expect((one.first, one.last) == (noon, noon + 63 * 3 + 20))
  }
}
