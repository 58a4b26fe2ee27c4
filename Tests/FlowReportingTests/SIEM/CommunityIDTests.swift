import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

@Suite("Community ID version 1: the same as in other tools")
struct CommunityIDTests {
  @Test(
    "Known conversations, both ways",
    arguments: [
      (6, "128.232.110.120", 34_855, "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
      (17, "192.168.1.52", 54_585, "8.8.8.8", 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
      (
        6, "2607:f8b0:400c:c03::1a", 63_943, "2607:f8b0:4002:c07::bd", 443,
        "1:MsOQvXGv/2F0PiT+kst4wd9pc3k="
      ), (6, "10.0.0.1", 5000, "10.0.0.1", 22, "1:Njm4TeaTyPtgxyWhsaAZhJcYd8U="),
      (17, "10.0.0.2", 0, "10.0.0.1", 65_535, "1:PYUQOEYSsQIjW5taDY+QrLjQOA4="),
    ] as [(UInt8, String, UInt16, String, UInt16, String)]
  )
  func known(
    number: UInt8,
    source: String,
    sourcePort: UInt16,
    destination: String,
    port: UInt16,
    id: String
  ) throws {
    let (client, server) = (try #require(IPAddress(source)), try #require(IPAddress(destination)))
    #expect(CommunityID.of(client, sourcePort, server, port, protocolNumber: number) == id)
    #expect(CommunityID.of(server, port, client, sourcePort, protocolNumber: number) == id)
  }

  @Test("Pings have none: flow logs do not show their types; nor has a line without ports")
  func none() {
    let (one, other) = (Example.own(1), Example.own(2))
    #expect(CommunityID.of(one, 0, other, 0, protocolNumber: 1) == nil)
    #expect(CommunityID.of(one, 1, Example.longV6(1), 2, protocolNumber: 6) == nil)
    #expect(CommunityID.of(EvidenceRecord(source: one, destination: other)) == nil)
  }

  @Test(
    "SHA-1",
    arguments: [
      (0, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
      (55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
      (56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
      (64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
      (1000, "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
    ]
  )
  func hash(letters: Int, digits: String) {
    #expect(Self.hex(SHA1.hash([UInt8](repeating: UInt8(ascii: "a"), count: letters))) == digits)
    #expect(Self.hex(SHA1.hash(Array("abc".utf8))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test(
    "Base64",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
  )
  func base64(text: String, code: String) { #expect(Base64.text(Array(text.utf8)) == code) }
}
