internal import FlowModel

extension SampleDay {
  private static let callsThroughNat = 1_300
  private static let callsFromPublicHosts = 1_900
  private static let remoteServices = 60
  private static let lateShare = 9
  private static let timePort: UInt16 = 123
  private static let timeInterval = 1_024
  private static let timeServers = 4

  /// What the VPC's machines fetch from the internet, and how they learn the time.
  ///
  /// Names are resolved by Amazon's resolver, which flow logs leave out.
  mutating func addOutboundTraffic() {
    for _ in 0..<Self.callsThroughNat { addCallThroughNat() }
    for _ in 0..<Self.callsFromPublicHosts { addCallFromPublicHost() }
    for interface in network.interfaces where interface.role.keepsTime { addTimeQueries(interface) }
  }

  /// A call that three rows per direction show: at the instance, and on both sides of the gateway.
  private mutating func addCallThroughNat() {
    let caller = random.pick(network.all(.app))
    let connection = connection(from: caller.port(random.ephemeralPort()))
    let gateway = first(.natGateway)
    for leg in NatCrossing.legs(connection, gateway, outerPort: random.ephemeralPort()) {
      record(leg)
    }
  }

  private mutating func addCallFromPublicHost() {
    let hosts = network.all(.publicService) + network.all(.web) + network.all(.mail)
    let connection = connection(from: random.pick(hosts).port(random.ephemeralPort()))
    record(connection)
    if random.happens(1, in: Self.lateShare) { addLatePackets(of: connection) }
  }

  /// Packets of a server that come after the firewall has forgotten the connection: refused, no scan.
  private mutating func addLatePackets(of connection: Conversation) {
    let packets = random.within(1...3)
    record(
      Conversation(
        client: connection.server,
        server: connection.client,
        start: connection.start + connection.duration + random.within(70...200),
        toServer: Volume(packets: packets, each: Conversation.bareSynSize),
        isAccepted: false,
        flags: random.happens(1, in: 2) ? .late : .lateReset
      )
    )
  }

  private mutating func connection(from caller: Endpoint) -> Conversation {
    let party = random.mostlySmall(0...Self.remoteServices - 1)
    let remote = PublicAddresses.v4(party, group: PublicAddresses.services)
    return WebVisit.make(caller, Endpoint(remote, 443), at: anySecond(), &random)
  }

  private mutating func addTimeQueries(_ interface: NetworkInterface) {
    var second = GeneratedDay.start + random.below(Self.timeInterval)
    while second < GeneratedDay.span.upperBound {
      let party = random.below(Self.timeServers)
      let server = PublicAddresses.v4(party, group: PublicAddresses.timeServers)
      record(
        .echo(
          interface.port(random.ephemeralPort()),
          Endpoint(server, Self.timePort),
          at: second,
          Volume(packets: 1, bytes: 76),
          protocolNumber: ProtocolNumber.udp
        )
      )
      second += Self.timeInterval + random.below(8)
    }
  }
}

extension Role {
  /// Whether it asks public time servers by itself.
  fileprivate var keepsTime: Bool {
    switch self {
    case .bastion, .web, .mail, .publicService: true
    case .balancer, .natGateway, .app, .database, .cache, .idle: false
    }
  }
}
