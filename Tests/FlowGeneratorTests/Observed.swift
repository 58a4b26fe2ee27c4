import FlowModel

/// A conversation, put together by its ports alone.
struct Talk: Sendable {
  let client: Endpoint
  let server: Endpoint
  let protocolNumber: UInt8
  var start: Int
  var sent = 0
  var received = 0

  var isOutward: Bool { client.address.isOwn && !server.address.isOwn }
  var isInward: Bool { !client.address.isOwn }
  var isInner: Bool { client.address.isOwn && server.address.isOwn }
  var bytes: Int { sent + received }

  /// The conversations of a day's accepted records, each as the first of its interfaces saw it.
  static func all(of historyRun: HistoryRun) -> [Talk] {
    var conversations: [Ends: (conversation: Talk, interface: UInt32)] = [:]
    for record in historyRun.records where record.isAccepted {
      let isRequest = record.destination.port < 32_768
      let client = isRequest ? record.source : record.destination
      let server = isRequest ? record.destination : record.source
      let fresh = Talk(
        client: client,
        server: server,
        protocolNumber: record.protocolNumber,
        start: record.start
      )
      let key = Ends(from: client, to: server)
      var entry = conversations[key] ?? (fresh, record.interface)
      guard entry.interface == record.interface else { continue }
      entry.conversation.start = min(entry.conversation.start, record.start)
      if isRequest {
        entry.conversation.sent += record.bytes
      } else {
        entry.conversation.received += record.bytes
      }
      conversations[key] = entry
    }
    return conversations.values.map(\.conversation)
  }
}

extension IPAddress {
  /// Whether the address lies in one of the two VPCs.
  var isOwn: Bool { [10 << 8 | 40, 10 << 8 | 41].contains(v4 >> 16) }
  var network: String { "\(IPAddress(v4: v4 & 0xffff_ff00))/24" }
  var range: UInt32 { v4 >> 16 }
}

/// What somebody who knows none of the generator's code observes in the lines, rule by rule.
struct Observed {
  private(set) var findings: Set<Finding> = []

  private static let learnedDays = 7
  private static let hour = 3_600

  private var networks: Set<String> = []
  private var remotePorts: Set<UInt16> = []
  private var adminNetworks: Set<String> = []
  private var shells: Set<[IPAddress]> = []
  private var services: Set<Endpoint> = []
  private var crossings: Set<[UInt32]> = []
  private var busyInterfaces: Set<UInt32> = []
  private var interfaces: [UInt32: IPAddress] = [:]
  private var hours: [IPAddress: [Int: Int]] = [:]
  /// The most that came new on one day outside the plants.
  private(set) var mostRareNetworks = 0

  init(_ historyRuns: HistoryRuns) {
    for historyRun in historyRuns.historyRuns {
      let conversations = Talk.all(of: historyRun)
      see(conversations.filter(\.isOutward), on: historyRun.number)
      serve(conversations, on: historyRun.number)
      measure(conversations, on: historyRun.number)
      look(at: historyRun, historyRuns.registry.names)
    }
  }

  private mutating func find(
    _ day: Int,
    _ rule: String,
    _ actor: some CustomStringConvertible,
    _ target: some CustomStringConvertible
  ) {
    guard day > Self.learnedDays else { return }
    findings.insert(Finding(day, rule, actor.description, target.description))
  }

  private mutating func see(_ outward: [Talk], on day: Int) {
    for (server, conversations) in Dictionary(grouping: outward, by: \.server.address) {
      for (host, conversations) in Dictionary(grouping: conversations, by: \.client.address) {
        if Self.isRegular(conversations), Self.users(of: server.network, in: outward) == 1 {
          find(day, "beacon", host, server)
        }
        let (sent, received) = conversations.reduce((0, 0)) { ($0.0 + $1.sent, $0.1 + $1.received) }
        if sent >= 1_200_000_000, received < sent / 20 { find(day, "exfil.volume", host, server) }
      }
    }
    let known = networks
    var rare: Set<String> = []
    for (network, conversations) in Dictionary(grouping: outward, by: \.server.address.network)
    where networks.insert(network).inserted && !known.isEmpty {
      if conversations.reduce(0, { $0 + $1.bytes }) < 20_000 {
        rare.insert(network)
      } else {
        find(day, "new.external", conversations[0].client.address, network)
      }
    }
    mostRareNetworks = max(mostRareNetworks, rare.count)
    for conversation in outward where remotePorts.insert(conversation.server.port).inserted {
      find(day, "port.unusual", conversation.client.address, conversation.server.address)
    }
  }

  /// Around the clock, and neither early nor late by more than a fifth.
  ///
  /// Starts are known to 40 seconds or so, and a port that comes back makes one communicate of two.
  private static func isRegular(_ conversations: [Talk]) -> Bool {
    let starts = conversations.map(\.start).sorted()
    let pauses = zip(starts, starts.dropFirst()).map { $1 - $0 }
    let regular = pauses.count { 180...420 ~= $0 }
    return 240...360 ~= starts.count && regular >= pauses.count - 10
  }

  private static func users(of network: String, in outward: [Talk]) -> Int {
    Set(outward.lazy.filter { $0.server.address.network == network }.map(\.client.address)).count
  }

  private mutating func serve(_ conversations: [Talk], on day: Int) {
    var fresh: [Endpoint: [Talk]] = [:]
    for conversation in conversations where !conversation.isOutward {
      if !services.contains(conversation.server) {
        fresh[conversation.server, default: []].append(conversation)
      }
      guard conversation.server.port == 22 else { continue }
      if conversation.isInward, adminNetworks.insert(conversation.client.address.network).inserted {
        find(day, "admin.new-source", conversation.client.address, conversation.server.address)
      }
      if conversation.isInner,
        shells.insert([conversation.client.address, conversation.server.address]).inserted
      {
        find(
          day,
          "lateral.new-admin-edge",
          conversation.client.address,
          conversation.server.address
        )
      }
    }
    for (service, conversations) in fresh {
      services.insert(service)
      for conversation in conversations where conversation.isInward {
        find(day, "new.service", service.address, conversation.client.address.network)
      }
    }
    for conversation in conversations where conversation.isInner {
      let way = [
        conversation.client.address.range, conversation.server.address.range,
        UInt32(conversation.server.port),
      ]
      guard way[0] != way[1], crossings.insert(way).inserted else { continue }
      find(day, "cross-vpc.unexpected", conversation.client.address, conversation.server.address)
    }
  }

  private mutating func measure(_ conversations: [Talk], on day: Int) {
    var today: [IPAddress: [Int: [String: Int]]] = [:]
    for conversation in conversations where !conversation.isInner {
      let (own, other) =
        conversation.isOutward
        ? (conversation.client, conversation.server) : (conversation.server, conversation.client)
      let hour = conversation.start / Self.hour
      today[own.address, default: [:]][hour, default: [:]][other.address.network, default: 0] +=
        conversation.bytes
    }
    for (host, hours) in today {
      for (hour, networks) in hours {
        let bytes = networks.values.reduce(0, +)
        let before = (1..<day).compactMap { self.hours[host]?[hour - 24 * $0] }.sorted()
        if bytes >= 50_000_000, let usual = before.dropFirst(before.count / 2).first,
          bytes >= 10 * usual, let most = networks.max(by: { $0.value < $1.value })
        {
          find(day, "volume.unusual", host, most.key)
        }
        self.hours[host, default: [:]][hour, default: 0] += bytes
      }
    }
  }

  private mutating func look(at historyRun: HistoryRun, _ names: [String]) {
    for record in historyRun.records {
      if record.isAccepted {
        busyInterfaces.insert(record.interface)
      } else {
        interfaces[record.interface] = record.destination.address
      }
    }
    for (interface, address) in interfaces where !busyInterfaces.contains(interface) {
      find(historyRun.number, "eni.idle", address, names[Int(interface)])
    }
  }
}
