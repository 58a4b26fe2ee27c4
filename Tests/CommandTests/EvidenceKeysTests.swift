import FlowModel
import FlowTestSupport
import Testing

@testable import FlowPipeline

@Suite("Keys of evidence")
struct EvidenceKeysTests {
  private typealias Key = EvidenceKeys.Key

  private static func key(_ random: inout SplitMix) -> Key {
    let part = [Key.Part.source, .sourcePrefix, .destination, .port][random.below(4)]
    // Few values, so that several findings share a key and one value is a key of several parts.
    let value =
      random.oneIn(2)
      ? IPAddress(v4: UInt32(random.below(60)))
      : IPAddress(high: UInt64(random.below(4)) << 40, low: UInt64(random.below(5)))
    return Key(part, value)
  }

  @Test(
    "lead to the findings that they were given, and to no others",
    arguments: 1...20 as ClosedRange<UInt64>
  )
  func lookups(seed: UInt64) {
    var random = SplitMix(seed)
    var expected: [Key: [Int]] = [:]
    var pairs: [(key: Key, finding: Int)] = []
    for finding in 0..<random.below(300) {
      for key in Set((0..<1 + random.below(3)).map { _ in Self.key(&random) }) {
        expected[key, default: []].append(finding)
        pairs.append((key, finding))
      }
    }
    let keys = EvidenceKeys(pairs)
    #expect(keys.count == expected.count)
    for (key, findings) in expected {
      #expect(keys.place(of: key).map { Array(keys.findings(at: $0)) } == findings)
    }
    for _ in 0..<500 {
      let key = Self.key(&random)
      #expect((keys.place(of: key) != nil) == (expected[key] != nil))
    }
  }

  @Test("of no finding lead nowhere")
  func none() {
    let keys = EvidenceKeys([])
    #expect(keys.count == 0 && keys.place(of: Key(port: 22)) == nil)
  }
}
