import ArgumentParser
import FlowReporting
import SystemFiles

/// What an investigation can be printed as.
enum PivotFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, jsonl, csv, markdown, html
}

/// Where an investigation goes, in which formats.
struct PivotOutputs {
  private struct Place {
    var format: PivotFormat
    /// nil for standard output.
    var path: String?
  }

  private var destinations: [Place] = []

  /// - Throws: `ValidationError` when a format is unknown or two formats go to standard output.
  init(format: PivotFormat, output: [String]) throws {
    for text in output {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      var destination = Place(format: format, path: text)
      if parts.count == 2, let named = PivotFormat(rawValue: String(parts[0])) {
        destination = Place(format: named, path: String(parts[1]))
      } else if parts.count == 2, parts[0].allSatisfy(\.isLetter) {
        throw ValidationError(
          "--output: there is no format '\(parts[0])'; use \(PivotFormat.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
      guard destination.path?.isEmpty == false else {
        throw ValidationError("--output: '\(text)' names no file")
      }
      if destination.path == "-" { destination.path = nil }
      destinations.append(destination)
    }
    try checkPlaces()
    if destinations.isEmpty { destinations = [Place(format: format, path: nil)] }
    if destinations.count(where: { $0.path == nil }) > 1 {
      throw ValidationError("--output: only one format can go to standard output")
    }
  }

  private func checkPlaces() throws {
    var places: Set<String> = []
    for path in destinations.compactMap(\.path) {
      guard !path.contains("{date}") else {
        throw ValidationError("--output: '\(path)': an investigation has no {date}; name the file")
      }
      if let place = Destination.place(path), !places.insert(place).inserted {
        throw ValidationError("--output: two formats would go to one file, \(path)")
      }
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
  func check() throws -> Set<FileIdentity> {
    let paths = destinations.compactMap(\.path)
    do throws(SystemError) {
      for path in paths { try WholeFile.check(path) }
    } catch {
      Output.complain("\(error.description); nothing was read")
      throw ExitStatus(2)
    }
    return Set(paths.compactMap(OpenFile.identity))
  }

  /// What the user wants to see of it.
  struct Look {
    var top: Int?
    var color: Choice
    var usesASCII: Bool
    /// The pager; nil for none.
    var pager: String?
  }

  /// Writes every format; files first, whole or not at all.
  func write(_ report: Report, _ look: Look) throws {
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

  private func show(_ bytes: [UInt8], _ look: Look) {
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
    _ destination: Place,
    _ look: Look
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
