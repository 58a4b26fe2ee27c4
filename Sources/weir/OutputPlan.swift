import ArgumentParser
import FlowReporting
import SystemFiles

/// What a report can be printed as.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
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
        throw ValidationError("--output: there is no format '\(parts[0])'; use text or json")
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
  var needsEvidence: Bool { destinations.contains { $0.format != .text } }

  /// Whether somebody reads the result on the terminal.
  var isForPerson: Bool { destinations.contains { $0.path == nil && $0.format == .text } }

  /// Writes every format; files whole or not at all.
  ///
  /// Silence concerns standard output alone: a file must not keep what was found yesterday.
  func write(_ report: Report, top: Int?, color: Choice, isSilent: Bool) throws {
    for destination in destinations {
      let bytes = bytes(report, destination, top: top, color: color)
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
    top: Int?,
    color: Choice
  ) -> [UInt8] {
    switch destination.format {
    case .json:
      var report = report
      if let top { report.findings = Array(report.findings.prefix(top)) }
      return JSONReporter.report(report)
    case .text:
      let file = OpenFile.standardOutput
      let isTerminal = destination.path == nil && file.isTerminal
      let width = isTerminal ? file.terminalWidth : nil
      let style = TextStyle(
        width: width ?? environment("COLUMNS").flatMap { Int($0) } ?? 120,
        usesColor: usesColor(color, isTerminal: isTerminal),
        top: top ?? 20
      )
      return TextReporter.report(report, style)
    }
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
