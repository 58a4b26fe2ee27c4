import ArgumentParser
import FlowDetection
import FlowModel
import FlowPipeline
import FlowReporting
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

  @Option(help: "What to print.")
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
  var minSeverity: Severity = .info

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
      "Memory for state before it spills to TMPDIR, such as 256M; default: 1G or a quarter of what is granted.",
      valueName: "size"
    )
  )
  var memory: String?

  @Option(help: "Library that inflates: isal or zlib.")
  var inflater: InflaterKind = .fastest

  @Option(
    help: ArgumentHelp(
      "Share of lines that may be rejected before the exit code is 3, such as 1% or 0.01.",
      valueName: "share"
    )
  )
  var maxRejected = "1%"

  @Option(help: ArgumentHelp("A range that counts as internal. Repeatable.", valueName: "cidr"))
  var `internal`: [String] = []

  @Flag(help: "Nothing on standard output when there is no finding and the input is complete.")
  var quietIfClean = false

  @Option(help: "Colour: auto, always or never.")
  var color = Choice.auto

  @Option(help: "Progress on standard error: auto, always or never.")
  var progress = Choice.auto

  func run() throws {
    if let top, top < 0 { throw ValidationError("--top takes 0 or more") }
    let outputs = try OutputPlan(format: format, output: output)
    var settings = try analysisSettings()
    settings.wantsEvidence = outputs.needsEvidence
    let line = ProgressLine(progress)
    settings.onProgress = line.show
    let clock = ContinuousClock()
    let start = clock.now
    var report: Report
    do throws(AnalysisError) {
      report = try AnalysisRun(settings).run()
    } catch {
      line.clear()
      Output.complain(error.description)
      throw ExitStatus(Interruption.isRequested ? 130 : 2)
    }
    line.clear()
    let wall = (clock.now - start) / .seconds(1)
    let failed = failOn.map { level in report.findings.contains { $0.severity >= level } } ?? false
    report.findings.removeAll { $0.severity < minSeverity }
    try write(report, outputs)
    if outputs.isForPerson { line.summarize(report, seconds: wall) }
    throw ExitStatus(exitCode(report, failed: failed))
  }

  private func write(_ report: Report, _ outputs: OutputPlan) throws {
    let isClean = report.findings.isEmpty && report.input.isComplete
    try outputs.write(report, top: top, color: color, isSilent: quietIfClean && isClean)
  }

  private func exitCode(_ report: Report, failed: Bool) -> Int32 {
    if report.isInterrupted { return 130 }
    if failed { return 1 }
    return report.input.isComplete ? 0 : 3
  }

  private func analysisSettings() throws -> AnalysisSettings {
    var settings = AnalysisSettings(paths: try inputPaths(paths))
    settings.command = Array(CommandLine.arguments)
    settings.command[0] = "weir"
    if let logFormat { settings.logFormat = try Self.parse(logFormat: logFormat) }
    if let threads {
      guard 1...1024 ~= threads else { throw ValidationError("--threads takes 1 to 1024") }
      settings.threads = threads
    }
    if let memory { settings.memory = try Self.parse(memory: memory) }
    guard inflater.isAvailable else {
      throw ValidationError("this build has no ISA-L; use --inflater zlib")
    }
    settings.inflater = inflater
    settings.maximumRejected = try Self.parse(share: maxRejected)
    settings.internalNetworks = try `internal`.map { text in
      guard let network = IPNetwork(text) else {
        throw ValidationError("--internal: '\(text)' is no CIDR range such as 12.0.0.0/16")
      }
      return network
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

  private static func parse(memory text: String) throws -> Int {
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

  private static func parse(share text: String) throws -> Double {
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
