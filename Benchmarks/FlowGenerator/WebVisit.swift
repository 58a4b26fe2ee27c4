/// Connections of web clients, in the sizes and durations that real ones have.
enum WebVisit {
  private static let packetSize = 1_460
  private static let shortShare = 60
  private static let middleShare = 88
  private static let whole = 100

  /// A connection of one client with one server.
  static func make(
    _ client: Endpoint,
    _ server: Endpoint,
    at start: Int,
    _ random: inout RandomSource
  ) -> Conversation {
    let answer = random.mostlySmall(1_200...900_000)
    let packets = 6 + answer / packetSize + random.below(6)
    let questions = 5 + packets / 2 + random.below(5)
    return Conversation(
      client: client,
      server: server,
      start: start,
      duration: duration(&random),
      toServer: Volume(packets: questions, bytes: questions * 62 + random.within(300...2_400)),
      toClient: Volume(packets: packets, bytes: answer + packets * 52)
    )
  }

  /// Most connections are over within one batch, keep-alive ones last minutes.
  private static func duration(_ random: inout RandomSource) -> Int {
    switch random.below(whole) {
    case ..<shortShare: random.within(0...9)
    case ..<middleShare: random.within(10...60)
    default: random.within(61...190)
    }
  }
}
