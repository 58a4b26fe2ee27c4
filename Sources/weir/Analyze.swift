import ArgumentParser
import FlowDetection
import FlowFindings
import FlowModel
import FlowPipeline
import FlowReporting
import FlowSettings
import LogInput
import SystemFiles

/// `weir analyze`, and `weir` without a subcommand.
struct Analyze: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Read flow logs and print ranked findings (the default).",
    discussion: """
      Without a PATH, standard input is read when it is a pipe. Inputs are recognized by content: gzip (concatenated, \
      nested or padded), plain text, CloudWatch exports, any field order with a header.
      """
  )

  @Option(help: ArgumentHelp("Omit findings below this severity.", valueName: "level"))
  var minSeverity: Severity?

  @Option(
    help: ArgumentHelp(
      "Exit with 1 when a finding has this severity or a higher one.",
      valueName: "level"
    )
  )
  var failOn: Severity?

  @OptionGroup var input: InputOptions

  @OptionGroup(title: "Output")
  var outputs: OutputOptions
  @OptionGroup(title: "Output")
  var cloud: CloudOptions

  @OptionGroup(title: "History and baseline")
  var historyRuns: HistoryOptions

  @OptionGroup(title: "Mail")
  var mail: MailOptions

  func run() throws {
    let plan = try OutputPlan(outputs)
    let configuration = try input.configuration()
    let chosen = try ChosenOptions(self, configuration)
    let envelope = try mail.envelope(configuration, isNeeded: plan.writesMail)
    var settings = try input.settings(configuration, chosen)
    try historyRuns.apply(configuration, input.times, to: &settings)
    try cloud.apply(configuration, to: &settings)
    let geography = try input.enrichment.apply(configuration, to: &settings)
    settings.outputs = try plan.check(beside: settings.history)
    settings.evidenceLines = plan.showsEvidence ? chosen.evidence : 0
    let line = ProgressLine(chosen.progress)
    settings.onProgress = line.show
    settings.onWait = line.note
    let clock = ContinuousClock()
    let start = clock.now
    var report: Report
    var historyRun: PendingRun?
    do throws(AnalysisError) {
      (report, historyRun) = try AnalysisRun(settings).runWithHistory()
    } catch {
      line.clear()
      Output.complain(error.description)
      throw ExitStatus(Interruption.isRequested ? 130 : 2)
    }
    line.clear()
    let wall = (clock.now - start) / .seconds(1)
    let states = try historyRuns.states()
    let failed = chosen.failOn.map { report.reaches($0, among: states) } ?? false
    (report.allFindings, report.allIncidents) = (report.findings, report.incidents)
    leaveOutMinor(&report, below: chosen.minSeverity)
    try historyRuns.sift(&report)
    try delivery(plan, report, chosen, envelope, failed: failed).deliver(report, &historyRun)
    if plan.isForPerson { line.summarize(report, seconds: wall) }
    try Enrichment.check(geography)
    throw ExitStatus(exitCode(report, failed: failed))
  }

  /// Leaves out what the user does not want to see, and says so.
  private func leaveOutMinor(_ report: inout Report, below least: Severity) {
    let all = report.findings.count
    report.leaveOut(below: least)
    let hidden = all - report.findings.count
    guard hidden > 0 else { return }
    report.notices.append(
      "\(hidden) \(hidden == 1 ? "finding" : "findings") below \(least.name) \(hidden == 1 ? "is" : "are") omitted by --min-severity"
    )
  }

  private func delivery(
    _ plan: OutputPlan,
    _ report: Report,
    _ chosen: ChosenOptions,
    _ envelope: MailEnvelope,
    failed: Bool
  ) -> Delivery {
    // An exit code that says "look" must not come in silence, even if what it means was left out.
    let isClean =
      report.findings.isEmpty && report.incidents.isEmpty && report.input.isComplete
      && report.comparison?.hasNews != true
      && !failed
    let look = OutputPlan.RenderOptions(
      top: chosen.top,
      color: chosen.color,
      usesASCII: chosen.usesASCII,
      isUnattended: outputs.quietIfClean,
      isExplained: outputs.explain,
      showsTables: outputs.tables,
      showsSuppressed: outputs.showSuppressed,
      envelope: envelope
    )
    return Delivery(
      plan: plan,
      look: look,
      keep: outputs.keep,
      pager: outputs.noPager ? nil : chosen.pager,
      isSilent: outputs.quietIfClean && isClean
    )
  }

  /// Runs what reads settings; a fault in them is a mistake of the user, told with file and line.
  static func settingsOrExit<Value>(
    _ body: () throws(SettingsError) -> Value
  ) throws -> Value {
    do throws(SettingsError) {
      return try body()
    } catch {
      Output.complain(error.description)
      throw ExitStatus(2)
    }
  }

  private func exitCode(_ report: Report, failed: Bool) -> Int32 {
    if report.isInterrupted { return 130 }
    if failed { return 1 }
    return report.input.isComplete ? 0 : 3
  }

  static func parse(logFormat text: String) throws -> RecordFormat {
    guard let format = RecordFormat(logFormat: text) else {
      throw ValidationError(
        "--log-format: '\(text)' contains an unknown or repeated field; weir formats lists the fields"
      )
    }
    return format
  }

  static func parse(memory text: String) throws -> Int {
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    let upper = text.uppercased().replacingSuffix("IB").replacingSuffix("B")
    let unit = upper.last.flatMap { units[$0] }
    let digits = unit == nil ? Substring(upper) : upper.dropLast()
    let least = 16 << 20
    guard let number = Int(digits), number > 0,
      case let (bytes, overflowed) = number.multipliedReportingOverflow(by: unit ?? 1), !overflowed,
      bytes >= least
    else {
      throw ValidationError("--memory: invalid size '\(text)'; expected at least 16M, such as 256M")
    }
    return bytes
  }

  static func parse(share text: String) throws -> Double {
    let isPercent = text.hasSuffix("%")
    let number = Double(isPercent ? text.dropLast() : text[...])
    guard let number, number >= 0, number <= (isPercent ? 100 : 1) else {
      throw ValidationError("--max-rejected: invalid share '\(text)'; expected such as 1% or 0.01")
    }
    return isPercent ? number / 100 : number
  }
}

/// The paths given; standard input when there are none and it is a pipe.
func inputPaths(_ paths: [String]) throws -> [String] {
  if let first = paths.first { try checkCommand(first) }
  guard paths.isEmpty else { return paths }
  guard !OpenFile.standardInput.isTerminal else {
    Output.write(HelpText.short + "\n", to: .standardError)
    throw ExitStatus(2)
  }
  return ["-"]
}

/// Makes sure that a path is not a misspelt command.
private func checkCommand(_ word: String) throws {
  let isWord = word.allSatisfy { $0.isLetter || $0 == "-" } && word != "-"
  guard isWord, Folders.kind(word) == .missing else { return }
  let commands = Weir.configuration.subcommands.map { $0._commandName }
  guard let nearest = NearestName.of(word, among: commands) else { return }
  throw ValidationError(
    "'\(word)' is neither a command nor a file or folder; did you mean 'weir \(nearest)'?"
  )
}

extension String {
  fileprivate func replacingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}

/// When to do something that a terminal wants and a file does not.
enum When: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}
