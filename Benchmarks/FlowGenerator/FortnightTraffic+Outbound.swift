internal import FlowModel

extension FortnightTraffic {
  private static let securePort: UInt16 = 443
  private static let plainPort: UInt16 = 80
  private static let habitAddresses = 12
  private static let habitCalls = 3...14
  private static let providerAddresses = 4
  private static let providerCalls = 30...60
  private static let burst = 1...9
  private static let burstPause = 1...400
  private static let mirrorAddresses = 4
  private static let rareShare = 2

  /// Calls that people cause, directly or not: in bursts, with pauses of any length between them.
  mutating func addCalls() {
    for machine in network.machines {
      for outside in Outside.habits(of: machine) {
        addBursts(machine, outside, human(Self.habitCalls), Self.habitAddresses)
      }
      addBursts(machine, Outside.provider, human(Self.providerCalls), Self.providerAddresses)
    }
    addRareCall()
  }

  /// Calls to addresses that vary within a network.
  mutating func addBursts(
    _ machine: NetworkInterface,
    _ outside: OutsideNetwork,
    _ connections: Int,
    _ addresses: Int
  ) {
    var left = connections
    while left > 0 {
      var second = busySecond()
      let size = min(left, random.within(Self.burst))
      for _ in 0..<size {
        let server = outside.port(Self.securePort, number: random.below(addresses))
        let client = machine.port(random.ephemeralPort())
        record(WebVisit.make(client, server, at: second, &random))
        second += random.mostlySmall(Self.burstPause)
      }
      left -= size
    }
  }

  /// Every second day or so somebody looks something up where nobody has been before.
  private mutating func addRareCall() {
    guard random.happens(1, in: Self.rareShare) else { return }
    exchange(
      random.pick(network.apps),
      Outside.rare(on: day).port(Self.securePort),
      at: busySecond(),
      lasting: 2,
      sent: random.within(900...2_000),
      received: random.within(4_000...9_000)
    )
  }
}

extension FortnightTraffic {
  private static let mirrorHour = 4
  private static let mirrorFiles = 3...7
  private static let exchangesAnHour = 6
  private static let exchangeSize = 1_200_000...1_300_000
  private static let shipmentsAnHour = 4
  private static let shipmentSize = 6_100_000...6_400_000
  private static let backupHour = 2
  private static let backupDuration = 1_500...2_100
  private static let databaseSize = 900_000_000
  private static let filesSize = 400_000_000
  /// A prime number of steps: the runs' sizes never bunch, so their spread is known early.
  private static let backupSteps = 11
  private static let backupStride = 7

  /// What goes by the clock and in large pieces.
  mutating func addTransfers() {
    for machine in network.machines { addUpdates(machine) }
    addSteady(network.synchronizer, Self.exchangesAnHour, Self.exchangeSize, isAnswered: true)
    addSteady(network.collector, Self.shipmentsAnHour, Self.shipmentSize, isAnswered: false)
    addBackup(network.database, Self.databaseSize)
    addBackup(network.shared[2], Self.filesSize)
  }

  /// Packages from the mirror, at the machine's own minute.
  private mutating func addUpdates(_ machine: NetworkInterface) {
    let late = Int(RandomSource.mix(machine.number, Self.mirrorHour) % 3_000)
    var second = day.at(Self.mirrorHour) + late
    for _ in 0..<random.within(Self.mirrorFiles) {
      let address = random.below(Self.mirrorAddresses)
      exchange(
        machine,
        Outside.mirror.port(Self.plainPort, number: address),
        at: second,
        lasting: random.below(6),
        sent: random.within(300...900),
        received: random.mostlySmall(20_000...6_000_000)
      )
      second += random.within(1...60)
    }
  }

  /// So many transfers in each hour, at any of its seconds.
  private mutating func addSteady(
    _ machine: NetworkInterface,
    _ count: Int,
    _ sizes: ClosedRange<Int>,
    isAnswered: Bool
  ) {
    for hour in 0..<(GeneratedDay.length / GeneratedDay.hour) {
      for _ in 0..<count {
        let sent = random.within(sizes)
        exchange(
          machine,
          storage(),
          at: day.at(hour) + random.below(GeneratedDay.hour - 60),
          lasting: random.within(4...40),
          sent: sent,
          received: isAnswered ? random.within(sizes) : 9_000
        )
      }
    }
  }

  /// Over within its hour, every run.
  private mutating func addBackup(_ machine: NetworkInterface, _ size: Int) {
    let step = (day.number * Self.backupStride + machine.number) % Self.backupSteps
    let percent = 100 + step - Self.backupSteps / 2
    exchange(
      machine,
      storage(),
      at: day.at(Self.backupHour, 2) + random.below(240),
      lasting: random.within(Self.backupDuration),
      sent: size / 100 * percent,
      received: 60_000
    )
  }
}
