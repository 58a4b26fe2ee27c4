import FlowTestSupport
import Testing

@testable import FlowParsing

@Suite("Runs of bytes are copied as the safe twin copies them")
struct ByteCopyTests {
  @Test("every range of some bytes", arguments: [0, 1, 8, 9, 17, 40])
  func ranges(length: Int) {
    var numbers = SeededNumbers(UInt64(length))
    let source = (0..<length).map { _ in UInt8.random(in: 0...255, using: &numbers) }
    for lower in 0...length {
      for upper in lower...length {
        var (fast, slow): ([UInt8], [UInt8]) = ([1, 2], [1, 2])
        ByteCopy.append(source.span, lower..<upper, to: &fast)
        ByteCopy.appendSlowly(source.span, lower..<upper, to: &slow)
        #expect(fast == slow)
        #expect(fast == [1, 2] + source[lower..<upper])
      }
    }
  }
}
