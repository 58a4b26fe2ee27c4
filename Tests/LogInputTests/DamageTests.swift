import FlowTestSupport
@testable import LogInput
import Testing

@Suite("A damaged gzip stream", .serialized)
struct DamageTests {
  private static let text = Samples.longer
  private static let truth = Delivery.lines(of: text)
  private static let member = GzipWriter.member(text)

  @Test("that is truncated gives the lines before the cut", arguments: Samples.inflaters)
  func truncated(_ inflater: InflaterKind) throws {
    for cut in 0...Self.member.count {
      let delivery = try Delivery(Array(Self.member[..<cut]), inflater: inflater)
      let isWhole = cut == 0 || cut == Self.member.count
      #expect((delivery.fault == nil) == isWhole, "cut at \(cut)")
      #expect(Self.isPrefix(delivery.lines), "cut at \(cut)")
      #expect(delivery.areBlocksWhole, "cut at \(cut)")
      #expect(delivery.compressedBytes == cut)
      guard let fault = delivery.fault else { continue }
      #expect(fault == InputFault(reason: "gzip stream truncated", offset: cut))
      #expect(delivery.form == .gzip)
    }
    #expect(try Delivery(Self.member, inflater: inflater).lines == Self.truth)
  }

  @Test(
    "that is truncated gives every line that was complete before",
    arguments: Samples.inflaters
  )
  func truncatedTrailer(_ inflater: InflaterKind) throws {
    for lost in 1...8 {
      let delivery = try Delivery(Array(Self.member.dropLast(lost)), inflater: inflater)
      #expect(delivery.lines == Self.truth)
      #expect(!delivery.lostPartialLine)
      #expect(delivery.fault != nil)
    }
  }

  @Test("says whether the damage cut a line", arguments: Samples.inflaters)
  func cutLine(_ inflater: InflaterKind) throws {
    let bytes = Samples.gzip("whole\nhalf a li").dropLast(3)
    let delivery = try Delivery(Array(bytes), inflater: inflater)
    #expect(Samples.strings(delivery) == ["whole"])
    #expect(delivery.lostPartialLine)
    #expect(delivery.fault?.description == "gzip stream truncated at byte \(bytes.count)")
  }

  @Test(
    "does not depend on where reads are cut",
    arguments: Samples.inflaters,
    [Cutting.everyByte, .random(seed: 1), .random(seed: 2)]
  )
  func cuts(_ inflater: InflaterKind, _ cutting: Cutting) throws {
    for cut in stride(from: 1, to: Self.member.count, by: 5) {
      let delivery = try Delivery(Array(Self.member[..<cut]), cutting, inflater: inflater)
      #expect(delivery.fault == InputFault(reason: "gzip stream truncated", offset: cut))
      #expect(Self.isPrefix(delivery.lines), "cut at \(cut)")
    }
  }

  @Test(
    "that is truncated in its second member keeps the first one",
    arguments: Samples.inflaters
  )
  func secondMember(_ inflater: InflaterKind) throws {
    let first = Samples.gzip("a1\na2\n")
    for kept in 1..<20 {
      let delivery = try Delivery(first + Self.member[..<kept], inflater: inflater)
      #expect(Samples.strings(delivery).starts(with: ["a1", "a2"]))
      #expect(delivery.fault?.reason == "gzip stream truncated", "\(kept) bytes kept")
      #expect(delivery.fault?.offset == first.count + kept, "\(kept) bytes kept")
    }
  }

  @Test("whose inner stream is truncated is found out as well", arguments: Samples.inflaters)
  func innerTruncated(_ inflater: InflaterKind) throws {
    for cut in 2..<Self.member.count {
      let bytes = GzipWriter.member(Array(Self.member[..<cut]))
      let delivery = try Delivery(bytes, inflater: inflater)
      #expect(delivery.fault?.reason == "gzip stream truncated", "cut at \(cut)")
      #expect(Self.isPrefix(delivery.lines), "cut at \(cut)")
      #expect(delivery.form == .gzipInGzip)
    }
  }

  struct Garbage: Sendable {
    var name: String
    var bytes: [UInt8]
    var padding = 0
  }

  @Test(
    "followed by what is neither a member nor padding gives its lines and says so",
    arguments: Samples.inflaters,
    [
      Garbage(name: "text", bytes: Array("garbage\n".utf8)),
      Garbage(name: "text behind padding", bytes: Array("garbage\n".utf8), padding: 4),
      Garbage(name: "one byte", bytes: [0x78]),
      Garbage(name: "one byte behind padding", bytes: [0xff], padding: 1),
      Garbage(name: "half a mark", bytes: [0x1f, 0x8c]),
    ]
  )
  func garbage(_ inflater: InflaterKind, _ garbage: Garbage) throws {
    let padding = [UInt8](repeating: 0, count: garbage.padding)
    let fault = InputFault(
      reason: "gzip stream trailing garbage",
      offset: Self.member.count + garbage.padding
    )
    for cutting in [Cutting.pages, .everyByte] {
      let delivery = try Delivery(
        Self.member + padding + garbage.bytes,
        cutting,
        inflater: inflater
      )
      #expect(delivery.lines == Self.truth, "\(garbage.name)")
      #expect(delivery.fault == fault, "\(garbage.name)")
      #expect(!delivery.lostPartialLine)
    }
  }

  @Test("with a wrong check sum or length says so", arguments: Samples.inflaters, 1...8)
  func trailer(_ inflater: InflaterKind, _ place: Int) throws {
    var bytes = Self.member
    bytes[bytes.count - place] ^= 0x40
    let delivery = try Delivery(bytes, inflater: inflater)
    #expect(delivery.fault?.reason == "gzip stream checksum mismatch")
    #expect(Self.isPrefix(delivery.lines))
  }

  @Test("of unknown method is corrupt", arguments: Samples.inflaters)
  func method(_ inflater: InflaterKind) throws {
    var bytes = Self.member
    bytes[2] = 7
    let delivery = try Delivery(bytes, inflater: inflater)
    #expect(delivery.fault?.reason == "gzip stream corrupt")
    #expect(delivery.lines.isEmpty)
  }

  @Test("is never taken for a good one, by either library, whichever bit is flipped")
  func bitFlips() throws {
    // The two bytes of the mark are left alone: without them the bytes are no gzip stream.
    for place in 2..<Self.member.count {
      for bit in 0..<8 {
        var bytes = Self.member
        bytes[place] ^= 1 << bit
        let faults = try Samples.inflaters.map { inflater in
          let delivery = try Delivery(bytes, inflater: inflater)
          #expect(delivery.areBlocksWhole)
          #expect(
            delivery.fault != nil || delivery.lines == Self.truth,
            "\(inflater) took byte \(place), bit \(bit)"
          )
          return delivery.fault != nil
        }
        #expect(Set(faults).count == 1, "byte \(place), bit \(bit): \(faults)")
      }
    }
  }

  @Test(
    "never crashes, and blocks stay whole, however it is damaged",
    arguments: [1, 2, 3] as [UInt64]
  )
  func noise(seed: UInt64) throws {
    var random = SplitMix(seed)
    for _ in 0..<60 {
      var bytes = random.oneIn(3) ? GzipWriter.member(Self.member) : Self.member + Self.member
      for _ in 0..<(1 + random.below(6)) {
        bytes[2 + random.below(bytes.count - 2)] = UInt8(truncatingIfNeeded: random.next())
      }
      for inflater in Samples.inflaters {
        let delivery = try Delivery(bytes, .random(seed: random.next()), inflater: inflater)
        #expect(delivery.areBlocksWhole)
        #expect(delivery.compressedBytes <= bytes.count)
      }
    }
  }

  private static func isPrefix(_ lines: [[UInt8]]) -> Bool { truth.starts(with: lines) }
}
