import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Protocols without ports: the initiator if both sides send")
struct TunnelDirectionTests {
  /// What two ends of a tunnel sent within an hour, a record a minute each, both with the same times.
  private static func tunnel(
    _ protocolNumber: UInt8,
    with peer: String = "203.0.113.9",
    out: UInt64,
    back: UInt64,
    backDelay: UInt32 = 0
  ) -> [SampleRecord] {
    (0..<60).flatMap { minute in
      [true, false].map { isOut in
        SampleRecord(
          source: isOut ? "10.0.0.1" : peer,
          destination: isOut ? peer : "10.0.0.1",
          protocolNumber: protocolNumber,
          packets: 10,
          bytes: isOut ? out : back,
          start: noon + UInt32(minute) * 60 + (isOut ? 0 : backDelay),
          duration: 60,
          action: .accept
        )
      }
    }
  }

  private static func servicePairs(_ records: [SampleRecord]) throws -> [HostServicePair] {
    try SampleRun(SampleRecord.background + records).servicePairs
  }

  @Test(
    "The internal side is the initiator, whichever side sends more",
    arguments: [(47, 3000, 400), (47, 400, 3000), (50, 1000, 1000), (4, 1000, 1000)]
      as [(UInt8, UInt64, UInt64)]
  )
  func inside(protocolNumber: UInt8, out: UInt64, back: UInt64) throws {
    let servicePairs = try Self.servicePairs(Self.tunnel(protocolNumber, out: out, back: back))
    #expect(servicePairs.map(\.source.description) == ["10.0.0.1"])
    #expect(servicePairs.map(\.destination.description) == ["203.0.113.9"])
    #expect(servicePairs.map(\.trafficDirection) == [.outbound])
    #expect(servicePairs.map(\.service) == [Service(protocolNumber: protocolNumber, port: 0)])
    #expect(servicePairs.map(\.outcomes.sessions) == [1])
    #expect(servicePairs.map(\.sums.bytes) == [60 * out])
    #expect(servicePairs.map(\.replyBytes) == [60 * back])
  }

  @Test("Between two internal hosts the earlier one is the initiator")
  func lateral() throws {
    let records = Self.tunnel(47, with: "10.0.0.2", out: 500, back: 500, backDelay: 1)
    let servicePairs = try Self.servicePairs(records)
    #expect(servicePairs.map(\.source.description) == ["10.0.0.1"])
    #expect(servicePairs.map(\.trafficDirection) == [.lateral])
  }
}
