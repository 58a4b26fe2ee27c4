import FlowModel
import FlowPipeline
import FlowReporting
import Foundation
import LogInput
import SystemFiles
import Testing

/// A small network's traffic, made from a seed: scans, conversations over several windows, IPv6, both ends logged.
private struct RandomLog {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  private mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  mutating func lines(_ count: Int) -> [String] {
    (0..<count).flatMap { number in
      switch number % 50 {
      case 0: guesses()
      case 25: outboundTries()
      case 40: rejections()
      default: event()
      }
    }
  }

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
  mutating func channels() -> [String] { calls() + tunnels() + crowds() }

  private mutating func calls() -> [String] {
    var lines: [String] = []
    let period = 240 + next(120)
    for call in 0..<(80_000 / period) {
      let start = call * period + next(20)
      let ports = (30_000 + call, 443)
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

  /// A source that guesses at one of several ports, some of which are known for no service; now and then it stays.
  private mutating func guesses() -> [String] {
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

  /// An own host that tries a service on many outside addresses, and floods one.
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

@Suite("The same records give the same report")
struct DeterminismTests {
  /// The report without what names the inputs.
  private func report(
    _ paths: [String],
    threads: Int = 1,
    memory: Int = 1 << 30,
    inflater: InflaterKind = .zlib
  ) throws -> String {
    var settings = AnalysisSettings(paths: paths)
    settings.threads = threads
    settings.memory = memory
    settings.inflater = inflater
    settings.wantsEvidence = false
    settings.threats.add(
      name: "bad",
      changed: nil,
      ["198.18.3.0/24", "198.51.100.7"].compactMap { IPNetwork($0) }
    )
    var report = try AnalysisRun(settings).run()
    let counts = report.input.counts
    #expect(report.input.isComplete)
    report.input = InputSummary(sources: [], skipDataWindows: 0, isComplete: true)
    report.input.counts = LineCounts()
    report.input.counts.records = counts.records
    report.command = []
    return String(decoding: JSONReporter.report(report), as: UTF8.self)
  }

  @Test(
    "however they are ordered, split, packed, threaded or spilled",
    arguments: [1, 2, 3] as [UInt64]
  )
  func anyWay(seed: UInt64) throws {
    let program = try Program()
    defer { program.remove() }
    var random = RandomLog(seed: seed)
    let lines = random.lines(6000) + random.channels()
    func path(_ name: String) -> String { program.folder.appending(path: name).path }
    try program.write("whole.log", Log.header + lines.joined())
    let expected = try report([path("whole.log")])
    let rules = [
      "scan.", "ssh.bruteforce", "outbound.", "reject.storm", "exposure.probed", "threat-list",
      "beacon", "long-connection", "outbound.mining", "tor", "dns.tunnel", "dns.unapproved",
      "icmp.tunnel", "proto.unusual", "exfil.volume", "reflector", "inbound.flood",
    ]
    for rule in rules { #expect(expected.contains("\"rule\": \"\(rule)"), "no \(rule)") }

    let shuffled = random.shuffled(lines)
    try program.write("shuffled.log", Log.header + shuffled.joined())
    #expect(try report([path("shuffled.log")]) == expected)
    for parts in [2, 7, 64] {
      var members: [UInt8] = []
      for part in 0..<parts {
        let own = shuffled.enumerated().filter { $0.offset % parts == part }.map(\.element)
        let text = Array((Log.header + own.joined()).utf8)
        try program.write("split\(parts)/\(part).log", text)
        members += GzipWriter.member(text)
      }
      try program.write("members\(parts).gz", members)
      #expect(try report([path("split\(parts)")], threads: parts % 3 + 1) == expected)
      for inflater in InflaterKind.allCases where inflater.isAvailable {
        #expect(
          try report([path("members\(parts).gz")], threads: 2, inflater: inflater) == expected
        )
      }
    }
    // Some thousand bytes for all state: every table spills many times.
    for memory in [20_000, 300_000] {
      #expect(try report([path("shuffled.log")], threads: 2, memory: memory) == expected)
    }
  }
}

@Suite("Golden report of the sample logs")
struct GoldenTests {
  private static let folder = Program.repository.appending(path: "Tests/Goldens")

  @Test(
    "is what the program prints; UPDATE_GOLDENS=1 writes it anew",
    arguments: [
      ("SampleLogs.txt", "weir --color never"), ("SampleLogs.json", "weir --format json"),
    ]
  )
  func sampleLogs(name: String, command: String) throws {
    let program = try Program()
    defer { program.remove() }
    let outcome = try program.shell("\(command) SampleLogs", in: Program.repository)
    #expect(outcome.status == 0)
    #expect(outcome.stderr.isEmpty)
    let golden = Self.folder.appending(path: name)
    if environment("UPDATE_GOLDENS") != nil { try Data(outcome.stdout.utf8).write(to: golden) }
    let expected = String(decoding: try Data(contentsOf: golden), as: UTF8.self)
    #expect(outcome.stdout == expected, "differs from \(golden.path)")
  }
}
