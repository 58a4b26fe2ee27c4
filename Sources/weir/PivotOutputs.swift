import ArgumentParser
import FlowFindings
import FlowReporting
import SystemFiles

/// What an investigation can be printed as.
enum PivotFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, jsonl, csv, markdown, html
}

/// Where an investigation goes, in which formats.
struct PivotOutputs {
  private typealias Destination = weir.Destination<PivotFormat>

  private let destinations: [Destination]

  /// - Throws: `ValidationError` when a format is unknown, two go to one place, or a name has a day in it.
  init(format: PivotFormat?, output: [String]) throws {
    let named = try output.map { try Destination($0, format: format, usual: .text) }
    destinations = named.isEmpty ? [Destination(format ?? .text)] : named
    try Destination.checkPlaces(destinations)
    if let dated = destinations.first(where: { $0.dated != nil }), let path = dated.path {
      throw ValidationError("--output: '\(path)': pivot does not support {date}; name the file")
    }
  }

  /// Whether somebody reads the result on the terminal.
  var isForPerson: Bool { destinations.contains { $0.path == nil && $0.format == .text } }

  /// Whether any format shows raw lines, for which the inputs must be read again.
  var needsEvidence: Bool { destinations.contains { $0.format == .html } }

  /// Makes sure, before anything is read, that every file could be written.
  ///
  /// - Returns: the files that are there already, which must not be read.
  /// - Throws: `ExitStatus` when one could not.
  func check() throws -> Set<FileIdentity> { try Destination.checkFiles(destinations) }

  /// What the user wants to see of it.
  struct RenderOptions {
    var top: Int?
    var color: When
    var usesASCII: Bool
    /// The pager; nil for none.
    var pager: String?
  }

  /// Writes every format; files first, whole or not at all.
  func write(_ report: Report, _ look: RenderOptions) throws {
    guard let pivot = report.pivot else { return }
    var isComplete = true
    for destination in destinations {
      guard let path = destination.path else { continue }
      do throws(SystemError) {
        try WholeFile.write(bytes(pivot, report, destination, look).span, to: path)
      } catch {
        isComplete = false
        Output.complain("\(error.description); the report was not written to \(path)")
      }
    }
    for destination in destinations where destination.path == nil {
      show(bytes(pivot, report, destination, look), look)
    }
    guard isComplete else { throw ExitStatus(2) }
  }

  private func show(_ bytes: [UInt8], _ look: RenderOptions) {
    if isForPerson, let pager = look.pager, Screen(.standardOutput).isTooSmall(for: bytes),
      Pager.show(bytes.span, with: pager)
    {
      return
    }
    Output.write(bytes, to: .standardOutput)
  }

  private func bytes(
    _ pivot: Pivot,
    _ report: Report,
    _ destination: Destination,
    _ look: RenderOptions
  ) -> [UInt8] {
    switch destination.format {
    case .text:
      let screen = destination.path == nil ? Screen(.standardOutput) : Screen()
      var style = TextStyle(
        width: screen.columns ?? environment("COLUMNS").flatMap { Int($0) } ?? 120,
        usesColor: screen.usesColor(look.color),
        top: look.top ?? 20
      )
      style.usesASCII = look.usesASCII
      return PivotTextReporter.report(pivot, report, style)
    // What is asked for beside it must not change a file: only the page has raw lines.
    case .json:
      return PivotJSONReporter.report(pivot.withoutEvidence, report, top: look.top)
    case .jsonl:
      return PivotJSONReporter.lines(pivot.withoutEvidence, report, top: look.top)
    case .csv: return PivotCSVReporter.report(pivot, report, top: look.top)
    case .markdown: return PivotMarkdownReporter.report(pivot, report, top: look.top)
    case .html: return PivotHTMLReporter.report(pivot, report, top: look.top)
    }
  }
}
