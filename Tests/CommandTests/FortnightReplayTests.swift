import FlowDetection
import FlowGenerator
import FlowModel
import FlowPipeline
import FlowReporting
import FlowTestSupport
import Foundation
import SystemFiles
import Testing

@testable import FlowFindings

/// Generated runs, read one after the other with a history.
private struct Replay {
  let folder: TemporaryFolder
  let plan: FortnightPlan

  init(_ plan: FortnightPlan) throws {
    folder = try TemporaryFolder()
    self.plan = plan
    _ = try Fortnight(plan).write(to: folder.path)
  }

  /// The folder of a day, counted from 1.
  func logs(of day: Int) -> String {
    let number = day + 1
    return "\(folder.path)/2026-03-\(number < 10 ? "0" : "")\(number)"
  }

  /// Reads a run and records it.
  func morning(
    _ paths: [String],
    history: String = "memory",
    _ change: (inout AnalysisSettings) -> Void = { _ in }
  ) throws -> Report {
    var settings = AnalysisSettings(paths: paths)
    settings.history = "\(folder.path)/\(history)"
    settings.evidenceLines = 0
    change(&settings)
    let (report, historyRun) = try AnalysisRun(settings).runWithHistory()
    try #require(historyRun).remember()
    return report
  }

  /// What was planted on a day.
  func truth(of day: Int) throws -> [Plant] {
    let text = String(decoding: try folder.read(Fortnight.truthName), as: UTF8.self)
    return text.split(separator: "\n").dropFirst().compactMap(Plant.init).filter { $0.day == day }
  }

  func copy(_ from: String, to copy: String) throws {
    try FileManager.default.copyItem(
      atPath: "\(folder.path)/\(from)",
      toPath: "\(folder.path)/\(copy)"
    )
  }
}

/// A row of the truth.
private struct Plant: CustomStringConvertible {
  var day: Int
  var rule: RuleID
  var actor: String
  var target: String

  init?(_ row: Substring) {
    let columns = row.split(separator: "\t").map(String.init)
    guard columns.count >= 4, let day = Int(columns[0]) else { return nil }
    (self.day, actor, target) = (day, columns[2], columns[3])
    rule = RuleID(rawValue: columns[1])
  }

  var description: String { "day \(day): \(rule) \(actor) \(target)" }

  /// Whether a finding tells of it; what is about a host alone names no target, and of the users of a new service the
  /// finding names one.
  func isTold(by finding: Finding) -> Bool {
    guard finding.rule == rule, finding.actor.description == actor else { return false }
    let network = IPNetwork(target)
    return finding.targets.count == 0 || rule == "new.service"
      || finding.targets.sample.contains {
        network?.contains($0.address) == true || $0.interface == target
      }
  }
}

@Suite("Two weeks of runs")
struct FortnightReplayTests {
  private static let loud = 40

  @Test("every morning tells what was planted, and nothing else of weight")
  func planted() throws {
    let replay = try Replay(FortnightPlan())
    let thief = try #require(try replay.truth(of: 9).first { $0.rule == "exfil.volume" }).actor
    var told = 0
    for day in 1...replay.plan.days {
      let report = try replay.morning([replay.logs(of: day)])
      let truth = try replay.truth(of: day)
      for plant in truth {
        #expect(report.findings.contains(where: plant.isTold), "\(plant)")
        told += 1
      }
      let others = report.findings.filter { finding in
        finding.score >= Self.loud && !truth.contains { $0.isTold(by: finding) }
      }
      // The first communicate between two ranges is an edge between two hosts as well.
      let expected: [RuleID] = day == 13 ? ["lateral.new-admin-edge"] : []
      #expect(others.map(\.rule) == expected, "day \(day)")
      let crossing = truth.first { $0.rule == "cross-vpc.unexpected" }
      for other in others { #expect(other.actor.description == crossing?.actor) }
      try checkStates(report, day, thief)
    }
    #expect(told == 27)
  }

  private func checkStates(_ report: Report, _ day: Int, _ thief: String) throws {
    let historyRun = try #require(report.comparison)
    #expect(historyRun.days == day - 1)
    #expect((historyRun.comparedWith == nil) == (day == 1))
    let beacon = report.findings.first { $0.rule == "beacon" }?.change
    // Until there is a history, backups of another host are told as well.
    let exfiltration = report.findings.first {
      $0.rule == "exfil.volume" && $0.actor.description == thief
    }?.change
    #expect(beacon?.state == (day < 8 ? nil : day == 8 ? .new : .ongoing), "day \(day)")
    // Since the eighth day: 9 March 2026.
    if let beacon { #expect(UTCTime(beacon.since).date == "2026-03-09") }
    let expected: FindingChange.State? = !(9...12 ~= day) ? nil : day == 9 ? .new : .ongoing
    #expect(exfiltration?.state == expected, "day \(day)")
    let isOver = historyRun.gone.contains { $0.rule == "exfil.volume" && $0.actor == thief }
    #expect(isOver == (day == 13), "day \(day)")
    let states = report.findings.compactMap(\.change?.state)
    #expect(states.count == (day == 1 ? 0 : report.findings.count))
    #expect(historyRun.new + historyRun.ongoing + historyRun.changed == report.findings.count)
  }

  @Test("a quiet network gives quiet mornings")
  func quiet() throws {
    let replay = try Replay(FortnightPlan(isQuiet: true, days: 8))
    for day in 1...replay.plan.days {
      let report = try replay.morning([replay.logs(of: day)])
      #expect(report.findings.filter { $0.score >= Self.loud }.map(\.rule) == [], "day \(day)")
      let new = report.findings.filter { $0.change?.state == .new }
      if day >= 8 { #expect(new.count <= 2, "day \(day): \(new.map(\.rule))") }
    }
  }
}

@Suite("The same runs leave the same memory")
struct RunDeterminismTests {
  /// The report without what names the inputs.
  private func text(_ report: Report) -> String {
    var report = report
    report.input = InputSummary(sources: [], skipDataWindows: 0, isComplete: true)
    report.notices = []
    return String(decoding: JSONReporter.report(report), as: UTF8.self)
  }

  private func export(_ replay: Replay, _ history: String, _ program: Program) throws -> String {
    try program.shell("weir history export \(replay.folder.path)/\(history) | grep -v '\"object\"'")
      .stdout
  }

  @Test("however they are threaded, spilled or split; read twice they double nothing")
  func anyWay() throws {
    let program = try Program()
    defer { program.remove() }
    let replay = try Replay(FortnightPlan(days: 9))
    for day in 1...7 { _ = try replay.morning([replay.logs(of: day)], history: "week") }
    var splits: [Int: String] = [:]
    for day in 8...9 {
      let parts = program.folder.appending(path: "parts\(day)").path
      splits[day] = parts
      let split = try program.shell(
        """
        mkdir \(parts); find \(replay.logs(of: day)) -name '*.gz' | sort | xargs zcat > all
        head -n 1 all > header; grep -v '^version' all | split -n r/5 - \(parts)/x
        for part in \(parts)/x*; do cat header "$part" > "$part.log"; rm "$part"; done; ls \(parts) | wc -l
        """
      )
      #expect(split.stdout.contains("5"))
    }
    func historyRuns(_ name: String, split: Bool, threads: Int, memory: Int) throws -> [String] {
      try replay.copy("week", to: name)
      var told: [String] = []
      for day in 8...9 {
        let paths = split ? splits[day].map { [$0] } ?? [] : [replay.logs(of: day)]
        told.append(
          text(
            try replay.morning(paths, history: name) {
              ($0.threads, $0.memory) = (threads, memory)
            }
          )
        )
      }
      return told + [try export(replay, name, program)]
    }
    let expected = try historyRuns("one", split: false, threads: 1, memory: 1 << 30)
    #expect(expected[1].contains("\"exfil.volume\"") && expected[2].contains("\"volume\""))
    #expect(try historyRuns("two", split: true, threads: 2, memory: 1 << 30) == expected)
    #expect(try historyRuns("three", split: false, threads: 3, memory: 300_000) == expected)
    _ = try replay.morning([replay.logs(of: 9)], history: "one")
    let facts = { (export: String) in
      export.split(separator: "\n").filter {
        $0.contains("\"sighting\"") || $0.contains("\"volume\",")
      }
    }
    #expect(facts(try export(replay, "one", program)) == facts(expected[2]))
  }
}
