import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

extension InvestigationQuery {
  /// An address or range by its text.
  init(_ text: String) throws { self.init(try #require(IPNetwork(text))) }
}

extension InvestigationTraffic {
  func began(_ initiator: Initiator) -> InvestigationSums { began[Int(initiator.rawValue)] }
}

@Suite("Investigation target: peers and initiators")
struct InvestigationTrafficTests {
  private static func traffic(
    of investigated: InvestigationQuery,
    _ records: [SampleRecord]
  ) throws -> InvestigationTraffic {
    try #require(
      try SampleRun(SampleRecord.background + records, investigated: investigated).result
        .investigated
    )
  }

  /// One failed SSH login, one shell, an unanswered Telnet packet, and an outbound connection of the victim.
  private static var intrusion: [SampleRecord] {
    SampleRecord.conversation("203.0.113.9", from: 40_001, .refused, at: noon)
      + SampleRecord.conversation("203.0.113.9", from: 40_002, .shell, at: noon + 600, lasting: 900)
      + [.knock("203.0.113.9", to: 23, at: noon + 30)]
      + SampleRecord.conversation(
        "10.0.0.1",
        "203.0.113.200",
        from: 50_000,
        to: 443,
        .shell,
        at: noon + 900
      )
  }

  @Test("an attacker: outcomes, bytes each way, first and last, its peers")
  func attacker() throws {
    let traffic = try Self.traffic(of: InvestigationQuery("203.0.113.9"), Self.intrusion)
    let began = traffic.began(.investigated)
    #expect(began.conversations == 3)
    #expect([began.blocked, began.silent, began.refused, began.sessions] == [1, 0, 0, 2])
    #expect([began.packetsSent, began.bytesSent] == [95, 11_026])
    #expect([began.packetsReceived, began.bytesReceived] == [83, 42_410])
    #expect([began.first, began.last, began.longest] == [noon, noon + 1500, 900])
    #expect(traffic.began(.peer) == InvestigationSums())
    #expect(traffic.peers.rows.map(\.address.description) == ["10.0.0.1"])
    #expect(traffic.peers.rows.first?.servicePairs == 2)
    #expect(traffic.peers.rows.first?.mainService.port == 22)
    #expect(traffic.servicePairs.rows.map(\.service.port) == [22, 23])
    #expect(traffic.members.count == 0)
  }

  @Test("its victim: the same conversations from the other side, and its own ones")
  func victim() throws {
    let traffic = try Self.traffic(of: InvestigationQuery("10.0.0.1"), Self.intrusion)
    let peer = try #require(traffic.peers.rows.first { $0.address == IPAddress("203.0.113.9") })
    #expect(peer.began == [0, 3, 0, 0])
    #expect([peer.sums.bytesReceived, peer.sums.bytesSent] == [11_026, 42_410])
    #expect(traffic.began(.investigated).conversations == 1)
    let own = try #require(traffic.services.rows.first { $0.initiator == .investigated })
    #expect(own.service.port == 443)
    #expect(own.sums.bytesSent == 9000)
    // The background's visitors of port 443 are another row of the same service.
    let visitors = traffic.services.rows.first { $0.initiator == .peer && $0.service.port == 443 }
    #expect(visitors?.peers == 2)
  }

  @Test("plain records: what it sent and what it got, rejected and accepted")
  func plain() throws {
    let traffic = try Self.traffic(of: InvestigationQuery("203.0.113.9"), Self.intrusion)
    let (sent, received) = (traffic.sent, traffic.received)
    #expect([sent.records, sent.accepted, sent.rejected] == [3, 2, 1])
    #expect([received.records, received.accepted, received.rejected] == [2, 2, 0])
    #expect([sent.bytes, received.bytes] == [11_026, 42_410])
    #expect([sent.first, sent.last] == [noon, noon + 1500])
  }

  @Test("a conversation that two interfaces saw counts once, its records twice")
  func twoViews() throws {
    let records = [1, 2].flatMap {
      SampleRecord.conversation(
        "10.0.0.2",
        from: 40_001,
        to: 443,
        .shell,
        at: noon,
        interface: UInt32($0)
      )
    }
    let traffic = try Self.traffic(of: InvestigationQuery("10.0.0.2"), records)
    let peer = try #require(traffic.peers.rows.first { $0.address == IPAddress("10.0.0.1") })
    #expect([peer.sums.conversations, peer.sums.bytesSent] == [1, 9000])
    #expect(traffic.sent.records == 2 + 2)
  }

  @Test("a range: members separately, services together, internal conversations once")
  func range() throws {
    let records =
      (0..<6).flatMap { number in
        SampleRecord.conversation(
          "203.0.113.\(number / 2)",
          "10.0.0.\(1 + number % 2)",
          from: 41_000,
          .refused,
          at: noon + UInt32(number)
        )
      } + SampleRecord.conversation("203.0.113.7", "203.0.113.8", from: 42_000, to: 80, .greeting)
    let traffic = try Self.traffic(of: InvestigationQuery("203.0.113.0/24"), records)
    #expect(traffic.peers.count == 3)
    #expect(traffic.peers.rows.last?.address == IPAddress("203.0.113.8"))
    let ssh = try #require(traffic.services.rows.first { $0.service.port == 22 })
    #expect([ssh.peers, ssh.sums.conversations] == [2, 6])
    #expect(traffic.servicePairs.rows.first { $0.service.port == 22 }?.members == 3)
    #expect(traffic.members.rows.map(\.peers) == [2, 2, 2, 1])
    #expect(
      traffic.members.rows.map(\.address.description) == [
        "203.0.113.0", "203.0.113.1", "203.0.113.2", "203.0.113.7",
      ]
    )
    // Of the record within, the range is the sender.
    #expect(traffic.sent.records == 6 + 2)
    #expect(traffic.received.records == 6)
  }

  @Test("conversations without a known initiator are counted separately")
  func unclear() throws {
    var ping = SampleRecord.conversation("203.0.113.9", "203.0.113.20", from: 0, to: 0, .greeting)
    for index in ping.indices { ping[index].protocolNumber = 1 }
    let late = SampleRecord(
      source: "203.0.113.9",
      destination: "10.0.0.1",
      sourcePort: 443,
      port: 50_123,
      start: noon + 5000,
      action: .accept
    )
    let traffic = try Self.traffic(of: InvestigationQuery("203.0.113.9"), ping + [late])
    #expect(traffic.began(.unclear).conversations == 1)
    #expect(traffic.began(.latePacket).conversations == 1)
    #expect(traffic.began(.investigated).conversations == 0)
    let latePacket = try #require(traffic.servicePairs.rows.first { $0.initiator == .latePacket })
    #expect(latePacket.service == Service(protocolNumber: 6, port: 443))
    #expect([latePacket.sums.bytesSent, latePacket.sums.bytesReceived] == [40, 0])
    #expect(latePacket.sums.blocked + latePacket.sums.silent == 0)
  }

  @Test("an interface: its local addresses are determined, only its records are summed")
  func interface() throws {
    let records =
      Self.intrusion
      + SampleRecord.conversation("192.0.2.7", "10.0.0.2", from: 40_000, .shell, interface: 2)
    let traffic = try Self.traffic(of: InvestigationQuery(interface: 2), records)
    #expect(traffic.networks.map(\.description) == ["10.0.0.2/32"])
    #expect(traffic.sent.records + traffic.received.records == 4 + 2)
    #expect(traffic.peers.rows.first?.address == IPAddress("192.0.2.7"))
    #expect(traffic.began(.peer).conversations == 3)
  }

  @Test("an interface with an address of each family serves one SSH, not two")
  func twoFamilies() throws {
    let pairs = [
      ("192.0.2.7", "10.0.0.1"), ("192.0.2.8", "10.0.0.1"), ("2001:db8:9::7", "2001:db8::1"),
      ("2001:db8:9::8", "2001:db8::1"),
    ]
    let records = pairs.flatMap { SampleRecord.conversation($0, $1, from: 40_000, .shell) }
    let traffic = try Self.traffic(of: InvestigationQuery(interface: 1), records)
    #expect(traffic.networks.map(\.description) == ["10.0.0.1/32", "2001:db8::1/128"])
    let ssh = traffic.services.rows.filter { $0.service.port == 22 }
    #expect(ssh.map(\.peers) == [4])
    #expect(traffic.services.count == 2)
    #expect(traffic.members.count == 2)
  }

  @Test("an interface that was never seen, or whose address is not known, has no peers")
  func unknownInterface() throws {
    let absent = try Self.traffic(of: InvestigationQuery(interface: nil), Self.intrusion)
    #expect(absent.networks.isEmpty)
    #expect(absent.peers.count + absent.sent.records + absent.received.records == 0)
    let transit = (0..<40).map {
      SampleRecord.knock("198.18.0.\($0)", "198.18.1.\($0)", to: 80, interface: 3)
    }
    let contested = try Self.traffic(of: InvestigationQuery(interface: 3), transit)
    #expect(contested.networks.isEmpty)
    #expect(contested.peers.count == 0)
  }

  @Test("without a target nothing is kept")
  func none() throws {
    #expect(try SampleRun(SampleRecord.background + Self.intrusion).result.investigated == nil)
  }
}

@Suite("Investigation target: consistent sums, the same in every run")
struct InvestigationDeterminismTests {
  private static func records(seed: UInt64) -> [SampleRecord] {
    var dice = Dice(seed: seed)
    var records = SampleRecord.background
    for number in 0..<1500 {
      let outside = "203.0.113.\(dice.roll(60))"
      let own = "10.0.0.\(1 + dice.roll(2))"
      let (client, server) = dice.roll(3) == 0 ? (own, outside) : (outside, own)
      let port: UInt16 = [22, 443, 443, 23, 8080, 123, 51_000][dice.roll(7)]
      let start = noon + UInt32(dice.roll(40_000))
      if dice.roll(4) == 0 {
        records.append(
          .knock(client, server, from: UInt16(40_000 + number % 9000), to: port, at: start)
        )
      } else {
        var conversation = SampleRecord.conversation(
          client,
          server,
          from: dice.roll(9) == 0 ? port : UInt16(33_000 + number),
          to: port,
          [LoginShape.greeting, .refused, .shell][dice.roll(3)],
          at: start
        )
        let number: UInt8 = [6, 6, 6, 17, 1][dice.roll(5)]
        for index in conversation.indices { conversation[index].protocolNumber = number }
        if number == 1 {
          for index in conversation.indices {
            (conversation[index].port, conversation[index].sourcePort) = (0, 0)
          }
        }
        records += dice.roll(6) == 0 ? Array(conversation.suffix(1)) : conversation
      }
    }
    return records
  }

  private static func text(_ traffic: InvestigationTraffic?) -> [String] {
    guard let traffic else { return [] }
    return traffic.peers.rows.map { "\($0)" } + traffic.servicePairs.rows.map { "\($0)" }
      + traffic.services.rows.map { "\($0)" } + traffic.members.rows.map { "\($0)" }
      + traffic.began.map { "\($0)" } + ["\(traffic.sent) \(traffic.received)"]
      + ["\(traffic.peers.count) \(traffic.servicePairs.count) \(traffic.services.count)"]
  }

  @Test(
    "threads, order and memory change nothing",
    arguments: ["10.0.0.1", "203.0.113.7", "203.0.113.0/26", "0.0.0.0/0"],
    1...2 as ClosedRange<UInt64>
  )
  func determinism(investigated: String, seed: UInt64) throws {
    var records = Self.records(seed: seed)
    let query = try InvestigationQuery(investigated)
    let whole = Self.text(try SampleRun(records, investigated: query).result.investigated)
    #expect(whole.count > 10)
    var dice = Dice(seed: seed &+ 99)
    for threads in 1...3 {
      for place in records.indices { records.swapAt(place, dice.roll(records.count)) }
      for memory in [1 << 30, 1] {
        let other = try SampleRun(records, threads: threads, memory: memory, investigated: query)
        #expect(Self.text(other.result.investigated) == whole)
        if memory == 1 { #expect(other.result.spilledBytes > 0) }
      }
    }
  }

  @Test(
    "peers, host-service pairs, services and members are the same conversations",
    arguments: ["10.0.0.1", "203.0.113.0/26"]
  )
  func agreement(investigated: String) throws {
    let records = Self.records(seed: 7)
    let query = try InvestigationQuery(investigated)
    let result = try SampleRun(records, investigated: query).result
    let traffic = try #require(result.investigated)
    func total(_ sums: [InvestigationSums]) -> InvestigationSums {
      sums.reduce(into: InvestigationSums()) { $0.add($1) }
    }
    let all = total(traffic.began)
    #expect(all.conversations > 500)
    #expect(traffic.began(.latePacket).conversations > 0)
    #expect(total(traffic.peers.rows.map(\.sums)) == all)
    #expect(total(traffic.servicePairs.rows.map(\.sums)) == all)
    #expect(total(traffic.services.rows.map(\.sums)) == all)
    if !query.isOneAddress { #expect(total(traffic.members.rows.map(\.sums)) == all) }
    for service in traffic.services.rows {
      let peers = traffic.servicePairs.rows.filter {
        $0.service == service.service && $0.initiator == service.initiator
      }
      #expect(service.peers == UInt64(Set(peers.map(\.peer)).count))
    }
    let matching = records.filter { record in
      [record.source, record.destination].contains {
        IPAddress($0).map(query.ranges.contains) == true
      }
    }
    #expect(traffic.sent.records + traffic.received.records == UInt64(matching.count))
    #expect(traffic.sent.bytes + traffic.received.bytes == matching.reduce(0) { $0 + $1.bytes })
  }

  @Test("a list keeps its best rows whatever their order, and counts them all")
  func bounds() {
    var dice = Dice(seed: 3)
    var peers = (0..<1000).map { number in
      var peer = InvestigationPeer(
        address: IPAddress(v4: UInt32(number)),
        mainService: Service(protocolNumber: 6, port: 1)
      )
      peer.sums.bytesSent = UInt64(dice.roll(50))
      return peer
    }
    let best = peers.sorted(by: InvestigationPeer.ranksBefore).prefix(20)
    for _ in 0..<5 {
      for place in peers.indices { peers.swapAt(place, dice.roll(peers.count)) }
      var (left, right) = (
        BestRows<InvestigationPeer>(limit: 20), BestRows<InvestigationPeer>(limit: 20)
      )
      for peer in peers.prefix(700) { left.offer(peer) }
      for peer in peers.dropFirst(700) { right.offer(peer) }
      left.add(right)
      #expect(left.rows == Array(best))
      #expect(left.count == 1000)
    }
  }
}
