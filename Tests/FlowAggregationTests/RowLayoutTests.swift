import FlowModel
import SpillableTable
import Testing

@testable import FlowAggregation
@testable import FlowFindings

/// The engine compares words of rows without knowing their types, so no gap may lie within a key.
@Suite("Layout of rows")
struct RowLayoutTests {
  /// Checks that rows are in order of their keys, whatever else they hold, and that rows of one group have one hash.
  private func check<Row: SpillableRow>(
    _ ordered: [(key: Row, same: Row)],
    groups: [Int],
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(MemoryLayout<Row>.size == MemoryLayout<Row>.stride, sourceLocation: location)
    #expect(MemoryLayout<Row>.stride % 8 == 0, sourceLocation: location)
    for (left, (row, same)) in ordered.enumerated() {
      #expect(row.hash == same.hash, sourceLocation: location)
      for right in ordered.indices {
        let isSameGroup = groups[left] == groups[right]
        #expect((row.hash == ordered[right].same.hash) == isSameGroup, sourceLocation: location)
        guard left != right, isSameGroup else { continue }
        #expect(precedes(row, ordered[right].same) == (left < right), sourceLocation: location)
      }
    }
  }

  private func precedes<Row: SpillableRow>(_ left: Row, _ right: Row) -> Bool {
    words(left).reversed().prefix(Row.shape.keyWords)
      .lexicographicallyPrecedes(words(right).reversed().prefix(Row.shape.keyWords))
  }

  private func words<Row: SpillableRow>(_ row: Row) -> [UInt64] {
    unsafe withUnsafeBytes(of: row) { bytes in
      (0..<bytes.count / 8).map { unsafe bytes.load(fromByteOffset: $0 * 8, as: UInt64.self) }
    }
  }

  /// Addresses of which the first two share a network.
  private func addresses<Address: FlowAddress>(_: Address.Type) -> [Address] {
    let texts =
      MemoryLayout<Address>.size == 4
      ? ["10.0.0.9", "10.0.0.200", "203.0.113.1"]
      : ["2001:db8:0:5::9", "2001:db8:0:9::1", "2001:db9::1"]
    return texts.compactMap(IPAddress.init).map(Address.init)
  }

  @Test("flow rows by pair, 5-tuple, observer and time")
  func flows() {
    #expect(MemoryLayout<FlowRow<UInt32>>.size == 40)
    checkFlows(UInt32.self)
    checkFlows(UInt128.self)
  }

  private func checkFlows<Address: FlowAddress>(_ type: Address.Type) {
    let all = addresses(type)
    func row(_ pair: Int, _ transport: UInt8, _ tag: UInt8, _ first: UInt32, _ sum: UInt64)
      -> FlowRow<Address>
    {
      var row = FlowRow(
        lower: all[0],
        upper: all[pair],
        lowerPort: .max,
        upperPort: 7,
        transport: TransportProtocol(transport),
        interface: 1 << 20,
        tag: tag
      )
      (row.first, row.bytes, row.packets, row.last) = (first, sum, 3, .max)
      (row.records, row.tcpFlags) = (9, 0xff)
      return row
    }
    let keys: [(Int, UInt8, UInt8, UInt32)] = [
      (1, 6, 1, 5), (1, 6, 1, 6), (1, 6, 0x83, 2), (1, 255, 0, 0), (2, 6, 0, 0),
    ]
    check(
      keys.map { (row($0.0, $0.1, $0.2, $0.3, .max), row($0.0, $0.1, $0.2, $0.3, 0)) },
      groups: [0, 0, 0, 0, 1]
    )
    let example = row(1, 255, 0x93, 77, 5)
    #expect((example.lowerPort, example.upperPort, example.interface) == (.max, 7, 1 << 20))
    #expect((example.first, example.tag, example.records, example.tcpFlags) == (77, 0x93, 9, 0xff))
    #expect(example.transport == TransportProtocol(255))
    #expect(example.transport.isKnown)
  }

  @Test("host-service pairs by source, destination and service; those of a network are adjacent")
  func servicePairs() {
    #expect(MemoryLayout<HostServiceRow<UInt32>>.size == 112)
    checkServicePairs(UInt32.self)
    checkServicePairs(UInt128.self)
  }

  private func checkServicePairs<Address: FlowAddress>(_ type: Address.Type) {
    let all = addresses(type)
    func row(_ source: Int, _ destination: Int, _ transport: TransportProtocol, _ sum: UInt32)
      -> HostServiceRow<Address>
    {
      var row = HostServiceRow(
        source: all[source],
        destination: all[destination],
        transport: transport,
        port: 22
      )
      (row.rejectedAtSource, row.longest, row.paths) = (sum, sum, UInt8(truncatingIfNeeded: sum))
      return row
    }
    let keys: [(Int, Int, TransportProtocol)] = [
      (0, 1, .tcp), (0, 1, .unknown), (0, 2, .tcp), (1, 0, .tcp), (2, 0, .tcp),
    ]
    check(
      keys.map { (row($0.0, $0.1, $0.2, .max), row($0.0, $0.1, $0.2, 0)) },
      groups: [0, 0, 0, 0, 1]
    )
    let example = row(0, 1, .unknown, .max)
    #expect((example.rejectedAtSource, example.paths) == (0x1fff_ffff, 0xff))
    #expect((example.port, example.transport) == (22, .unknown))
  }

  @Test("endpoints by address, protocol and port")
  func endpoints() {
    checkEndpoints(UInt32.self)
    checkEndpoints(UInt128.self)
  }

  private func checkEndpoints<Address: FlowAddress>(_ type: Address.Type) {
    let all = addresses(type)
    func row(_ place: Int, _ port: UInt16, _ fanIn: UInt32) -> EndpointRow<Address> {
      EndpointRow(address: all[place], fanIn: fanIn, port: port, transport: .udp)
    }
    check(
      [(0, 1), (0, 2), (1, 1)].map { (row($0, $1, .max), row($0, $1, 0)) },
      groups: [0, 1, 2]
    )
  }

  @Test("hours by host, then hour")
  func hours() {
    checkHours(UInt32.self)
    checkHours(UInt128.self)
  }

  private func checkHours<Address: FlowAddress>(_ type: Address.Type) {
    let all = addresses(type)
    func row(_ place: Int, _ hour: UInt32, _ sum: UInt64) -> HourRow<Address> {
      HourRow(
        host: all[place],
        bytesOut: sum,
        bytesIn: sum,
        hour: hour,
        conversations: UInt32(truncatingIfNeeded: sum)
      )
    }
    check(
      [(0, 1), (0, 2), (1, 1)].map { (row($0, $1, .max), row($0, $1, 0)) },
      groups: [0, 0, 1]
    )
  }

  @Test(
    "what is served by address, service and hour; what is exposed by address, network and service"
  )
  func servedAndExposed() {
    checkServed(UInt32.self)
    checkServed(UInt128.self)
  }

  private func checkServed<Address: FlowAddress>(_ type: Address.Type) {
    let all = addresses(type)
    func servicePair(_ source: Int, _ port: UInt16, _ hour: UInt32, _ sum: UInt64)
      -> HostServiceRow<Address>
    {
      var row = HostServiceRow(
        source: all[source],
        destination: all[0],
        transport: .tcp,
        port: port
      )
      (row.bytes, row.packets, row.touched, row.records) = (sum, sum, 1, 1)
      row.firstAttempt = hour * 3600
      return row
    }
    let served = [(22, 5), (22, 6), (443, 1)] as [(UInt16, UInt32)]
    check(
      served.map {
        (
          ServedRow(servicePair(1, $0, $1, .max), fromInside: false),
          ServedRow(servicePair(2, $0, $1, 0), fromInside: false)
        )
      },
      groups: [0, 0, 0]
    )
    let exposed = [(1, 22), (1, 443), (2, 22)] as [(Int, UInt16)]
    check(
      exposed.map {
        (ExposureRow(servicePair($0, $1, 0, .max)), ExposureRow(servicePair($0, $1, 0, 0)))
      },
      groups: [0, 0, 0]
    )
  }

  @Test("a conversation that waits keeps all but its TCP flags")
  func pending() {
    #expect(MemoryLayout<PendingRow<UInt32>>.size == 72)
    #expect(MemoryLayout<PendingRow<UInt128>>.size == 96)
    let conversation = Conversation<UInt32>(
      lower: 1,
      upper: 2,
      lowerSide: ConversationSide(packets: 3, bytes: .max, first: 5, rejected: 6, hasSent: true),
      upperSide: ConversationSide(packets: 7, bytes: 8, first: .max, rejected: 0, hasSent: false),
      first: 9,
      last: .max,
      lowerPort: 10,
      upperPort: .max,
      transport: .unknown
    )
    let kept = PendingRow(conversation).conversation
    #expect((kept.lower, kept.upper, kept.first, kept.last) == (1, 2, 9, .max))
    #expect((kept.lowerPort, kept.upperPort, kept.transport) == (10, .max, .unknown))
    #expect((kept.lowerSide.packets, kept.lowerSide.bytes, kept.lowerSide.first) == (3, .max, 5))
    #expect((kept.lowerSide.rejected, kept.upperSide.packets, kept.upperSide.bytes) == (6, 7, 8))
    #expect((kept.lowerSide.hasSent, kept.upperSide.hasSent) == (true, false))
  }
}
