extension SampleDay {
  private static let guessStart = GeneratedDay.at(2, 5)
  private static let attempts = 320
  private static let guessPause = 28...33
  private static let campaignSize = 24
  private static let campaignGuesses = 30
  private static let campaignPause = 68...74
  private static let campaignLength = 18 * GeneratedDay.hour
  private static let shellPort: UInt16 = 22

  /// One source that brute-force attempts for hours, and many that share the work: nobody gets in.
  mutating func addBruteForce() {
    var second = Self.guessStart
    for _ in 0..<Self.attempts {
      attempt(
        Endpoint(Actor.bruteForceSource, random.ephemeralPort()),
        first(.bastion),
        at: second,
        .parallel
      )
      second += random.within(Self.guessPause)
    }
    for party in 0..<Self.campaignSize { addMember(party) }
  }

  /// A member of the campaign makes exactly thirty brute-force attempts, as all others do.
  private mutating func addMember(_ party: Int) {
    let address = PublicAddresses.v4(party, group: PublicAddresses.bruteForceSources)
    var second = GeneratedDay.at(1) + random.below(Self.campaignLength)
    for _ in 0..<Self.campaignGuesses {
      attempt(Endpoint(address, random.ephemeralPort()), first(.bastion), at: second, .library)
      second += random.within(Self.campaignPause)
    }
  }

  /// A refused password.
  mutating func attempt(
    _ source: Endpoint,
    _ target: NetworkInterface,
    at second: Int,
    _ tool: BruteForceTool
  ) {
    let (up, down) = tool.sizes
    record(
      Conversation(
        client: source,
        server: target.port(Self.shellPort),
        start: second,
        duration: 1,
        toServer: Volume(packets: up.packets, bytes: up.bytes + 4 * random.below(3)),
        toClient: Volume(packets: down.packets, bytes: down.bytes + 8 * random.below(3))
      )
    )
  }
}

/// What one refused password costs with common programs.
enum BruteForceTool {
  /// A program that brute-force attempts on several connections at once.
  case parallel
  /// A scripting language's library.
  case library
  /// A compiled language's library.
  case compiled

  var sizes: (up: Volume, down: Volume) {
    switch self {
    case .parallel: (Volume(packets: 13, bytes: 1_855), Volume(packets: 13, bytes: 2_509))
    case .library: (Volume(packets: 12, bytes: 2_030), Volume(packets: 10, bytes: 2_366))
    case .compiled: (Volume(packets: 14, bytes: 1_986), Volume(packets: 12, bytes: 2_410))
    }
  }
}
