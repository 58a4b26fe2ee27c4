import Testing

@testable import FlowParsing

@Suite("Words of eight bytes")
struct WordScanTests {
  @Test("the fast load and its safe twin give the same word at every position of every length")
  func twins() {
    for length in 0...40 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ length &* 31 &+ 129) }
      for position in 0...(length + 1) {
        let fast = WordScan.word(bytes.span, position)
        #expect(fast == WordScan.paddedWord(bytes.span, position))
        #expect(UInt8(truncatingIfNeeded: fast) == (position < length ? bytes[position] : 0))
      }
    }
  }
}
