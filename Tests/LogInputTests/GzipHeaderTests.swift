import FlowTestSupport
@testable import LogInput
import Testing

/// Gzip members with every field that RFC 1952 allows in a header.
private enum Member {
  static let extra: UInt8 = 4
  static let name: UInt8 = 8
  static let comment: UInt8 = 16
  static let checksum: UInt8 = 2
  static let text: UInt8 = 1

  /// A header with the fields that the flags name.
  static func header(
    _ flags: UInt8,
    extraLength: Int = 5,
    nameLength: Int = 3,
    commentLength: Int = 4,
    wrongChecksum: Bool = false
  ) -> [UInt8] {
    var bytes: [UInt8] = [0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3]
    if flags & extra != 0 {
      bytes += [UInt8(extraLength & 255), UInt8(extraLength >> 8)]
      bytes += (0..<extraLength).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    }
    if flags & name != 0 { bytes += Samples.line(nameLength, "n") + [0] }
    if flags & comment != 0 { bytes += Samples.line(commentLength, "c") + [0] }
    if flags & checksum != 0 {
      let sum = crc(bytes) ^ (wrongChecksum ? 0x0100 : 0)
      bytes += [UInt8(sum & 255), UInt8(sum >> 8 & 255)]
    }
    return bytes
  }

  /// The member of a text behind a header.
  static func member(_ text: [UInt8], _ header: [UInt8]) -> [UInt8] {
    header + GzipWriter.member(text)[10...]
  }

  /// CRC-32, bit by bit.
  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in
        rest >> 1 ^ (rest & 1 == 1 ? 0xedb8_8320 : 0)
      }
    }
  }
}

@Suite("The header of a gzip member", .serialized)
struct GzipHeaderTests {
  @Test(
    "of every kind is read wherever it is cut",
    arguments: Samples.inflaters,
    Array(UInt8(0)...31)
  )
  func cuts(_ inflater: InflaterKind, _ flags: UInt8) throws {
    let header = Member.header(flags)
    let bytes = Member.member(Samples.text, header)
    let truth = Delivery.lines(of: Samples.text)
    for cut in 1...(header.count + 1) {
      let delivery = try Delivery(bytes, .at(cut), inflater: inflater)
      #expect(delivery.fault == nil, "cut at \(cut)")
      #expect(delivery.lines == truth, "cut at \(cut)")
    }
    let second = try Delivery(bytes + bytes, .everyByte, inflater: inflater)
    #expect(second.fault == nil)
    #expect(second.lines == truth + truth)
  }

  @Test("longer than any buffer is read", arguments: Samples.inflaters)
  func long(_ inflater: InflaterKind) throws {
    let all = Member.text | Member.extra | Member.name | Member.comment | Member.checksum
    let headers = [
      Member.header(Member.extra | Member.name, extraLength: 65_535),
      Member.header(Member.extra | Member.checksum, extraLength: 0),
      Member.header(Member.name | Member.checksum, nameLength: 131_060),
      Member.header(all, extraLength: 65_530, nameLength: 70_000, commentLength: 300_000),
    ]
    for header in headers {
      let delivery = try Delivery(Member.member(Samples.text, header), inflater: inflater)
      #expect(delivery.fault == nil, "\(header.count) bytes")
      #expect(delivery.lines == Delivery.lines(of: Samples.text))
    }
  }

  @Test("with a wrong checksum is corrupt wherever it is cut", arguments: Samples.inflaters)
  func checksum(_ inflater: InflaterKind) throws {
    let header = Member.header(Member.checksum | Member.name, wrongChecksum: true)
    let bytes = Member.member(Samples.text, header)
    for cut in 1...header.count {
      let delivery = try Delivery(bytes, .at(cut), inflater: inflater)
      #expect(delivery.fault?.reason == "gzip stream corrupt", "cut at \(cut)")
      #expect(delivery.lines.isEmpty)
    }
  }

  @Test("that is truncated says so at any length", arguments: Samples.inflaters)
  func truncated(_ inflater: InflaterKind) throws {
    let header = Member.header(31)
    for length in 2..<header.count {
      let delivery = try Delivery(Array(header[..<length]), inflater: inflater)
      #expect(delivery.fault == InputFault(reason: "gzip stream truncated", offset: length))
    }
  }
}
