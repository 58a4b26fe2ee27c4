import FlowModel
import FlowPipeline
import FlowReporting
import Foundation
import LogInput
import SystemFiles
import Testing

@testable import FlowFindings

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
    settings.evidenceLines = 0
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
    arguments: [(1, 2), (2, 7), (3, 64)] as [(UInt64, Int)]
  )
  func anyWay(seed: UInt64, parts: Int) throws {
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
