internal import FlowModel

extension SampleDay {
  private static let clientCount = 3_600
  private static let visitsToBalancers = 7_000
  private static let visitsToWebServers = 4_300
  private static let visitsToServices = 1_500
  private static let visitsByV6 = 1_500
  private static let mailDeliveries = 420
  private static let checkInterval = 60

  /// Clients of the web site, what the balancers pass on, and the checks that they make.
  mutating func addWebTraffic() {
    let (balancers, servers) = (network.all(.balancer), network.all(.web))
    for _ in 0..<Self.visitsToBalancers {
      let visit = addVisit(to: random.pick(balancers), isV6: false)
      passOn(visit, to: random.pick(servers))
    }
    for _ in 0..<Self.visitsToWebServers { _ = addVisit(to: random.pick(servers), isV6: false) }
    for _ in 0..<Self.visitsByV6 { _ = addVisit(to: random.pick(servers + balancers), isV6: true) }
    for _ in 0..<Self.visitsToServices {
      _ = addVisit(to: random.pick(network.all(.publicService)), isV6: random.happens(1, in: 8))
    }
    for _ in 0..<Self.mailDeliveries { addDelivery() }
    for balancer in balancers {
      for server in servers { addHealthChecks(balancer, server) }
    }
  }

  /// A browser's connection; a few clients come again and again.
  private mutating func addVisit(to server: NetworkInterface, isV6: Bool) -> Conversation {
    let party = random.mostlySmall(0...Self.clientCount - 1)
    let client =
      isV6
      ? PublicAddresses.v6(party, group: PublicAddresses.clients)
      : PublicAddresses.v4(party, group: PublicAddresses.clients)
    let isPlain = server.role != .publicService && random.happens(1, in: 7)
    let port: UInt16 = isPlain ? 80 : 443
    let visit = WebVisit.make(
      Endpoint(client, random.ephemeralPort()),
      isV6 ? server.portV6(port) : server.port(port),
      at: busySecond(),
      &random
    )
    record(visit)
    return visit
  }

  /// The balancer's own connection for a client's one.
  private mutating func passOn(_ visit: Conversation, to server: NetworkInterface) {
    guard let number = visit.server.interface else { return }
    var inner = visit
    inner.client = network.interfaces[number].port(random.ephemeralPort())
    inner.server = server.port(80)
    inner.duration = min(visit.duration, GeneratedDay.minute)
    record(inner)
  }

  /// A mail server's delivery.
  private mutating func addDelivery() {
    let sender = PublicAddresses.v4(random.below(150), group: PublicAddresses.services)
    let size = random.mostlySmall(2_000...400_000)
    record(
      Conversation(
        client: Endpoint(sender, random.ephemeralPort()),
        server: first(.mail).port(25),
        start: busySecond(),
        duration: random.within(1...9),
        toServer: Volume(packets: 12 + size / 1_400, bytes: 900 + size),
        toClient: Volume(packets: 11 + size / 2_800, bytes: 1_300 + size / 60)
      )
    )
  }

  private mutating func addHealthChecks(_ balancer: NetworkInterface, _ server: NetworkInterface) {
    let phase = random.below(Self.checkInterval)
    for round in 0..<(GeneratedDay.length / Self.checkInterval) {
      record(
        Conversation(
          client: balancer.port(random.ephemeralPort()),
          server: server.port(80),
          start: GeneratedDay.start + phase + round * Self.checkInterval,
          toServer: Volume(packets: 6, bytes: 421),
          toClient: Volume(packets: 5, bytes: 487)
        )
      )
    }
  }
}
