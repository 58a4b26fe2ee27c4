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
    let lines = random.lines(6000)
    func path(_ name: String) -> String { program.folder.appending(path: name).path }
    try program.write("whole.log", Log.header + lines.joined())
    let expected = try report([path("whole.log")])
    let rules = [
      "scan.", "ssh.bruteforce", "outbound.", "reject.storm", "exposure.probed", "threat-list",
    ]
    for rule in rules { #expect(expected.contains("\"\(rule)"), "no \(rule)") }

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
