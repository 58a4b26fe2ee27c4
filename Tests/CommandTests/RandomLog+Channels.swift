extension RandomLog {
  private static let day = 1_767_571_200

  /// Both directions of what a host exchanged with a peer in one window.
  private func exchange(
    _ host: Int,
    _ peer: String,
    _ ports: (Int, Int),
    protocol number: Int = 6,
    packets: Int = 10,
    out: Int,
    back: Int,
    at start: Int,
    lasting seconds: Int = 30,
    isInbound: Bool = false
  ) -> [String] {
    let (client, server) = isInbound ? (peer, "10.0.0.\(host)") : ("10.0.0.\(host)", peer)
    let sides = [
      (client, server, ports.0, ports.1, out), (server, client, ports.1, ports.0, back),
    ]
    return sides.filter { $0.4 > 0 }.map {
      Log.line(
        $0.0,
        $0.1,
        $0.2,
        $0.3,
        protocol: number,
        packets: packets,
        bytes: $0.4,
        start: Self.day + start,
        end: Self.day + start + seconds,
        action: "ACCEPT",
        interface: "eni-0a1b2c3d4e5f607\(host + 10)"
      )
    }
  }

  /// Calls like a clock, lines that are kept open, what hides in names and pings, uploads, floods and reflections.
  mutating func channels() -> [String] { connections() + tunnels() + crowds() }

  private mutating func connections() -> [String] {
    var lines: [String] = []
    let period = 240 + next(120)
    for connection in 0..<(80_000 / period) {
      let start = connection * period + next(20)
      let ports = (30_000 + connection, 443)
      lines += exchange(1, "198.18.200.9", ports, out: 800 + next(20), back: 900, at: start)
    }
    for minute in 0..<400 {
      let at = 3600 + minute * 60
      lines += exchange(2, "198.18.201.9", (50_001, 6667), out: 90, back: 400, at: at, lasting: 60)
      let pool = "198.18.202.9"
      lines += exchange(3, pool, (50_002, 3333), out: 2000, back: 4000, at: at, lasting: 60)
    }
    for relay in 1...3 {
      let peer = "198.18.207.\(relay)"
      lines += exchange(3, peer, (50_003, 9001), out: 9000, back: 9000, at: next(80_000))
    }
    return lines
  }

  private mutating func tunnels() -> [String] {
    var lines: [String] = []
    for minute in 0..<60 {
      let at = 7200 + minute * 60
      lines += exchange(
        2,
        "198.18.203.9",
        (40_000 + minute, 53),
        protocol: 17,
        packets: 200,
        out: 40_000 + next(999),
        back: 9000,
        at: at
      )
      lines += exchange(
        1,
        "198.18.204.9",
        (0, 0),
        protocol: 1,
        packets: 60,
        out: 30_000,
        back: 30_000,
        at: at
      )
      lines += exchange(3, "198.18.208.9", (0, 0), protocol: 47, out: 3000, back: 400, at: at)
      lines += exchange(
        2,
        "198.18.205.9",
        (51_000, 443),
        packets: 20_000,
        out: 20_000_000 + next(999),
        back: 9000,
        at: at,
        lasting: 60
      )
    }
    return lines
  }

  private mutating func crowds() -> [String] {
    var lines: [String] = []
    for source in 1...60 {
      lines += exchange(
        3,
        "198.18.206.\(source)",
        (40_000 + next(9), 123),
        protocol: 17,
        out: 4000,
        back: 40_000,
        at: next(80_000),
        isInbound: true
      )
      lines += exchange(
        1,
        "198.18.209.\(source)",
        (40_000 + next(9), 443),
        packets: 400_000,
        out: 24_000_000,
        back: 0,
        at: 40_000 + next(900),
        isInbound: true
      )
    }
    return lines
  }
}
