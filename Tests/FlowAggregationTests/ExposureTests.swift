import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Exposure: sensitive services of local addresses with external clients")
struct ExposureTests {
  private static func endpoints(_ records: [SampleRecord]) throws -> [ExposedEndpoint] {
    try SampleRun(SampleRecord.background + records).exposures
  }

  /// So many packets from the client, at 100 bytes, and ten times the bytes back.
  private static func visit(
    _ source: String,
    _ server: String = "10.0.0.1",
    port: UInt16 = 22,
    packets: UInt32 = 4,
    from clientPort: UInt16 = 40_000,
    at start: UInt32 = noon
  ) -> [SampleRecord] {
    let shape = LoginShape(
      clientPackets: packets,
      clientBytes: packets * 100,
      serverPackets: packets,
      serverBytes: packets * 1000
    )
    return SampleRecord.conversation(source, server, from: clientPort, to: port, shape, at: start)
  }

  @Test("Networks, sources and conversations are counted; a network is a /24")
  func counts() throws {
    let records =
      Self.visit("203.0.113.1") + Self.visit("203.0.113.1", from: 40_001, at: noon + 300)
      + Self.visit("203.0.113.2") + Self.visit("198.51.100.1", at: noon + 900)
    let endpoints = try Self.endpoints(records)
    let endpoint = try #require(endpoints.first)
    #expect(endpoints.count == 1)
    #expect(endpoint.address.description == "10.0.0.1")
    #expect(endpoint.service == Service(protocolNumber: 6, port: 22))
    #expect(endpoint.networks == 2)
    #expect(endpoint.sources == 3)
    #expect(endpoint.conversations == 4)
    #expect(endpoint.replyBytes == 16_000)
    #expect(endpoint.sums.bytes == 1600)
    #expect(endpoint.sums.first == noon)
    #expect(endpoint.sums.last == noon + 920)
    #expect(endpoint.probers == 0)
    #expect(endpoint.sessionSources == 0)
  }

  struct Silence: Sendable, CustomTestStringConvertible {
    var what: String
    var records: [SampleRecord]
    var testDescription: String { what }
  }

  @Test(
    "This is no exposure",
    arguments: [
      Silence(
        what: "accepted without an answer, as NAT gateways show it",
        records: (0..<20).map {
          .knock("203.0.\($0).1", to: 22, action: .accept)
        }
      ),
      Silence(what: "rejected", records: (0..<20).map { .knock("203.0.\($0).1", to: 22) }),
      Silence(
        what: "refused with a bare reset",
        records: SampleRecord.conversation(
          "203.0.113.1",
          from: 40_000,
          LoginShape(clientPackets: 1, clientBytes: 60, serverPackets: 1, serverBytes: 40)
        )
      ),
      Silence(what: "a public service", records: visit("203.0.113.1", port: 443)),
      Silence(what: "an internal client", records: visit("10.0.0.9")),
      Silence(what: "an external server", records: visit("10.0.0.1", "203.0.113.1")),
    ]
  )
  func silence(_ example: Silence) throws {
    #expect(try Self.endpoints(example.records).isEmpty)
  }

  @Test("A source that also tried another service without success is a scanner")
  func probers() throws {
    let records =
      Self.visit("203.0.113.1") + Self.visit("203.0.113.2") + Self.visit("198.51.100.1")
      + [
        .knock("203.0.113.2", to: 23), .knock("198.51.100.1", "10.0.0.2", to: 80, interface: 2),
        .knock("192.0.2.77", to: 23),
      ]
    let endpoint = try #require(try Self.endpoints(records).first)
    #expect(endpoint.sources == 3)
    #expect(endpoint.probers == 2)
    #expect(endpoint.proberSample.map(\.description).sorted() == ["198.51.100.1", "203.0.113.2"])
  }

  @Test("Complete sessions are listed by network, most response bytes first")
  func sessions() throws {
    let records =
      Self.visit("203.0.113.1", packets: 8) + Self.visit("198.51.100.1", packets: 30)
      + Self.visit("192.0.2.1", packets: 7) + Self.visit("203.0.113.2", packets: 9)
    let endpoint = try #require(try Self.endpoints(records).first)
    #expect(endpoint.networks == 3)
    #expect(endpoint.sessionSources == 3)
    #expect(
      endpoint.sessionNetworks.map(\.network.description) == ["198.51.100.0/24", "203.0.113.0/24"]
    )
    #expect(endpoint.sessionNetworks.map(\.replyBytes) == [30_000, 17_000])
  }

  @Test("Endpoints are apart by address and port")
  func endpoints() throws {
    let records =
      Self.visit("203.0.113.1") + Self.visit("203.0.113.1", port: 3389)
      + SampleRecord.conversation("203.0.113.1", "10.0.0.2", from: 40_000, .greeting, interface: 2)
    #expect(
      try Self.endpoints(records).map { "\($0.address) \($0.service.name)" }
        == ["10.0.0.1 SSH", "10.0.0.1 RDP", "10.0.0.2 SSH"]
    )
  }

  @Test("An IPv6 network is a /48")
  func addressFamily() throws {
    let records = ["2001:db8:b:1::1", "2001:db8:b:2::1", "2001:db8:c::1"].flatMap {
      Self.visit($0, "fd00::1", packets: 9)
    }
    let endpoint = try #require(try Self.endpoints(records).first)
    #expect(endpoint.networks == 2)
    #expect(endpoint.sources == 3)
    #expect(
      endpoint.sessionNetworks.map(\.network.description) == ["2001:db8:b::/48", "2001:db8:c::/48"]
    )
  }

  @Test("Of very many networks the 64 with the most bytes back are listed")
  func limit() throws {
    let records = (0..<100).flatMap { Self.visit("203.0.\($0).1", packets: UInt32(10 + $0)) }
    let endpoint = try #require(try Self.endpoints(records).first)
    #expect(endpoint.networks == 100)
    #expect(endpoint.sessionNetworks.count == ExposedEndpoint.networkLimit)
    #expect(endpoint.sessionNetworks.first?.network.description == "203.0.99.0/24")
    #expect(endpoint.sessionNetworks.last?.network.description == "203.0.36.0/24")
  }

  @Test("Threads, order and memory change nothing", arguments: 1...3)
  func determinism(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var records = SampleRecord.background
    for _ in 0..<700 {
      let source = "203.0.\(dice.roll(90)).\(dice.roll(4))"
      let port: UInt16 = [22, 3389, 6379][dice.roll(3)]
      if dice.roll(6) == 0 {
        records.append(.knock(source, to: 23))
      } else {
        records += Self.visit(
          source,
          port: port,
          packets: UInt32(3 + dice.roll(9)),
          from: UInt16(40_000 + dice.roll(9000)),
          at: noon + UInt32(dice.roll(9000))
        )
      }
    }
    let whole = try SampleRun(records).exposures
    #expect(whole.count == 3)
    for threads in 1...3 {
      for place in records.indices { records.swapAt(place, dice.roll(records.count)) }
      for memory in [1 << 30, 1] {
        let run = try SampleRun(records, threads: threads, memory: memory)
        #expect("\(run.exposures)" == "\(whole)")
      }
    }
  }
}
