internal import FlowModel

extension CorpusTraffic {
  private static let shellPort: UInt16 = 22
  private static let desktopPort: UInt16 = 3_389
  private static let sweepers: Range<UInt32> = 10..<20
  private static let filesPerSweep = 8
  private static let sweepLength = 60
  private static let walkers: Range<UInt32> = 201..<205
  private static let walkedPorts = 1_000
  private static let walkLength = 600

  /// The scans that a report of the corpus must find, as far as they fall into this file.
  mutating func addPlants(file number: Int) {
    for sweeper in Self.sweepers where isTurn(of: sweeper, file: number) { addSweep(sweeper) }
    for walker in Self.walkers where isTurn(ofWalker: walker, file: number) { addWalk(walker) }
    record(
      .probe(
        Endpoint(Actor.slowSweeper, random.ephemeralPort()),
        publicHosts[number % publicHosts.count],
        Self.desktopPort,
        at: second()
      )
    )
  }

  /// Every eighth file holds a sweep of the same source.
  private func isTurn(of sweeper: UInt32, file number: Int) -> Bool {
    (number + Int(sweeper)) % Self.filesPerSweep == 0
  }

  /// The walks are spread evenly over the files.
  private func isTurn(ofWalker walker: UInt32, file number: Int) -> Bool {
    let place = Int(walker - Self.walkers.lowerBound) * 2 + 1
    return number == plan.files * place / (Self.walkers.count * 2)
  }

  /// SSH on every public address; bastions answer and their banner is read.
  private mutating func addSweep(_ sweeper: UInt32) {
    let source = Actor.sweeper(sweeper)
    let start = slice.lowerBound
    for target in random.shuffled(publicHosts) {
      let second = start + random.below(min(Self.sweepLength, slice.count))
      let port = random.ephemeralPort()
      record(.probe(Endpoint(source, port), target, Self.shellPort, at: second))
      guard target.isOpen(Self.shellPort) else { continue }
      let reader = Endpoint(source, random.ephemeralPort())
      record(.bannerGrab(reader, target.port(Self.shellPort), at: second))
    }
  }

  /// A thousand ports of one web server.
  private mutating func addWalk(_ walker: UInt32) {
    let source = Endpoint(Actor.sweeper(walker), random.ephemeralPort())
    let target = webServers[Int(walker) % webServers.count]
    let length = min(Self.walkLength, slice.count)
    for port in 1...Self.walkedPorts {
      let second = slice.lowerBound + port * (length - 1) / Self.walkedPorts
      record(.probe(source, target, UInt16(port), at: second))
    }
  }
}
