import ArgumentParser
import FlowDetection
import FlowFindings
import FlowHistory
import FlowModel
import FlowReporting
import FlowSettings
import SystemFiles

/// `weir history`: what the history database holds.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show, prune or export the history database.",
    subcommands: [Show.self, Runs.self, Findings.self, Prune.self, Export.self],
    defaultSubcommand: Show.self
  )

  /// The file, wherever it is named.
  struct File: ParsableArguments {
    @Argument(
      help: ArgumentHelp(
        "The history file; default: history in the configuration.",
        valueName: "file"
      ),
      completion: .file()
    )
    var file: String?

    /// Opens it; a file that is not there is no empty memory here.
    func open(isReadOnly: Bool = true) throws -> History {
      let configuration = try Analyze.settingsOrExit { () throws(SettingsError) in
        try Configuration(path: nil, environment: environment)
      }
      guard let path = file ?? configuration.words["history"] else {
        throw ValidationError("name the file: weir history show FILE")
      }
      return try HistoryCommand.orExit { () throws(HistoryError) in
        let history = try History(path: path, isReadOnly: true)
        // Only what is there is opened for writing, which would make it.
        return isReadOnly ? history : try History(path: path)
      }
    }
  }

  static func orExit<Value>(_ body: () throws(HistoryError) -> Value) throws -> Value {
    do throws(HistoryError) {
      return try body()
    } catch {
      Output.complain(error.description)
      throw ExitStatus(2)
    }
  }

  static func date(_ time: UInt32) -> String { "\(UTCTime(time).date) \(UTCTime(time).clock)" }

  /// `weir history show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Summary of the history: runs, days, hosts, size."
    )
    @OptionGroup var file: File

    func run() throws {
      let history = try file.open()
      let (summary, last) = try HistoryCommand.orExit { () throws(HistoryError) in
        (try history.summary(), try history.lastRun)
      }
      var lines = [
        "\(summary.runs) runs, \(summary.days) days, \(summary.hosts) hosts, \(summary.hours) hourly volumes, \(summary.objects) inputs, \(summary.findings) findings; \(summary.fileSize / 1024) KiB"
      ]
      if let last {
        lines.append(
          "last run: \(HistoryCommand.date(last.firstStart)) – \(HistoryCommand.date(last.lastEnd)) UTC, \(last.records) records"
        )
      }
      for kind in BaselineEntry.Kind.allCases {
        if let count = summary.baselineEntries[kind], count > 0 {
          lines.append("  \(kind.rawValue): \(count)")
        }
      }
      if summary.days < Baseline.leastDays {
        lines.append(
          "no baseline yet: comparison rules start after \(Baseline.leastDays) days"
        )
      }
      Output.write(lines.joined(separator: "\n") + "\n", to: .standardOutput)
    }
  }

  /// `weir history runs`.
  struct Runs: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The runs, oldest first: number, log from, to (UTC), records, findings by severity."
    )
    @OptionGroup var file: File

    func run() throws {
      let history = try file.open()
      let runs = try HistoryCommand.orExit { () throws(HistoryError) in try history.runs() }
      for run in runs {
        let findings = Severity.allCases.reversed().compactMap { severity in
          run.findings[severity].flatMap { $0 > 0 ? "\($0) \(severity.name)" : nil }
        }
        let columns = [
          "\(run.number)", HistoryCommand.date(run.firstStart), HistoryCommand.date(run.lastEnd),
          "\(run.records) records",
          findings.isEmpty ? "no findings" : findings.joined(separator: ", "),
          run.isComplete ? "" : "INCOMPLETE",
        ]
        Output.write(
          columns.filter { !$0.isEmpty }.joined(separator: "  ") + "\n",
          to: .standardOutput
        )
      }
    }
  }

  /// `weir history findings`.
  struct Findings: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The findings of a run, by rank: score, rule, since, actor, title."
    )
    @OptionGroup var file: File
    @Option(
      name: .customLong("run"),
      help: ArgumentHelp("The number of the run; default: the last one.", valueName: "number")
    )
    var number: Int?

    func run() throws {
      let history = try file.open()
      let findings = try HistoryCommand.orExit { () throws(HistoryError) in
        try history.findings(run: number)
      }
      for finding in findings {
        let line =
          "\(finding.score)  \(finding.rule)  since \(HistoryCommand.date(finding.since))  \(finding.actor)  \(finding.title)"
        Output.write(SafeText.of(line) + "\n", to: .standardOutput)
      }
    }
  }

  /// `weir history prune`.
  struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove entries older than a number of days before the newest record."
    )
    @OptionGroup var file: File
    @Option(help: ArgumentHelp("Days to keep; runs themselves keep 90.", valueName: "days"))
    var keepDays: Int

    func run() throws {
      guard 1...3650 ~= keepDays else { throw ValidationError("--keep-days takes 1 to 3650") }
      let history = try file.open(isReadOnly: false)
      let pruned = try HistoryCommand.orExit { () throws(HistoryError) in
        guard let last = try history.lastRun else { return Pruned() }
        let span = UInt32(keepDays) * 86_400
        return try history.prune(before: last.lastEnd > span ? last.lastEnd - span : 0)
      }
      Output.write(
        "removed \(pruned.baselineEntries) baseline entries, \(pruned.hostDays) days of hosts, \(pruned.runs) runs, \(pruned.findings) findings\n",
        to: .standardOutput
      )
    }
  }

  /// `weir history export`.
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Export the whole history as JSON Lines to standard output."
    )
    @OptionGroup var file: File

    func run() throws {
      let history = try file.open()
      var block: [UInt8] = []
      try HistoryCommand.orExit { () throws(HistoryError) in
        try history.export { line in
          block += Array(line.utf8)
          if !line.hasSuffix("\n") { block.append(UInt8(ascii: "\n")) }
          if block.count >= 1 << 16 {
            Output.write(block, to: .standardOutput)
            block.removeAll(keepingCapacity: true)
          }
          return true
        }
      }
      Output.write(block, to: .standardOutput)
    }
  }
}
