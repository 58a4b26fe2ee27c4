import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Hour spread: bytes of a conversation by the hours that it lasted")
struct HourSpreadTests {
  private struct Part: Equatable {
    var hour: UInt32
    var out: UInt64
    var back: UInt64
  }

  private static func parts(
    _ first: UInt32,
    _ last: UInt32,
    _ out: UInt64,
    _ back: UInt64
  ) -> [Part] {
    var parts: [Part] = []
    HourSpread.forEach(first: first, last: last, out, back) { hour, out, back in
      parts.append(Part(hour: hour, out: out, back: back))
    }
    return parts
  }

  @Test("Within one hour all is of that hour")
  func single() {
    #expect(Self.parts(3600, 7199, 7, 9) == [Part(hour: 1, out: 7, back: 9)])
    #expect(Self.parts(3600, 3600, 7, 9) == [Part(hour: 1, out: 7, back: 9)])
    // A clock that runs backward.
    #expect(Self.parts(7200, 100, 7, 9) == [Part(hour: 2, out: 7, back: 9)])
  }

  @Test("Over several hours each gets what falls to its seconds")
  func several() {
    // 1,800 s of 7,200 s in the first hour, 3,600 in the second, 1,800 in the third.
    #expect(
      Self.parts(1800, 8999, 4000, 8) == [
        Part(hour: 0, out: 1000, back: 2), Part(hour: 1, out: 2000, back: 4),
        Part(hour: 2, out: 1000, back: 2),
      ]
    )
    // The first second of the next hour: 1 of 3,601.
    #expect(
      Self.parts(0, 3600, 3601, 0) == [
        Part(hour: 0, out: 3600, back: 0), Part(hour: 1, out: 1, back: 0),
      ]
    )
  }

  @Test("The parts add up to the whole", arguments: 1...200 as ClosedRange<UInt64>)
  func sums(seed: UInt64) {
    var dice = Dice(seed: seed)
    let first = UInt32(dice.roll(1 << 30)) &* 4
    let (last, _) = first.addingReportingOverflow(UInt32(dice.roll(399 * 3600)))
    let out = dice.roll(4) == 0 ? UInt64.max : UInt64(dice.roll(1 << 30))
    let back = UInt64(dice.roll(100))
    let parts = Self.parts(first, last, out, back)
    #expect(parts.reduce(UInt64(0)) { $0 &+ $1.out } == out)
    #expect(parts.reduce(UInt64(0)) { $0 &+ $1.back } == back)
    #expect(parts.map(\.hour) == Array(first / 3600...max(first, last) / 3600))
  }

  @Test("What a forged time says beyond two weeks is left out")
  func forged() {
    let parts = Self.parts(0, .max, .max, .max)
    #expect(parts.count == 401)
    #expect(parts.reduce(UInt64(0)) { $0 + $1.out } < UInt64.max / 100)
  }
}
