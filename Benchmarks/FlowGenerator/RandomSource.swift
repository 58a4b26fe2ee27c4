/// Numbers that look random and are the same on every machine for the same seed.
///
/// This is SplitMix64. Whole numbers only: the last bit of a logarithm differs between C libraries, and one
/// differing bit would make other log files out of the same seed.
struct RandomSource: Sendable {
  private static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  private var state: UInt64

  /// Starts one of many independent streams of a seed, so that files can be made in any order.
  init(seed: UInt64, stream: UInt64) {
    state = Self.mix(seed &+ Self.mix(stream &+ Self.increment))
  }

  /// Scatters the bits of a number; different numbers stay different.
  static func mix(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }

  /// Scatters two numbers into one.
  static func mix(_ first: Int, _ second: Int) -> UInt64 {
    let spread = UInt64(truncatingIfNeeded: first) &* increment
    return mix(spread &+ UInt64(truncatingIfNeeded: second))
  }

  /// Any 64 bits.
  mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  /// A number from 0 up to, but without, the bound.
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number of the range, each as likely as the others.
  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// A number of the range, small ones far more often: the mean lies at an eighth of it.
  ///
  /// Sizes and durations of real flows are spread that way.
  mutating func mostlySmall(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(below(below(range.count) + 1) + 1)
  }

  /// Whether something happens that does so in `count` of `total` cases.
  mutating func happens(_ count: Int, in total: Int) -> Bool {
    below(total) < count
  }

  /// One of a list's elements; the list must not be empty.
  mutating func pick<Element>(_ list: [Element]) -> Element {
    list[below(list.count)]
  }

  /// An index of the weights, the heavy ones more often.
  mutating func weighted(_ weights: [Int]) -> Int {
    var left = below(weights.reduce(0, +))
    for (index, weight) in weights.enumerated() {
      if left < weight { return index }
      left -= weight
    }
    return weights.count - 1
  }
}

extension RandomSource {
  /// The ports that Linux gives to outgoing connections.
  private static let ephemeralPorts = 32_768...60_999

  /// A client's port.
  mutating func ephemeralPort() -> UInt16 {
    UInt16(within(Self.ephemeralPorts))
  }

  /// A list in another order.
  mutating func shuffled<Element>(_ list: [Element]) -> [Element] {
    var result = list
    for index in result.indices.dropFirst().reversed() {
      result.swapAt(index, below(index + 1))
    }
    return result
  }
}
