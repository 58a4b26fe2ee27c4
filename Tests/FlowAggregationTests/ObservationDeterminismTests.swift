import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Series, host-service pairs and services: the same in every run")
struct ObservationDeterminismTests {
  /// Beats, long and large conversations, names, pings, tunnels and crowds.
  private static func traffic(seed: UInt64) -> [SampleRecord] {
    var dice = Dice(seed: seed)
    var records = SampleRecord.background
    for number in 0..<60 {
      let host = "10.0.0.\(1 + dice.roll(2))"
      let peer = "203.0.113.\(dice.roll(12))"
      let port: UInt16 = [443, 53, 3333, 9001, 6667, 22_022][number % 6]
      let period = UInt32(20 + dice.roll(900))
      for connection in 0..<3 + dice.roll(30) {
        var conversation = SampleRecord.conversation(
          host,
          peer,
          from: UInt16(30_000 + number * 100 + connection),
          to: port,
          dice.roll(3) == 0 ? .shell : .greeting,
          at: noon + UInt32(connection) * period + UInt32(dice.roll(5)),
          lasting: dice.roll(40) == 0 ? 9000 : UInt32(dice.roll(100))
        )
        conversation[0].trafficPath = UInt8(dice.roll(10))
        conversation[0].bytes += dice.roll(50) == 0 ? 1 << 30 : UInt64(dice.roll(100))
        records += conversation
      }
    }
    for number in 0..<400 {
      let own = "10.0.0.\(1 + dice.roll(2))"
      var conversation = SampleRecord.conversation(
        "198.51.100.\(dice.roll(250))",
        own,
        from: UInt16(40_000 + number),
        to: [22, 443, 123, 9200][dice.roll(4)],
        dice.roll(2) == 0 ? .greeting : .shell,
        at: noon + UInt32(dice.roll(20_000))
      )
      if dice.roll(4) == 0 {
        let number: UInt8 = [1, 47, 17][dice.roll(3)]
        for index in conversation.indices {
          conversation[index].protocolNumber = number
          if number != 17 { (conversation[index].sourcePort, conversation[index].port) = (0, 0) }
          conversation[index].bytes *= 20
        }
      }
      records += conversation
    }
    return records
  }

  private static func text(_ run: SampleRun) -> [String] {
    run.series.map { "\($0)" } + run.servicePairs.map { "\($0)" } + run.uses.map { "\($0)" }
      + run.served.map { "\($0)" } + run.volumes.map { "\($0)" }
      + run.series.map { "\(run.result.prevalence.hosts(NetworkUse(around: $0.peer, $0.service)))" }
      + ["\(run.result.prevalence.activeHosts) \(run.result.contactsLeftOut)"]
  }

  @Test("Threads, order and memory change nothing", arguments: 1...3 as ClosedRange<UInt64>)
  func determinism(seed: UInt64) throws {
    var records = Self.traffic(seed: seed)
    let run = try SampleRun(records, keepsHistory: true)
    #expect(run.series.count > 10)
    #expect(run.series.contains { $0.shape != nil })
    #expect(run.series.contains { $0.longest >= 3600 })
    #expect(run.servicePairs.count > 30)
    #expect(run.served.count >= 6)
    #expect(run.uses.count > 10)
    #expect(run.volumes.count == 2)
    let whole = Self.text(run)
    var dice = Dice(seed: seed &+ 1000)
    for threads in 1...3 {
      for place in records.indices { records.swapAt(place, dice.roll(records.count)) }
      for memory in [1 << 30, 1] {
        let other = try SampleRun(records, threads: threads, memory: memory, keepsHistory: true)
        #expect(Self.text(other) == whole)
        if memory == 1 { #expect(other.result.spilledBytes > 0) }
      }
    }
  }

  @Test("Without history the detectors' part is the same", arguments: 4...5 as ClosedRange<UInt64>)
  func withoutBaseline(seed: UInt64) throws {
    var records = Self.traffic(seed: seed)
    let with = try SampleRun(records, keepsHistory: true)
    let without = try SampleRun(records)
    #expect(without.series.map { "\($0)" } == with.series.map { "\($0)" })
    var dice = Dice(seed: seed)
    for place in records.indices { records.swapAt(place, dice.roll(records.count)) }
    let other = try SampleRun(records, threads: 2, memory: 1)
    #expect(Self.text(other) == Self.text(without))
  }
}

@Suite("Extreme numbers: nothing traps")
struct ExtremeNumberTests {
  private static func extremes(seed: UInt64) -> [SampleRecord] {
    var dice = Dice(seed: seed)
    let hosts = ["10.0.0.1", "10.0.0.2", "203.0.113.1", "203.0.113.2"]
    func count() -> UInt64 {
      [0, 1, UInt64(UInt32.max), 1 << 32, .max - 1, .max, UInt64(dice.roll(9000))][dice.roll(7)]
    }
    func time() -> UInt32 {
      [0, 1, 3599, 3600, .max, .max - 1, noon, noon + UInt32(dice.roll(90_000))][dice.roll(8)]
    }
    return (0..<120).map { number in
      var record = SampleRecord(
        source: hosts[dice.roll(4)],
        destination: hosts[dice.roll(4)],
        sourcePort: UInt16([0, 53, 40_000 + number][dice.roll(3)]),
        port: [0, 22, 53, 443, 3333, 65_535][dice.roll(6)],
        protocolNumber: [0, 1, 6, 6, 17, 47, 58, 254, 255][dice.roll(9)],
        packets: count(),
        bytes: count(),
        start: time(),
        action: [.accept, .accept, .reject, .unknown][dice.roll(4)],
        tcpFlags: UInt8(dice.roll(256)),
        interface: UInt32(1 + dice.roll(2)),
        trafficPath: UInt8(dice.roll(16))
      )
      // The end may be anything, before the start as well.
      record.duration = time() &- record.start
      return record
    }
  }

  @Test(
    "Sums of 64 bits, times reversed, the first and the last second",
    arguments: 1...6 as ClosedRange<UInt64>
  )
  func anything(seed: UInt64) throws {
    let records = SampleRecord.background + Self.extremes(seed: seed)
    let whole = try SampleRun(records, keepsHistory: true)
    #expect(whole.result.firstStart.map { $0 < 3600 } == true)
    let other = try SampleRun(records.reversed(), threads: 3, memory: 1, keepsHistory: true)
    #expect(other.series.map { "\($0)" } == whole.series.map { "\($0)" })
    #expect(other.servicePairs.map { "\($0)" } == whole.servicePairs.map { "\($0)" })
    #expect(other.served.map { "\($0)" } == whole.served.map { "\($0)" })
    #expect(other.volumes.map { "\($0)" } == whole.volumes.map { "\($0)" })
  }

  @Test("Eight conversations of all bytes there are, from the first second to the last")
  func full() throws {
    let records = (0..<UInt16(8)).flatMap { number in
      [true, false].map { isClient in
        var record = SampleRecord(
          source: isClient ? "10.0.0.1" : "203.0.113.1",
          destination: isClient ? "203.0.113.1" : "10.0.0.1",
          sourcePort: isClient ? 40_000 + number : 443,
          port: isClient ? 443 : 40_000 + number,
          packets: .max,
          bytes: .max,
          start: 0,
          action: .accept
        )
        record.duration = .max
        return record
      }
    }
    let run = try SampleRun(SampleRecord.background + records, keepsHistory: true)
    let one = try #require(run.series.first)
    #expect([one.connections, one.bytesOut, one.bytesIn] == [8, .max, .max])
    #expect(one.longest == .max)
    #expect([one.first, one.last] == [0, .max])
    #expect(one.shape == nil)
  }
}
