internal import FlowModel

extension FortnightTraffic {
  private static let securePort: UInt16 = 443
  private static let timePort: UInt16 = 123
  private static let brokerPort: UInt16 = 5_671

  private static let metricsInterval = 180
  private static let metricsPlay = -2...2
  private static let metricsAddresses = 3
  /// Powers of two, most of the time the longest: so does every clock that has settled.
  private static let pollExponents = [6, 7, 8, 9, 10, 11]
  private static let pollWeights = [1, 1, 1, 3, 14, 14]
  private static let shippingPause = 1_500...2_100
  private static let storageAddresses = 16
  private static let fewestBrokerUsers = 3
  private static let brokerShare = 8
  /// Shorter than what separates two conversations with the same ports.
  private static let brokerPause = 80...115
  private static let brokerLifetime = 2 * GeneratedDay.length
  private static let brokerPorts = 28_000
  private static let firstBrokerPort = 32_768

  /// What programs do by themselves, around the clock.
  mutating func addAgents() {
    for machine in network.machines {
      addMetrics(machine)
      addTime(machine)
      addShipping(machine)
    }
    let users = max(Self.fewestBrokerUsers, network.apps.count / Self.brokerShare)
    for machine in network.apps.prefix(users) { addBroker(machine) }
  }

  /// Looks like a beacon, and is one; but all machines have it.
  private mutating func addMetrics(_ machine: NetworkInterface) {
    let provider = Outside.metrics.port(
      Self.securePort,
      number: machine.number % Self.metricsAddresses
    )
    let phase = day.start + 2 + random.below(Self.metricsInterval - 2)
    for second in stride(from: phase, to: day.span.upperBound, by: Self.metricsInterval) {
      exchange(
        machine,
        provider,
        at: second + random.within(Self.metricsPlay),
        sent: random.within(3_900...4_600),
        received: 3_300
      )
    }
  }

  private mutating func addTime(_ machine: NetworkInterface) {
    var second = day.start + random.below(1 << Self.pollExponents[0])
    while second < day.span.upperBound {
      record(
        .echo(
          machine.port(random.ephemeralPort()),
          random.pick(Outside.timeServers).port(Self.timePort),
          at: second,
          Volume(packets: 1, bytes: 76),
          protocolNumber: ProtocolNumber.udp
        )
      )
      second += 1 << Self.pollExponents[random.weighted(Self.pollWeights)] + random.below(4)
    }
  }

  /// Logs on their way to the storage.
  private mutating func addShipping(_ machine: NetworkInterface) {
    for second in seconds(every: Self.shippingPause) {
      exchange(
        machine,
        storage(),
        at: second,
        lasting: random.below(4),
        sent: random.mostlySmall(40_000...700_000),
        received: 4_100
      )
    }
  }

  /// One of the storage's many addresses.
  mutating func storage() -> Endpoint {
    random.pick(Outside.storage).port(
      Self.securePort,
      number: random.below(Self.storageAddresses)
    )
  }

  /// A connection that stays open for two days, with a word now and then.
  private mutating func addBroker(_ machine: NetworkInterface) {
    for second in seconds(every: Self.brokerPause) {
      let age = RandomSource.mix(machine.number, second / Self.brokerLifetime)
      let port = Self.firstBrokerPort + Int(age % UInt64(Self.brokerPorts))
      let isKeepAlive = !random.happens(1, in: 5)
      let sent = Volume(packets: 2, bytes: isKeepAlive ? 157 : random.within(300...2_400))
      record(
        Conversation(
          client: machine.port(UInt16(port)),
          server: Outside.broker.port(Self.brokerPort),
          start: second,
          toServer: sent,
          toClient: Volume(packets: 2, bytes: 157),
          flags: .none
        )
      )
    }
  }
}
