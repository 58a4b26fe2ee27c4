internal import FlowModel

extension SampleDay {
  private static let firstPause = 3...900
  private static let pingInterval = 300

  /// When two administrators work on the bastion: who, the second of the day, how long.
  private static let sessions: [(administrator: Int, start: Int, duration: Int)] = [
    (0, 28_920, 4_100), (0, 36_310, 1_750), (0, 50_700, 6_900), (0, 61_020, 560),
    (1, 32_480, 2_600), (1, 47_130, 9_300), (1, 64_800, 3_350), (1, 75_660, 240),
  ]

  /// SSH sessions by two people, and a monitor that pings the front.
  mutating func addAdministrators() {
    for session in Self.sessions {
      addSession(session.administrator, GeneratedDay.start + session.start, session.duration)
    }
    addPings()
  }

  /// A long session on the bastion and a shorter one from there to an application.
  private mutating func addSession(_ administrator: Int, _ start: Int, _ duration: Int) {
    let home = PublicAddresses.v4(administrator, group: PublicAddresses.administrators)
    let bastion = first(.bastion)
    addShell(Endpoint(home, random.ephemeralPort()), bastion.port(22), start, duration)
    let pause = min(random.within(Self.firstPause), duration / 3)
    let app = random.pick(network.all(.app))
    addShell(
      bastion.port(random.ephemeralPort()),
      app.port(22),
      start + pause,
      duration - 2 * pause
    )
  }

  private mutating func addShell(
    _ client: Endpoint,
    _ server: Endpoint,
    _ start: Int,
    _ duration: Int
  ) {
    let keys = 40 + duration * random.within(6...14) / 10
    record(
      Conversation(
        client: client,
        server: server,
        start: start,
        duration: duration,
        toServer: Volume(packets: keys, bytes: 4_900 + keys * 71),
        toClient: Volume(packets: keys - keys / 9, bytes: 5_200 + keys * random.within(110...240))
      )
    )
  }

  /// The monitor is the last machine of the service subnet.
  private mutating func addPings() {
    guard let monitor = network.all(.publicService).last else { return }
    let targets = network.interfaces.filter(\.role.answersPing)
    for round in 0..<(GeneratedDay.length / Self.pingInterval) {
      let second = GeneratedDay.start + round * Self.pingInterval + random.below(4)
      for target in targets {
        record(
          .echo(
            monitor.port(0),
            target.port(0),
            at: second,
            Volume(packets: 3, each: 84),
            protocolNumber: ProtocolNumber.icmp
          )
        )
      }
    }
  }
}
