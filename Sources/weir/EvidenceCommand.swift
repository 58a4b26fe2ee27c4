import ArgumentParser
import FlowFindings
import FlowPipeline
import FlowReporting
import LogInput
import SystemFiles

/// `weir evidence`.
struct EvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence",
    abstract: "Export all raw lines of an incident or a finding with a report and hashes.",
    discussion: """
      Analyzes the log and writes an archive: lines.tsv (every raw line of it with file and line), report.json \
      and report.txt (it alone), manifest.sha256. Equal input gives equal bytes.

      EXAMPLES
        weir evidence incident-1f0c6f4d52a9b3e7 AWSLogs/ --output case.tar.gz
        weir evidence 1f0c6f4d52a9b3e7 AWSLogs/ --output case.tar.gz
        tar xzf case.tar.gz && cd weir-1f0c6f4d52a9b3e7 && sha256sum -c manifest.sha256
      """
  )

  @Argument(
    help: ArgumentHelp(
      "The id of an incident or a finding in the JSON report, or its beginning (at least 4 digits).",
      valueName: "id"
    )
  )
  var id: String

  @Option(
    help: ArgumentHelp(
      "The archive to write, such as case.tar.gz; - is standard output.",
      valueName: "file"
    ),
    completion: .file()
  )
  var output: String

  @Option(help: ArgumentHelp("At most this many raw lines, the first by time.", valueName: "count"))
  var lines = 100_000

  @OptionGroup var input: InputOptions

  func run() throws {
    guard 1...10_000_000 ~= lines else {
      throw ValidationError("--lines takes 1 to 10,000,000")
    }
    let configuration = try input.configuration()
    let chosen = try ChosenOptions(input, configuration)
    var settings = try input.settings(configuration, chosen)
    let geography = try input.enrichment.apply(configuration, to: &settings)
    if output != "-" { settings.outputs = try checkOutput() }
    let line = ProgressLine(chosen.progress)
    settings.onProgress = line.show
    let (report, evidence) = try analyze(settings, line)
    line.clear()
    let findings = selection(report)
    guard !findings.isEmpty else { throw refusal(report) }
    guard !report.isInterrupted, !Interruption.isRequested else {
      Output.complain("interrupted; nothing was written")
      throw ExitStatus(130)
    }
    try write(Self.report(report, findings, evidence), evidence, findings)
    try Enrichment.check(geography)
    throw ExitStatus(report.input.isComplete ? 0 : 3)
  }

  // MARK: Choice

  /// The findings of the incident of the id, or the finding and those that it joins; none when nothing or several
  /// findings have the id.
  private func selection(_ report: Report) -> [Finding] {
    if let incident = incident(report) { return incident.parts }
    let found = candidates(report)
    guard found.count == 1, let finding = found.first else { return [] }
    return [finding] + Self.all(report).filter { finding.joins.contains($0.id) }
  }

  private static let prefix = "incident-"

  /// The only incident of the id; nil for an id of findings.
  private func incident(_ report: Report) -> Incident? {
    guard id.hasPrefix(Self.prefix), id.utf8.count >= Self.prefix.utf8.count + 4 else { return nil }
    let found = report.incidents.filter { $0.id.hasPrefix(id) }
    return found.count == 1 ? found.first : nil
  }

  private func candidates(_ report: Report) -> [Finding] {
    Self.all(report).filter { $0.id == id || id.utf8.count >= 4 && $0.id.hasPrefix(id) }
  }

  private static func all(_ report: Report) -> [Finding] {
    report.findings + report.suppressed.map(\.finding)
  }

  private func refusal(_ report: Report) -> ExitStatus {
    let (ids, shown) = (candidates(report).map(\.id), SafeText.of(id))
    Output.complain(
      ids.isEmpty
        ? "no finding has the id \(shown); weir --format json PATH prints the ids of \(Self.all(report).count) findings"
        : "\(ids.count) findings have ids that begin with \(shown): \(ids.joined(separator: ", "))"
    )
    return ExitStatus(report.isInterrupted ? 130 : 2)
  }

  private func analyze(
    _ settings: AnalysisSettings,
    _ line: ProgressLine
  ) throws -> (report: Report, lines: EvidenceLines) {
    do throws(AnalysisError) {
      return try AnalysisRun(settings).run(exporting: lines, of: selection)
    } catch {
      line.clear()
      Output.complain(error.description)
      throw ExitStatus(Interruption.isRequested ? 130 : 2)
    }
  }

  // MARK: Archive

  private func checkOutput() throws -> Set<FileIdentity> {
    do throws(SystemError) {
      try WholeFile.check(output)
    } catch {
      Output.complain("\(error.description); nothing was read")
      throw ExitStatus(2)
    }
    return Set([OpenFile.identity(output)].compactMap(\.self))
  }

  /// The report with these findings alone, and how much of them the archive holds.
  private static func report(
    _ report: Report,
    _ findings: [Finding],
    _ evidence: EvidenceLines
  ) -> Report {
    var part = report
    part.findings = findings
    let ids = Set(findings.map(\.id))
    part.incidents = report.incidents.filter { $0.parts.contains { ids.contains($0.id) } }
    (part.suppressed, part.allFindings) = ([], findings)
    part.notices += [evidence.shortage].compactMap(\.self)
    return part
  }

  private func write(_ report: Report, _ evidence: EvidenceLines, _ findings: [Finding]) throws {
    let name = incident(report)?.id ?? findings[0].id
    let tar = CaseArchive.tar(report, evidence, name: "weir-\(name)")
    let bytes = GzipWriter.member(tar)
    if let shortage = evidence.shortage { Output.complain("\(shortage); --lines raises the limit") }
    guard output != "-" else { return Output.write(bytes, to: .standardOutput) }
    do throws(SystemError) {
      try WholeFile.write(bytes.span, to: output)
    } catch {
      Output.complain("\(error.description); \(output) was not written")
      throw ExitStatus(2)
    }
    Output.complain(
      "\(findings.count == 1 ? "1 finding" : "\(findings.count) findings"), \(evidence.lines.count) raw lines: \(SafeText.of(output))"
    )
  }
}
