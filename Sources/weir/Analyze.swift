import ArgumentParser
import FlowDetection
import FlowModel
import FlowPipeline
import FlowReporting
import FlowSettings
import LogInput
import SystemFiles

/// `weir analyze`, and `weir` without a subcommand.
struct Analyze: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read flow logs and print ranked findings (the default).",
    discussion: """
      Without a PATH, standard input is read when it is a pipe. Inputs are recognized by content: gzip (concatenated, \
      nested or padded), plain text, CloudWatch exports, any field order with a header.
      """
  )

  @Argument(
    help: ArgumentHelp("Files, folders, globs, or - for standard input.", valueName: "path")
  )
  var paths: [String] = []

  @Option(help: "What to print: text, json, or blocklist (addresses to block, one a line).")
  var format = OutputFormat.text

  @Option(
    help: ArgumentHelp(
      "Write FILE instead of standard output; FORMAT=FILE adds a format. Repeatable.",
      valueName: "[format=]file"
    )
  )
  var output: [String] = []

  @Option(help: "Lines of findings shown in text; machine formats have all unless this says less.")
  var top: Int?

  @Option(help: "Leave out findings below this severity: info, low, medium, high, critical.")
  var minSeverity: Severity?

  @Option(help: "Exit with 1 when a finding has this severity or a higher one.")
  var failOn: Severity?

  @Option(
    help: ArgumentHelp(
      "Format of lines without a header, as describe-flow-logs prints it.",
      valueName: "string"
    )
  )
  var logFormat: String?

  @Option(help: "Worker threads; default: the cores granted.")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Memory for state before it spills to TMPDIR, such as 256M; default: 896M or a quarter of what is granted.",
      valueName: "size"
    )
  )
  var memory: String?

  @Option(help: "Library that inflates: isal or zlib.")
  var inflater: InflaterKind?

  @Option(
    help: ArgumentHelp(
      "Share of lines that may be rejected before the exit code is 3, such as 1% or 0.01.",
      valueName: "share"
    )
  )
  var maxRejected: String?

  @Option(help: ArgumentHelp("A range that counts as internal. Repeatable.", valueName: "cidr"))
  var `internal`: [String] = []

  @Option(help: ArgumentHelp("A further port that speaks SSH. Repeatable.", valueName: "port"))
  var sshPort: [UInt16] = []

  @Option(
    help: ArgumentHelp(
      "Addresses and CIDR ranges with a bad name, one a line. Repeatable.",
      valueName: "file"
    )
  )
  var threatList: [String] = []

  @Option(
    help: ArgumentHelp(
      "YAML list of findings to leave out, each with rule and reason. Repeatable.",
      valueName: "file"
    )
  )
  var suppress: [String] = []

  @OptionGroup var enrichment: Enrichment

  @Flag(help: "List what suppressions left out, with the reasons.")
  var showSuppressed = false

  @Option(
    help: ArgumentHelp(
      "Settings in YAML, over ./.weir.yaml and the user's; see weir config show.",
      valueName: "file"
    )
  )
  var config: String?

  @OptionGroup(title: "Memory between nights")
  var nights: NightOptions

  @Flag(help: "Nothing on standard output when there is no finding and the input is complete.")
  var quietIfClean = false

  @Option(help: "Colour: auto, always or never. Default: auto.")
  var color: Choice?

  @Option(help: "Progress on standard error: auto, always or never. Default: auto.")
  var progress: Choice?

  func run() throws {
    let outputs = try OutputPlan(format: format, output: output)
    let configuration = try Self.settingsOrExit { () throws(SettingsError) in
      try Configuration(path: config, environment: environment)
    }
    let chosen = try ChosenOptions(self, configuration)
    var settings = try analysisSettings(configuration, chosen)
    try nights.apply(configuration, to: &settings)
    let geography = try enrichment.apply(configuration, to: &settings)
    settings.wantsEvidence = outputs.needsEvidence
    let line = ProgressLine(chosen.progress)
    settings.onProgress = line.show
    let clock = ContinuousClock()
    let start = clock.now
    var report: Report
    let night: PendingNight?
    do throws(AnalysisError) {
      (report, night) = try AnalysisRun(settings).runNight()
    } catch {
      line.clear()
      Output.complain(error.description)
      throw ExitStatus(Interruption.isRequested ? 130 : 2)
    }
    line.clear()
    let wall = (clock.now - start) / .seconds(1)
    let states = try nights.states()
    let failed = chosen.failOn.map { level in
      report.findings.contains { finding in
        finding.severity >= level
          && (states.isEmpty || states.contains(finding.change?.state ?? .new))
      }
    }
    leaveOutMinor(&report, below: chosen.minSeverity)
    try nights.sift(&report)
    try write(report, outputs, chosen)
    try remember(night)
    if outputs.isForPerson { line.summarize(report, seconds: wall) }
    try Enrichment.check(geography)
    throw ExitStatus(exitCode(report, failed: failed ?? false))
  }

  /// Leaves out what the user does not want to see, and says so.
  private func leaveOutMinor(_ report: inout Report, below least: Severity) {
    let all = report.findings.count
    report.findings.removeAll { $0.severity < least }
    report.night?.gone.removeAll { Severity(score: $0.score) < least }
    report.night?.count(report.findings)
    let hidden = all - report.findings.count
    guard hidden > 0 else { return }
    report.notices.append(
      "\(hidden) \(hidden == 1 ? "finding" : "findings") below \(least.name) \(hidden == 1 ? "is" : "are") left out by --min-severity"
    )
  }

  /// The report is out: now the night may be remembered.
  private func remember(_ night: PendingNight?) throws {
    do throws(AnalysisError) {
      try night?.remember()
    } catch {
      Output.complain("\(error.description); this night is not remembered, the memory is as it was")
      throw ExitStatus(2)
    }
  }

  private func write(_ report: Report, _ outputs: OutputPlan, _ chosen: ChosenOptions) throws {
    let isClean =
      report.findings.isEmpty && report.input.isComplete && report.night?.hasNews != true
    let look = OutputPlan.Look(
      top: chosen.top,
      color: chosen.color,
      showsSuppressed: showSuppressed
    )
    try outputs.write(report, look, isSilent: quietIfClean && isClean)
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

  private func analysisSettings(
    _ configuration: Configuration,
    _ chosen: ChosenOptions
  ) throws -> AnalysisSettings {
    var settings = AnalysisSettings(paths: try inputPaths(paths))
    settings.command = Array(CommandLine.arguments)
    settings.command[0] = "weir"
    settings.logFormat = chosen.logFormat
    settings.threads = chosen.threads ?? settings.threads
    settings.memory = chosen.memory ?? settings.memory
    settings.inflater = chosen.inflater
    settings.maximumRejected = chosen.maximumRejected
    settings.internalNetworks = chosen.internalNetworks
    settings.sshPorts = sshPort.isEmpty ? configuration.sshPorts : sshPort
    settings.thresholds = configuration.thresholds
    settings.names = Names(hosts: configuration.hostNames, services: configuration.serviceNames)
    let suppressions = suppress.isEmpty ? configuration.suppressionFiles : suppress
    let lists = threatList.isEmpty ? configuration.threatLists : threatList
    try Self.settingsOrExit { () throws(SettingsError) in
      for path in suppressions { settings.suppressions += try SuppressionFile.read(path) }
      settings.threats.exceptions = ThreatListFile.resolvers
      for path in lists {
        let list = try ThreatListFile(path)
        settings.threats.add(name: list.name, changed: list.changed, list.networks)
        settings.notices += list.notices
      }
    }
    return settings
  }

  static func parse(logFormat text: String) throws -> RecordFormat {
    guard let format = RecordFormat(logFormat: text) else {
      throw ValidationError(
        "--log-format: '\(text)' names an unknown field, or one twice; weir formats lists the fields"
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
    else { throw ValidationError("--memory: '\(text)' is no size of at least 16M, such as 256M") }
    return bytes
  }

  static func parse(share text: String) throws -> Double {
    let isPercent = text.hasSuffix("%")
    let number = Double(isPercent ? text.dropLast() : text[...])
    guard let number, number >= 0, number <= (isPercent ? 100 : 1) else {
      throw ValidationError("--max-rejected: '\(text)' is no share such as 1% or 0.01")
    }
    return isPercent ? number / 100 : number
  }
}

/// The paths given; standard input when there are none and it is a pipe.
func inputPaths(_ paths: [String]) throws -> [String] {
  guard paths.isEmpty else { return paths }
  guard !OpenFile.standardInput.isTerminal else {
    Output.write(Weir.helpMessage() + "\n", to: .standardError)
    throw ExitStatus(2)
  }
  return ["-"]
}

extension String {
  fileprivate func replacingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}

/// When to do something that a terminal wants and a file does not.
enum Choice: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}
