internal import FlowModel

extension SampleDay {
  private static let scannerPort: UInt16 = 54_321
  private static let sweepStarts = [GeneratedDay.at(1, 12), GeneratedDay.at(3, 47)]
  private static let slowStart = GeneratedDay.at(0, 31)
  private static let slowInterval = 2 * GeneratedDay.hour
  private static let desktopPort: UInt16 = 3_389
  private static let shellPort: UInt16 = 22

  /// What a report of the day must find; the README lists the same.
  mutating func addPlantedScans() {
    for start in Self.sweepStarts { addFastSweep(start) }
    addSlowSweep()
    addSweepV6()
    addSwarm()
    addPortWalk()
    addPingSweep()
    addDatagramProbes()
  }

  /// SSH on every address within seconds; the bastion answers and its banner is read.
  private mutating func addFastSweep(_ start: Int) {
    for (index, target) in random.shuffled(network.publicInterfaces).enumerated() {
      let second = start + index / 2
      let source = Endpoint(Actor.fastSweeper, Self.scannerPort)
      probe(source, target, Self.shellPort, at: second)
      guard target.isOpen(Self.shellPort) else { continue }
      let reader = Endpoint(Actor.fastSweeper, random.ephemeralPort())
      record(.bannerGrab(reader, target.port(Self.shellPort), at: second + 90))
    }
  }

  /// Remote desktop, one address every two hours.
  private mutating func addSlowSweep() {
    for (index, target) in random.shuffled(network.publicInterfaces).enumerated() {
      let second = Self.slowStart + index * Self.slowInterval + random.below(900)
      let source = Endpoint(Actor.slowSweeper, random.ephemeralPort())
      probe(source, target, Self.desktopPort, at: second)
    }
  }

  /// SSH on every IPv6 address; one cannot find those by trying, so they were known.
  private mutating func addSweepV6() {
    for (index, target) in network.publicV6.enumerated() {
      let source = Endpoint(Actor.sweeperV6, random.ephemeralPort())
      probe(source, target, Self.shellPort, at: GeneratedDay.at(16, 24) + index * 7)
    }
  }
}
