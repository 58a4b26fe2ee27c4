/// SplitMix64: numbers that look random and are the same in every run of the tests.
package struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the sequence of a seed.
  package init(_ seed: UInt64) { state = seed }

  /// Any 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// A number from 0 up to, but without, the bound.
  package mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// Whether an event of probability one in `count` happens.
  package mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  /// Random text of whole lines; every so often a line is empty or long.
  package mutating func text(lines: Int, longest: Int = 200) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<lines {
      let length = oneIn(10) ? 0 : below(longest)
      let letters = 1 + below(60)
      for _ in 0..<length { bytes.append(UInt8(0x21 + below(letters))) }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
