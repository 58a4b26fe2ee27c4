/// A small network's traffic, made from a seed: scans, conversations over several windows, IPv6, both ends logged.
struct RandomLog {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  mutating func lines(_ count: Int) -> [String] {
    (0..<count).flatMap { number in
      switch number % 50 {
      case 0: attempts()
      case 25: outboundTries()
      case 40: rejections()
      default: event()
      }
    }
  }

  /// A source that brute-force attempts at one of several ports, some of which are known for no service; now and then
  /// it stays.
  private mutating func attempts() -> [String] {
    let (host, party) = (next(3) + 1, next(24))
    let isV6 = next(6) == 0
    let (own, peer) =
      isV6
      ? ("2001:db8:20::\(host)", "2001:db8:\(party):1::9") : ("10.0.0.\(host)", "198.18.\(party).9")
    let port = [22, 22, 22_022, 2_200, 5_432][next(5)]
    let begin = 1_767_571_200 + next(80_000)
    return (0..<(5 + next(4))).flatMap { attempt in
      let stays = next(30) == 0
      let (packets, length) = stays ? (400, 600) : (12, 30)
      let client = 40_000 + next(20_000)
      return [(peer, own, client, port, packets * 169), (own, peer, port, client, packets * 190)]
        .map {
          Log.line(
            $0.0,
            $0.1,
            $0.2,
            $0.3,
            protocol: 6,
            packets: packets,
            bytes: $0.4,
            start: begin + attempt * 71,
            end: begin + attempt * 71 + length,
            action: "ACCEPT",
            interface: "eni-0a1b2c3d4e5f607\(host + 10)"
          )
        }
    }
  }

  /// An internal host that tries a service on many external addresses, and floods one.
  private mutating func outboundTries() -> [String] {
    let host = next(3) + 1
    let begin = 1_767_571_200 + next(80_000)
    return (0..<40).map { target in
      Log.line(
        "10.0.0.\(host)",
        "198.19.\(next(4)).\(target)",
        50_000 + target,
        [23, 25, 9_999][next(3)],
        protocol: 6,
        packets: target == 0 ? 150_000 : 1,
        bytes: target == 0 ? 9_000_000 : 60,
        start: begin + target,
        action: "ACCEPT",
        interface: "eni-0a1b2c3d4e5f607\(host + 10)"
      )
    }
  }

  /// A client that its own side or the other one keeps out.
  private mutating func rejections() -> [String] {
    let (host, side) = (next(3) + 1, next(2))
    let begin = 1_767_571_200 + next(80_000)
    return (0..<110).map { attempt in
      Log.line(
        "10.0.0.\(host)",
        "10.0.0.9",
        50_000 + attempt,
        3_306,
        protocol: 6,
        start: begin + attempt * 10,
        interface: "eni-0a1b2c3d4e5f607\(side == 0 ? host + 10 : 19)"
      )
    }
  }

  private mutating func event() -> [String] {
    let host = next(14) + 1
    let interface = "eni-0a1b2c3d4e5f607\(host + 10)"
    let start = 1_767_571_200 + next(86_400)
    let port = [22, 3389, 443, 53, 8080, next(65_536)][next(6)]
    let isV6 = next(8) == 0
    let own = isV6 ? "2001:db8:20::\(host)" : "10.0.0.\(host)"
    let peer =
      isV6
      ? "2001:db8:bad::\(next(9))"
      : ["198.51.100.\(next(40))", "203.0.113.\(next(250))", "10.0.0.\(next(14) + 1)"][next(3)]
    let client = [40_000 + next(400), next(65_536), 0][next(3)]
    let number = [6, 6, 6, 17, 1][next(5)]
    let (from, to) = number == 1 ? (0, 0) : (client, port)
    if next(2) == 0 {
      return [Log.line(peer, own, from, to, protocol: number, start: start, interface: interface)]
    }
    return (0...next(3)).flatMap { window in
      [(peer, own, from, to, 60), (own, peer, to, from, 52)].map {
        source,
        target,
        first,
        second,
        size in
        let packets = next(12) + 1
        return Log.line(
          source,
          target,
          first,
          second,
          protocol: number,
          packets: packets,
          bytes: packets * size,
          start: start + window * 60,
          action: "ACCEPT",
          interface: interface
        )
      }
    }
  }

  mutating func shuffled(_ lines: [String]) -> [String] {
    var lines = lines
    for index in lines.indices.dropFirst() { lines.swapAt(index, next(index + 1)) }
    return lines
  }
}
