internal import FlowModel

extension FortnightTraffic {
  private static let databasePort: UInt16 = 5_432
  private static let appPort: UInt16 = 8_080
  private static let plainPort: UInt16 = 80
  private static let metricsPort: UInt16 = 9_100
  /// Shared services: the directory, and what keeps the artifacts.
  private static let sharedPorts: [UInt16] = [636, 8_081]

  private static let queries = 60...110
  private static let requests = 40...90
  private static let sharedCalls = 8...20
  private static let partners = 2
  private static let checkInterval = 300
  private static let scrapeInterval = 3_600

  /// What stays inside, within a VPC and between the two.
  mutating func addInside() {
    for app in network.apps { addQueries(app) }
    for (index, web) in network.web.enumerated() {
      for app in partners(of: index, in: network.apps) { addRequests(web, app) }
      addHealthChecks(web)
    }
    for (index, app) in network.apps.enumerated() {
      for shared in partners(of: index, in: network.shared) { addSharedCalls(app, shared) }
    }
    addScrapes()
  }

  /// Those that a machine always turns to.
  private func partners(of index: Int, in tier: [NetworkInterface]) -> [NetworkInterface] {
    (0..<Self.partners).map { tier[(index * Self.partners + $0) % tier.count] }
  }

  private mutating func addQueries(_ app: NetworkInterface) {
    for _ in 0..<human(Self.queries) {
      exchange(
        app,
        network.database.port(Self.databasePort),
        at: busySecond(),
        lasting: random.mostlySmall(0...60),
        sent: random.mostlySmall(600...40_000),
        received: random.mostlySmall(900...600_000)
      )
    }
  }

  private mutating func addRequests(_ web: NetworkInterface, _ app: NetworkInterface) {
    for _ in 0..<human(Self.requests) {
      exchange(
        web,
        app.port(Self.appPort),
        at: busySecond(),
        lasting: random.mostlySmall(0...30),
        sent: random.within(700...2_500),
        received: random.mostlySmall(1_000...90_000)
      )
    }
  }

  private mutating func addSharedCalls(_ app: NetworkInterface, _ shared: NetworkInterface) {
    for port in Self.sharedPorts {
      for _ in 0..<human(Self.sharedCalls) {
        exchange(
          app,
          shared.port(port),
          at: busySecond(),
          sent: random.within(600...3_000),
          received: random.mostlySmall(2_000...80_000)
        )
      }
    }
  }

  /// The balancer asks whether the web server is well.
  private mutating func addHealthChecks(_ web: NetworkInterface) {
    let phase = day.start + random.below(Self.checkInterval)
    for second in stride(from: phase, to: day.span.upperBound, by: Self.checkInterval) {
      exchange(
        network.balancer,
        web.port(Self.plainPort),
        at: second,
        sent: 130,
        received: 260
      )
    }
  }

  /// The monitor asks every machine for its numbers.
  private mutating func addScrapes() {
    let phase = day.start + random.below(Self.scrapeInterval / 2)
    for round in stride(from: phase, to: day.span.upperBound, by: Self.scrapeInterval) {
      for (place, machine) in network.machines.enumerated()
      where machine.number != network.monitor.number {
        exchange(
          network.monitor,
          machine.port(Self.metricsPort),
          at: round + place % GeneratedDay.minute,
          sent: 420,
          received: random.within(30_000...34_000)
        )
      }
    }
  }
}
