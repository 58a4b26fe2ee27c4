import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Investigation target: the users of a service, and parts of conversations")
struct InvestigationServiceTests {
  private static func traffic(
    _ words: String...,
    filter: InvestigationFilter = InvestigationFilter(),
    since: UInt32? = nil,
    records: [SampleRecord] = InvestigationServiceTests.records
  ) throws -> InvestigationTraffic {
    let targets = try words.map { try #require(InvestigationTarget($0)) }
    var query = InvestigationQuery(
      targets.count == 1 ? targets[0] : .group(targets),
      filter,
      number: { $0 == "eni-1" ? 1 : $0 == "eni-2" ? 2 : nil }
    )
    query.since = since.map { .time($0) }
    let run = try SampleRun(SampleRecord.background + records, investigated: query)
    return try #require(run.result.investigated)
  }

  /// Two clients of port 8080 at two servers, one that is rejected, and a client whose own port is 8080.
  private static var records: [SampleRecord] {
    SampleRecord.conversation("10.0.5.1", "10.0.0.1", from: 40_001, to: 8080, .shell, at: noon)
      + SampleRecord.conversation(
        "10.0.5.1",
        "10.0.0.2",
        from: 40_002,
        to: 8080,
        .greeting,
        at: noon + 60,
        interface: 2
      )
      + SampleRecord.conversation("10.0.5.2", "10.0.0.1", from: 40_003, to: 8080, .greeting)
      + [.knock("10.0.5.3", "10.0.0.1", from: 40_004, to: 8080, at: noon)]
      + SampleRecord.conversation("10.0.5.4", "10.0.0.1", from: 8080, to: 443, .greeting)
  }

  @Test("a port anywhere: clients are peers, servers are members")
  func port() throws {
    let traffic = try Self.traffic(":8080")
    #expect(
      Set(traffic.peers.rows.map(\.address.description)) == ["10.0.5.1", "10.0.5.2", "10.0.5.3"]
    )
    #expect(Set(traffic.members.rows.map(\.address.description)) == ["10.0.0.1", "10.0.0.2"])
    #expect([traffic.initiatingPeers, traffic.answeredPeers] == [3, 2])
    #expect(traffic.began(.peer).conversations == 4)
    #expect(traffic.began(.peer).blocked == 1)
    #expect(traffic.began(.investigated).conversations == 0)
    #expect(traffic.services.rows.map(\.service.port) == [8080])
    #expect(traffic.networks.isEmpty)
  }

  @Test("a port at one address, or at several places")
  func places() throws {
    let one = try Self.traffic("10.0.0.2:8080")
    #expect(one.peers.rows.map(\.address.description) == ["10.0.5.1"])
    #expect(one.members.rows.map(\.address.description) == ["10.0.0.2"])
    #expect(one.networks.map(\.description) == ["10.0.0.2/32"])
    let none = try Self.traffic("10.9.0.0/16:8080")
    #expect(none.peers.count == 0 && none.sent.records + none.received.records == 0)
    let both = try Self.traffic("10.0.0.2:8080", "10.0.0.1:443")
    #expect(both.peers.rows.contains { $0.address.description == "10.0.5.4" })
    #expect(!both.peers.rows.contains { $0.address.description == "10.0.5.2" })
  }

  @Test("records and conversations of a service are the same traffic")
  func agreement() throws {
    let traffic = try Self.traffic("10.0.0.1:8080")
    let all = traffic.began.reduce(into: InvestigationSums()) { $0.add($1) }
    #expect(traffic.sent.bytes == all.bytesSent)
    #expect(traffic.received.bytes == all.bytesReceived)
    #expect(traffic.sent.records + traffic.received.records == 5)
  }

  @Test("--port and --peer leave other conversations out")
  func filters() throws {
    var port = InvestigationFilter()
    port.port = 8080
    let onPort = try Self.traffic("10.0.0.1", filter: port)
    // The client with 8080 as its own port asks for another service.
    #expect(onPort.began(.peer).conversations == 3)
    var peer = InvestigationFilter()
    peer.peers = [try #require(IPNetwork("10.0.5.2/31"))]
    let withPeer = try Self.traffic("10.0.0.1", filter: peer)
    #expect(
      Set(withPeer.peers.rows.map(\.address.description)) == ["10.0.5.2", "10.0.5.3"]
    )
    #expect(withPeer.sent.records + withPeer.received.records == 3)
    let client = try Self.traffic("10.0.5.1", filter: port)
    #expect(client.began(.investigated).conversations == 2)
    let nobody = try Self.traffic("10.0.5.4", filter: port)
    #expect(nobody.peers.count == 0)
  }

  @Test("several hosts are one target, and conversations between them count once")
  func group() throws {
    let traffic = try Self.traffic("10.0.5.1", "10.0.0.1")
    let within = traffic.peers.rows.filter {
      ["10.0.5.1", "10.0.0.1"].contains($0.address.description)
    }
    #expect(within.map(\.address.description) == ["10.0.0.1"])
    #expect(traffic.members.rows.contains { $0.address.description == "10.0.5.1" })
    #expect(traffic.members.rows.contains { $0.address.description == "10.0.0.1" })
    #expect(traffic.networks.map(\.description) == ["10.0.5.1/32", "10.0.0.1/32"])
  }

  @Test("an interface and an address: records of the one, conversations of either")
  func mixed() throws {
    let traffic = try Self.traffic("eni-2", "10.0.5.2")
    #expect(traffic.networks.map(\.description) == ["10.0.5.2/32", "10.0.0.2/32"])
    #expect(traffic.servicePairs.rows.contains { $0.service.port == 8080 && $0.initiator == .peer })
    #expect(
      traffic.servicePairs.rows.contains {
        $0.service.port == 8080 && $0.initiator == .investigated
      }
    )
  }

  @Test("logins are told from attempts, and neither is counted elsewhere")
  func logins() throws {
    let records =
      SampleRecord.conversation("203.0.113.9", from: 40_001, .refused, at: noon)
      + SampleRecord.conversation("203.0.113.9", from: 40_002, .shell, at: noon + 600)
      + SampleRecord.conversation("203.0.113.9", from: 40_003, to: 443, .shell, at: noon + 900)
    let began = try Self.traffic("203.0.113.9", records: records).began(.investigated)
    #expect([began.conversations, began.logins, began.loginAttempts] == [3, 1, 1])
  }

  @Test("what began at a moment or later is counted by itself")
  func later() throws {
    let traffic = try Self.traffic("10.0.0.1", since: noon + 1)
    let peer = try #require(traffic.peers.rows.first { $0.address.description == "10.0.5.1" })
    #expect(peer.sums.later == 0 && peer.sums.first == noon)
    let all = try Self.traffic("10.0.0.1", since: noon)
    let same = try #require(all.peers.rows.first { $0.address.description == "10.0.5.1" })
    #expect(same.sums.later == 1 && same.sums.laterBytes == same.sums.bytes)
    #expect(all.moment?.time == noon)
    #expect(try Self.traffic("10.0.0.1").moment == nil)
  }
}

@Suite("What is new since a moment")
struct InvestigationChangesTests {
  private static let hour: UInt32 = 3600
  private static let moment = InvestigationMoment(noon, of: noon - 2 * hour...noon + hour)

  private static func sums(first: UInt32, before: UInt64, after: UInt64) -> InvestigationSums {
    var sums = InvestigationSums()
    sums.conversations = 2
    sums.bytesSent = before + after
    (sums.later, sums.laterBytes) = (after > 0 ? 1 : 0, after)
    (sums.first, sums.last) = (first, noon + hour)
    return sums
  }

  /// Two hours before and one hour after: bytes per hour are half of those before.
  @Test(
    "new, ten times the bytes per hour, or neither",
    arguments: [
      (noon, 0, 1, "new"), (noon - 1, 1, 0, "-"), (noon - 1, 2 << 20, 10 << 20, "volume"),
      (noon - 1, 2 << 20, (10 << 20) - 1, "-"), (noon - 1, 2, (1 << 20) - 1, "-"),
      (noon - 1, 0, 1 << 20, "volume"),
    ] as [(UInt32, UInt64, UInt64, String)]
  )
  func kinds(first: UInt32, before: UInt64, after: UInt64, kind: String) {
    let sums = Self.sums(first: first, before: before, after: after)
    #expect(Self.moment.change(sums)?.rawValue ?? "-" == kind)
  }

  @Test("a new peer stands once, and its services only where they are new as such")
  func rows() throws {
    let (old, new) = (try #require(IPAddress("10.0.0.1")), try #require(IPAddress("10.0.0.2")))
    let (ssh, web) = (
      Service(protocolNumber: 6, port: 22), Service(protocolNumber: 6, port: 443)
    )
    let fresh = Self.sums(first: noon + 5, before: 0, after: 9)
    let known = Self.sums(first: noon - 5, before: 9, after: 9)
    var traffic = InvestigationTraffic()
    traffic.moment = Self.moment
    for (address, service, sums) in [(old, web, known), (new, web, fresh)] {
      traffic.peers.offer(InvestigationPeer(address: address, mainService: service, sums: sums))
    }
    for (peer, service, sums) in [
      (old, web, known), (new, web, fresh), (old, ssh, fresh), (new, ssh, fresh),
    ] {
      traffic.servicePairs.offer(
        InvestigationContact(peer: peer, service: service, initiator: .investigated, sums: sums)
      )
    }
    for (service, sums) in [(web, known), (ssh, fresh)] {
      traffic.services.offer(
        InvestigationService(service: service, initiator: .investigated, peers: 2, sums: sums)
      )
    }
    let changes = try #require(InvestigationChanges(traffic))
    #expect(changes.rows.map(\.kind) == [.service, .peer])
    #expect(changes.rows.map(\.service.port) == [22, 443])
    traffic.moment = nil
    #expect(InvestigationChanges(traffic) == nil)
  }
}
