import ArgumentParser
import FlowReporting
import SystemFiles

/// What a report can be printed as.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, blocklist
}

/// Where the report goes, in which formats.
struct OutputPlan {
  private struct Destination {
    var format: OutputFormat
    /// nil for standard output.
    var path: String?
  }

  private var destinations: [Destination] = []

  /// - Throws: `ValidationError` when a format is unknown or two formats go to standard output.
  init(format: OutputFormat, output: [String]) throws {
    for text in output {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      var destination = Destination(format: format, path: text)
      if parts.count == 2, let named = OutputFormat(rawValue: String(parts[0])) {
        destination = Destination(format: named, path: String(parts[1]))
      } else if parts.count == 2, parts[0].allSatisfy(\.isLetter) {
        throw ValidationError(
          "--output: there is no format '\(parts[0])'; use text, json or blocklist"
        )
      }
      guard destination.path?.isEmpty == false else {
        throw ValidationError("--output: '\(text)' names no file")
      }
      if destination.path == "-" { destination.path = nil }
      destinations.append(destination)
    }
    if destinations.isEmpty { destinations = [Destination(format: format, path: nil)] }
    if destinations.count(where: { $0.path == nil }) > 1 {
      throw ValidationError("--output: only one format can go to standard output")
    }
  }

  /// Whether any format shows raw lines.
  var needsEvidence: Bool { destinations.contains { $0.format == .json } }

  /// Whether somebody reads the result on the terminal.
  var isForPerson: Bool { destinations.contains { $0.path == nil && $0.format == .text } }

  /// What the user wants to see of it.
  struct Look {
    var top: Int?
    var color: Choice
    var showsSuppressed: Bool
  }

  /// Writes every format; files whole or not at all.
  ///
  /// Silence concerns standard output alone: a file must not keep what was found yesterday.
  func write(_ report: Report, _ look: Look, isSilent: Bool) throws {
    for destination in destinations {
      let bytes = bytes(report, destination, look)
      guard let path = destination.path else {
        if !isSilent { Output.write(bytes, to: .standardOutput) }
        continue
      }
      do throws(SystemError) {
        try WholeFile.write(bytes.span, to: path)
      } catch {
        Output.complain("\(error.description); the report was not written")
        throw ExitStatus(2)
      }
    }
  }

  private func bytes(
    _ report: Report,
    _ destination: Destination,
    _ look: Look
  ) -> [UInt8] {
    switch destination.format {
    case .blocklist: return BlocklistReporter.report(cut(report, look))
    case .json:
      return JSONReporter.report(cut(report, look), showsSuppressed: look.showsSuppressed)
    case .text:
      let file = OpenFile.standardOutput
      let isTerminal = destination.path == nil && file.isTerminal
      let width = isTerminal ? file.terminalWidth : nil
      let style = TextStyle(
        width: width ?? environment("COLUMNS").flatMap { Int($0) } ?? 120,
        usesColor: usesColor(look.color, isTerminal: isTerminal),
        top: look.top ?? 20,
        showsSuppressed: look.showsSuppressed
      )
      return TextReporter.report(report, style)
    }
  }

  /// The report with so many findings as the user wants.
  private func cut(_ report: Report, _ look: Look) -> Report {
    guard let top = look.top else { return report }
    var report = report
    report.findings = Array(report.findings.prefix(top))
    return report
  }

  private func usesColor(_ color: Choice, isTerminal: Bool) -> Bool {
    switch color {
    case .always: true
    case .never: false
    case .auto:
      isTerminal && environment("NO_COLOR") == nil && environment("TERM") != "dumb"
        && environment("TERM") != nil
    }
  }
}
