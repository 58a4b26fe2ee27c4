import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

/// The six tables by their definition, with dictionaries and without any cleverness.
private struct PlainTables {
  private var records: [SampleRecord]

  init(_ records: [SampleRecord]) {
    self.records = records
  }

  private func isReply(_ record: SampleRecord) -> Bool {
    [6, 17].contains(record.protocolNumber) && record.port >= 32_768 && record.sourcePort < 32_768
  }

  private func grouped<Key: Hashable>(
    _ records: [SampleRecord],
    by key: (SampleRecord) -> Key
  ) -> [[SampleRecord]] {
    Array(Dictionary(grouping: records, by: key).values)
  }

  private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  private func rejected(_ group: [SampleRecord]) -> UInt64 {
    UInt64(group.count { $0.action == .reject })
  }

  func sshSources() throws -> [SSHSource] {
    let ssh = records.filter { $0.protocolNumber == 6 && $0.port == 22 }
    return try grouped(ssh) { $0.source }.map { group in
      SSHSource(
        source: try address(group[0].source),
        records: UInt64(group.count),
        distinctDestinations: UInt64(Set(group.map(\.destination)).count),
        accepted: UInt64(group.count { $0.action == .accept }),
        rejected: rejected(group),
        bytes: group.reduce(0) { $0 + $1.bytes },
        first: group.map(\.start).min() ?? 0,
        last: group.map(\.end).max() ?? 0
      )
    }
  }

  func portScans() throws -> [PortScan] {
    let tried = records.filter { [6, 17].contains($0.protocolNumber) && !isReply($0) }
    return try grouped(tried) { [$0.source, $0.destination] }.map { group in
      PortScan(
        source: try address(group[0].source),
        destination: try address(group[0].destination),
        distinctPorts: UInt64(Set(group.map(\.port)).count),
        rejected: rejected(group),
        records: UInt64(group.count)
      )
    }
  }

  func hostSweeps() throws -> [HostSweep] {
    try grouped(records.filter { !isReply($0) }) { [$0.source, "\($0.protocolNumber) \($0.port)"] }
      .map { group in
        HostSweep(
          source: try address(group[0].source),
          service: Service(protocolNumber: group[0].protocolNumber, port: group[0].port),
          distinctDestinations: UInt64(Set(group.map(\.destination)).count),
          rejected: rejected(group),
          records: UInt64(group.count)
        )
      }
  }

  func talkers() throws -> [Talker] {
    try grouped(records) { [$0.source, $0.destination] }.map { group in
      Talker(
        source: try address(group[0].source),
        destination: try address(group[0].destination),
        bytes: group.reduce(0) { $0 + $1.bytes },
        packets: group.reduce(0) { $0 + $1.packets },
        records: UInt64(group.count)
      )
    }
  }

  func rejectedSources() throws -> [RejectedSource] {
    try grouped(records.filter { $0.action == .reject }) { $0.source }.map { group in
      RejectedSource(
        source: try address(group[0].source),
        records: UInt64(group.count),
        distinctDestinations: UInt64(Set(group.map(\.destination)).count),
        distinctPorts: UInt64(Set(group.map(\.port)).count)
      )
    }
  }
}

@Suite("The six tables")
struct TablesTests {
  private func records(seed: UInt64) -> [SampleRecord] {
    var dice = Dice(seed: seed)
    return (0..<4000).map { _ in
      let isV6 = dice.roll(6) == 0
      func host() -> String {
        let number = dice.roll(dice.roll(3) == 0 ? 200 : 6)
        if isV6 { return "2001:db8::\(String(number, radix: 16))" }
        return ["10.0.0.\(number)", "198.51.100.\(number)", "172.16.5.\(number)"][dice.roll(3)]
      }
      let ports: [UInt16] = [22, 443, 32_767, 32_768, 65_535, 0]
      func port() -> UInt16 { dice.roll(3) == 0 ? UInt16(dice.roll(65_536)) : ports[dice.roll(6)] }
      let number: UInt8 = [6, 6, 17, 1, 47, 58][dice.roll(6)]
      return SampleRecord(
        source: host(),
        destination: host(),
        sourcePort: number == 1 ? 0 : port(),
        port: number == 1 ? 0 : port(),
        protocolNumber: number,
        packets: dice.roll(40) == 0 ? 5_000_000_000 : UInt64(dice.roll(9)),
        bytes: UInt64(dice.roll(100_000)),
        start: 1_767_571_200 + UInt32(dice.roll(9000)),
        duration: UInt32(dice.roll(60)),
        action: [.accept, .reject, .unknown][dice.roll(3)],
        interface: UInt32(dice.roll(5))
      )
    }
  }

  @Test(
    "are what their definition says, however many threads work and however often state is spilled",
    arguments: [1, 2, 3, 4] as [UInt64]
  )
  func definition(seed: UInt64) throws {
    let records = records(seed: seed)
    let plain = PlainTables(records)
    for (threads, memory) in [(1, 1 << 30), (3, 1 << 30), (2, 40_000)] {
      let tables = try SampleRun(records, threads: threads, memory: memory).result.tables
      #expect(tables.sshSources.rows == top(try plain.sshSources()))
      #expect(tables.portScans.rows == top(try plain.portScans()))
      #expect(tables.hostSweeps.rows == top(try plain.hostSweeps()))
      #expect(tables.topTalkers.rows == top(try plain.talkers()))
      let ranges = InternalRanges()
      let external = try plain.talkers().filter {
        ranges.contains($0.source) && !ranges.contains($0.destination)
      }
      #expect(tables.externalDestinations.rows == top(external))
      #expect(tables.rejectedSources.rows == top(try plain.rejectedSources()))
    }
  }

  private func top<Row: TableRow>(_ rows: [Row]) -> [Row] {
    Array(rows.sorted(by: Row.ranksBefore).prefix(20))
  }

  @Test("more than 255 records of one flow, and packets beyond 32 bits, are summed in full")
  func bigSums() throws {
    let records = (0..<1000).map { window in
      SampleRecord(
        source: "10.0.0.1",
        destination: "192.0.2.1",
        sourcePort: 40_000,
        port: 443,
        packets: 6_000_000_000,
        bytes: 9_000_000_000_000,
        start: 1_767_571_200 + UInt32(window) * 60,
        duration: 59,
        action: .accept
      )
    }
    let talker = try #require(try SampleRun(records).result.tables.topTalkers.rows.first)
    #expect(talker.records == 1000)
    #expect(talker.packets == 6_000_000_000_000)
    #expect(talker.bytes == 9_000_000_000_000_000)
  }

  @Test("a record without addresses stands in no table")
  func withoutAddresses() throws {
    let run = try SampleRun([SampleRecord(source: "-", destination: "-")])
    #expect(run.result.recordsWithoutAddresses == 1)
    #expect(run.result.tables.topTalkers.rows.isEmpty)
  }
}
