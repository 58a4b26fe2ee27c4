import ArgumentParser
import FlowFindings
import FlowReporting
import SystemFiles

/// What a report can be printed as.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, html, blocklist
  case ocsf, asff, ecs
  case jsonl, csv, markdown, prometheus, email, slack
  case plainBlocklist = "blocklist:plain"
  case nftBlocklist = "blocklist:nft"
  case ipsetBlocklist = "blocklist:ipset"
  case wafBlocklist = "blocklist:waf"
  case sshSources = "csv:sshSources"
  case portScans = "csv:portScans"
  case hostSweeps = "csv:hostSweeps"
  case topTalkers = "csv:topTalkers"
  case externalDestinations = "csv:externalDestinations"
  case rejectedSources = "csv:rejectedSources"

  /// The table that the format prints as CSV; nil for formats of the whole report.
  var table: ReportTable? {
    rawValue.hasPrefix("csv:") ? ReportTable(rawValue: String(rawValue.dropFirst(4))) : nil
  }

  /// The program for which the format is a blocklist; nil for other formats.
  var blocklist: BlocklistReporter.Form? {
    rawValue.hasPrefix("blocklist:")
      ? BlocklistReporter.Form(rawValue: String(rawValue.dropFirst(10))) : nil
  }

  /// Whether it is a bare list without a place for what went wrong.
  var isBare: Bool { self == .blocklist || blocklist != nil || self == .csv || table != nil }

  /// Whether raw lines are shown, for which the inputs must be read again.
  var showsEvidence: Bool {
    [.json, .jsonl, .csv, .markdown, .html, .ocsf, .asff, .ecs].contains(self)
  }
}

/// Where the report goes, in which formats.
struct OutputPlan {
  typealias Destination = weir.Destination<OutputFormat>

  private let destinations: [Destination]

  /// - Throws: `ValidationError` when a format is unknown, two go to the same place, or `--keep` has nothing to count.
  init(_ options: OutputOptions) throws {
    let named = try options.output.map {
      try Destination($0, format: options.format, usual: .text)
    }
    destinations = named.isEmpty ? [Destination(options.format ?? .text)] : named
    try Destination.checkPlaces(destinations)
    if let keep = options.keep {
      guard keep > 0 else { throw ValidationError("--keep takes 1 or more") }
      guard destinations.contains(where: { $0.dated != nil }) else {
        throw ValidationError("--keep counts the files of --output that have {date} in their names")
      }
    }
  }

  /// Whether no format has a place for what went wrong.
  var isBare: Bool { destinations.allSatisfy(\.format.isBare) }

  /// Where files go.
  var files: [Destination] { destinations.filter { $0.path != nil } }

  /// What goes to standard output; nil when all goes to files.
  var printed: Destination? { destinations.first { $0.path == nil } }

  /// Whether any format shows raw lines.
  var showsEvidence: Bool { destinations.contains(where: \.format.showsEvidence) }

  /// Whether a mail is written, for which there must be a recipient.
  var writesMail: Bool { destinations.contains { $0.format == .email } }

  /// Whether somebody reads the result on the terminal.
  var isForPerson: Bool { printed?.format == .text }

  /// Makes sure, before anything is read, that every file could be written.
  ///
  /// - Parameter history: the history database, which no report may replace.
  /// - Returns: the files that are there already, which must not be read.
  /// - Throws: `ExitStatus` when one could not; all of them are told.
  func check(beside history: String?) throws -> Set<FileIdentity> {
    let there = try Destination.checkFiles(files)
    if let history, OpenFile.identity(history).map(there.contains) == true || isTaken(by: history) {
      throw ValidationError("--output would overwrite the history, \(history)")
    }
    return there
  }

  /// Whether a report would go where the history and what belongs to it lie, or will lie.
  private func isTaken(by history: String) -> Bool {
    let taken = ["", ".lock", "-wal", "-shm", "-journal"].compactMap {
      Folders.place(of: history + $0)
    }
    return files.contains { $0.place.map(taken.contains) == true }
  }

  /// What the user wants to see of it.
  struct RenderOptions {
    var top: Int?
    var color: When
    var usesASCII: Bool
    /// Whether nobody can run the next command, as in cron's mail.
    var isUnattended = false
    var isExplained = false
    var showsTables = false
    var showsSuppressed: Bool
    var envelope: MailEnvelope
  }

  /// Why the format of a destination cannot show the report; nil when all is well.
  func fault(of destination: Destination, in report: Report, _ look: RenderOptions) -> String? {
    guard destination.format == .asff else { return nil }
    return ASFFReporter.fault(in: cut(report, look))?.description
  }

  /// What the formats of the report have no room for, a sentence for each.
  func shortages(_ report: Report, _ look: RenderOptions) -> [String] {
    destinations.compactMap(\.format.blocklist)
      .compactMap { BlocklistReporter.shortage(cut(report, look), in: $0) }
  }

  /// The report in the format of a destination.
  func bytes(
    _ report: Report,
    _ destination: Destination,
    _ look: RenderOptions
  ) -> [UInt8] {
    switch destination.format {
    case .blocklist: return BlocklistReporter.report(cut(report, look))
    case .plainBlocklist, .nftBlocklist, .ipsetBlocklist, .wafBlocklist:
      return destination.format.blocklist.map {
        BlocklistReporter.report(cut(report, look), for: $0)
      } ?? []
    case .html:
      return HTMLReporter.report(
        report,
        top: look.top,
        showsSuppressed: look.showsSuppressed
      )
    case .ocsf: return OCSFReporter.report(cut(report, look))
    case .asff: return ASFFReporter.report(cut(report, look))
    case .ecs: return ECSReporter.report(cut(report, look))
    case .jsonl:
      return JSONLinesReporter.report(cut(report, look), showsSuppressed: look.showsSuppressed)
    case .csv: return CSVReporter.report(cut(report, look))
    case .markdown: return MarkdownReporter.report(report, top: look.top)
    case .email:
      return MailReporter.report(
        report,
        look.envelope,
        top: look.top,
        showsSuppressed: look.showsSuppressed
      )
    case .slack: return SlackReporter.report(report, top: look.top)
    case .prometheus: return PrometheusReporter.report(report)
    case .sshSources, .portScans, .hostSweeps, .topTalkers, .externalDestinations,
      .rejectedSources:
      return destination.format.table.map { CSVReporter.report(report, table: $0) } ?? []
    case .json:
      return JSONReporter.report(cut(report, look), showsSuppressed: look.showsSuppressed)
    case .text:
      let screen = destination.path == nil ? Screen(.standardOutput) : Screen()
      var style = screen.style(top: look.top, color: look.color)
      style.isMail = look.isUnattended
      style.isExplained = look.isExplained
      style.showsTables = look.showsTables
      style.showsSuppressed = look.showsSuppressed
      style.usesASCII = look.usesASCII
      return TextReporter.report(report, style)
    }
  }

  /// The report with so many findings as the user wants.
  private func cut(_ report: Report, _ look: RenderOptions) -> Report {
    guard let top = look.top else { return report }
    var report = report
    report.findings = Array(report.findings.prefix(top))
    return report
  }
}
