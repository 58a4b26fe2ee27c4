import ArgumentParser
import FlowFindings
import FlowModel
import FlowPipeline
import FlowReporting
import SystemFiles

/// `weir pivot`.
struct PivotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pivot",
    abstract: "Investigate addresses, ranges, interfaces, instances, or the users of a port.",
    discussion: """
      Prints whether it occurs and when; its peers and services, the initiator and outcome of its conversations, the \
      volume in each direction; findings that involve it; later findings of hosts that answered it. Of a port: its \
      clients, its servers, and who would be cut off if it were closed. Several targets are investigated as one. Exit \
      status 0 also when it does not occur.

      EXAMPLES
        weir pivot 198.51.100.77 AWSLogs/
        weir pivot 203.0.113.0/24 --format markdown AWSLogs/ > ticket.md
        weir pivot 10.0.0.5 --output html=10.0.0.5.html AWSLogs/
        weir pivot eni-0a1b2c3d4e5f60718 AWSLogs/
        weir pivot 10.0.0.5 10.0.0.6 AWSLogs/                 both as one
        weir pivot --names hosts.txt bastion AWSLogs/
        weir pivot :8080 AWSLogs/                             who uses port 8080
        weir pivot 10.20.1.0/24:22 AWSLogs/                   who uses SSH there
        weir pivot 10.0.0.5 --after 13:38 AWSLogs/            what is new since then
        weir pivot --raw 198.51.100.77 AWSLogs/ | weir        analyze only its lines
      """
  )

  @Argument(
    help: ArgumentHelp(
      "An address, CIDR range, interface (eni-...), instance (i-...), name from --names, or port (:8080, 10.20.1.0/24:22, [2001:db8::]:443). More of them may follow.",
      valueName: "target"
    )
  )
  var investigated: String

  @Option(
    help: ArgumentHelp(
      "Only conversations with a service on this port, on either side.",
      valueName: "port"
    )
  )
  var port: UInt16?

  @Option(
    help: ArgumentHelp(
      "Only conversations with this address or CIDR range. Repeatable.",
      valueName: "cidr"
    )
  )
  var peer: [String] = []

  @Option(
    help: ArgumentHelp(
      "Show peers, services and volumes that are new since this time: 13:38 on the log's last day, or as --since.",
      valueName: "time"
    )
  )
  var after: String?

  @Option(
    help:
      "Format: text, json, jsonl (one object per line), csv (peers by service), markdown or html."
  )
  var format: PivotFormat?

  @Option(
    help: ArgumentHelp(
      "Write FILE instead of standard output; FORMAT=FILE adds a format. Repeatable.",
      valueName: "[format=]file"
    )
  )
  var output: [String] = []

  @Option(
    help:
      "Rows of each table; default: 20 in text and Markdown, up to 200 in HTML, all in machine formats."
  )
  var top: Int?

  @Flag(
    help: "Print only the input lines that match, by start time, with their header."
  )
  var raw = false

  @Option(help: "With --raw: print at most this many lines.")
  var limit: Int?

  @Flag(help: "ASCII text only: no arrows or other symbols.")
  var ascii = false

  @Flag(help: "Do not use a pager ($WEIR_PAGER, $PAGER or less) for long text on a terminal.")
  var noPager = false

  @OptionGroup var input: InputOptions

  func run() throws {
    try checkOptions()
    let outputs = try PivotOutputs(format: format, output: output)
    let configuration = try input.configuration()
    let targets = PivotTargets(names: try input.enrichment.hosts(configuration))
    let (investigated, paths) = try targets.split(investigated, input.paths)
    var input = input
    input.paths = paths
    let chosen = try ChosenOptions(input, configuration)
    var settings = try input.settings(configuration, chosen)
    settings.investigated = investigated
    settings.investigationFilter = try filter(of: investigated)
    settings.changesSince = try after.map { try TimeOptions.point($0, "--after") }
    settings.evidenceLines = outputs.needsEvidence ? AnalysisSettings.usualEvidenceLines : 0
    if raw { throw try RawPrinting(settings, limit: limit).run() }
    let geography = try input.enrichment.apply(configuration, to: &settings)
    settings.outputs = try outputs.check()
    let line = ProgressLine(chosen.progress)
    settings.onProgress = line.show
    let clock = ContinuousClock()
    let start = clock.now
    let report = try analyze(settings, line)
    line.clear()
    let look = PivotOutputs.RenderOptions(
      top: top,
      color: chosen.color,
      usesASCII: ascii || chosen.usesASCII,
      pager: noPager ? nil : chosen.pager
    )
    try outputs.write(report, look)
    if outputs.isForPerson { line.summarize(report, seconds: (clock.now - start) / .seconds(1)) }
    try Enrichment.check(geography)
    throw ExitStatus(report.isInterrupted ? 130 : report.input.isComplete ? 0 : 3)
  }

  private func filter(of investigated: InvestigationTarget) throws -> InvestigationFilter {
    if investigated.isService, port != nil {
      throw ValidationError("--port restricts hosts; the target is a port already")
    }
    if port == 0 { throw ValidationError("--port takes 1 to 65535") }
    var filter = InvestigationFilter()
    filter.port = port
    filter.peers = try peer.map { word in
      guard let network = IPNetwork(word) else {
        throw ValidationError("--peer: '\(SafeText.of(word))' is not an address or CIDR range")
      }
      return network
    }
    return filter
  }

  private func checkOptions() throws {
    if let top, top < 0 { throw ValidationError("--top takes 0 or more") }
    if let limit, limit < 0 { throw ValidationError("--limit takes 0 or more") }
    guard raw else {
      if limit != nil { throw ValidationError("--limit needs --raw; --top limits tables") }
      return
    }
    if format != nil || !output.isEmpty || top != nil || after != nil {
      throw ValidationError(
        "--raw prints unchanged lines and cannot be combined with --format, --output, --top or --after"
      )
    }
  }

  private func analyze(_ settings: AnalysisSettings, _ line: ProgressLine) throws -> Report {
    do throws(AnalysisError) {
      return try AnalysisRun(settings).run()
    } catch {
      line.clear()
      Output.complain(error.description)
      throw ExitStatus(Interruption.isRequested ? 130 : 2)
    }
  }
}

/// Prints the lines of the investigation target.
private struct RawPrinting {
  private var settings: AnalysisSettings
  private let limit: Int?

  init(_ settings: AnalysisSettings, limit: Int?) {
    (self.settings, self.limit) = (settings, limit)
    // Lines are printed while inputs are read: what reads its own output never ends.
    self.settings.outputs = Set([OpenFile.identityOfStandardOutput].compactMap(\.self))
  }

  /// - Returns: the status that the process ends with.
  func run() throws -> ExitStatus {
    let isTerminal = OpenFile.standardOutput.isTerminal
    do throws(AnalysisError) {
      let outcome = try RawLines(settings, limit: limit).run { bytes in
        let text = isTerminal ? SafeText.lines(bytes) : bytes
        Output.write(text, to: .standardOutput)
      }
      for complaint in outcome.complaints { Output.complain(SafeText.of(complaint)) }
      return ExitStatus(Interruption.isRequested ? 130 : outcome.isComplete ? 0 : 3)
    } catch {
      Output.complain(SafeText.of(error.description))
      return ExitStatus(2)
    }
  }
}
