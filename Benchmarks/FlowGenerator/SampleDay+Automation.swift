internal import FlowModel

extension SampleDay {
  private static let playInterval = 2 * GeneratedDay.hour
  private static let tasksOfAPlay = 6
  private static let checkerCount = 8
  private static let outsideInterval = 300
  private static let shellCheckInterval = 30
  private static let blockedStart = GeneratedDay.at(6, 10)
  private static let blockedInterval = 20
  private static let blockedLength = 9 * GeneratedDay.hour
  private static let shellPort: UInt16 = 22

  /// What looks like an attack to rules that count: configuration management, health checks, a client that a rule keeps
  /// out.
  mutating func addAutomation() {
    for play in 0..<(GeneratedDay.length / Self.playInterval) {
      addPlay(GeneratedDay.start + play * Self.playInterval + 600)
    }
    addOutsideChecks()
    addShellChecks()
    addBlockedClient()
  }

  /// Configuration management from one application: on every machine of the private subnets and the web servers, task
  /// after task over a connection of its own, each of which logs in.
  private mutating func addPlay(_ start: Int) {
    let manager = first(.app)
    let machines =
      network.all(.web) + network.all(.app).dropFirst() + network.all(.database)
      + network.all(.cache)
    for (place, machine) in machines.enumerated() {
      for task in 0..<Self.tasksOfAPlay {
        let size = random.within(61_000...118_000)
        record(
          Conversation(
            client: manager.port(random.ephemeralPort()),
            server: machine.port(Self.shellPort),
            start: start + task * 11 + place,
            duration: 5,
            toServer: Volume(packets: 40 + size / 1_400, bytes: 6_200 + size),
            toClient: Volume(packets: 36 + size / 2_900, bytes: 9_800 + random.below(3_000))
          )
        )
      }
    }
  }

  /// Checkers all over the world ask the balancers every five minutes whether they are there.
  private mutating func addOutsideChecks() {
    for party in 0..<Self.checkerCount {
      let address = PublicAddresses.v4(party, group: PublicAddresses.checkers)
      let phase = random.below(Self.outsideInterval)
      for round in 0..<(GeneratedDay.length / Self.outsideInterval) {
        for balancer in network.all(.balancer) {
          record(
            Conversation(
              client: Endpoint(address, random.ephemeralPort()),
              server: balancer.port(443),
              start: GeneratedDay.start + phase + round * Self.outsideInterval,
              toServer: Volume(packets: 4, bytes: 204),
              toClient: Volume(packets: 3, bytes: 164)
            )
          )
        }
      }
    }
  }

  /// A balancer opens a connection to the bastion's SSH port and closes it.
  private mutating func addShellChecks() {
    let (balancer, bastion) = (first(.balancer), first(.bastion))
    for round in 0..<(GeneratedDay.length / Self.shellCheckInterval) {
      record(
        Conversation(
          client: balancer.port(random.ephemeralPort()),
          server: bastion.port(Self.shellPort),
          start: GeneratedDay.start + round * Self.shellCheckInterval,
          toServer: Volume(packets: 4, bytes: 204),
          toClient: Volume(packets: 3, bytes: 205)
        )
      )
    }
  }

  /// An application asks for a database that moved: the security group in front of the old one stops it.
  private mutating func addBlockedClient() {
    let (client, server) = (network.all(.app)[1], first(.database))
    for round in 0..<(Self.blockedLength / Self.blockedInterval) {
      record(
        Conversation(
          client: client.port(random.ephemeralPort()),
          server: server.port(3_306),
          start: Self.blockedStart + round * Self.blockedInterval,
          duration: 3,
          toServer: Volume(packets: 3, each: 60),
          isStoppedAtServer: true,
          flags: .attempt
        )
      )
    }
  }
}
