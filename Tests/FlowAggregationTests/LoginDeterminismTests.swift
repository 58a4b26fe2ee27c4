import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Logins: the same in every run")
struct LoginDeterminismTests {
  /// Brute-force sources of all kinds: more than a small budget holds.
  private static func storm(seed: UInt64) -> [SampleRecord] {
    var dice = Dice(seed: seed)
    var records = SampleRecord.background
    for source in 0..<24 {
      let port: UInt16 = [22, 22, 3389, 4022][source % 4]
      let count = source == 0 ? 400 : 3 + dice.roll(30)
      for number in 0..<count {
        var shape = LoginShape.refused
        shape.clientPackets += UInt32(dice.roll(4))
        shape.clientBytes += UInt32(dice.roll(200))
        shape.serverBytes += UInt32(dice.roll(20) == 0 ? 30_000 : dice.roll(300))
        let start = noon + UInt32(dice.roll(40_000))
        records += SampleRecord.conversation(
          "203.0.113.\(source)",
          from: 40_000 + UInt16(number),
          to: port,
          dice.roll(8) == 0 ? .greeting : shape,
          at: start,
          lasting: UInt32(1 + dice.roll(200))
        )
      }
    }
    return records
  }

  @Test("Threads, order and memory change nothing", arguments: 1...3)
  func determinism(seed: UInt64) throws {
    let records = Self.storm(seed: seed)
    let whole = try SampleRun(records).logins
    #expect(whole.count >= 12)
    var dice = Dice(seed: seed &+ 1000)
    for threads in 1...3 {
      var shuffled = records
      for place in shuffled.indices { shuffled.swapAt(place, dice.roll(shuffled.count)) }
      #expect("\(try SampleRun(shuffled, threads: threads).logins)" == "\(whole)")
      let tiny = try SampleRun(shuffled, threads: threads, memory: 1)
      #expect("\(tiny.logins)" == "\(whole)")
      if threads == 1 { #expect(tiny.result.spilledBytes > 0) }
    }
  }
}
