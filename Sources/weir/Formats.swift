import ArgumentParser
import FlowFindings
import FlowModel
import FlowPipeline
import FlowReporting
import SystemFiles

/// `weir formats`.
struct Formats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the form and format of inputs, and why they were recognized.",
    discussion: """
      Without a path: lists the fields, and the formats that are recognized without a header.
      """
  )

  /// How the answer is printed.
  enum Form: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Argument(
    help: ArgumentHelp("Files, folders, globs, or - for standard input.", valueName: "path"),
    completion: .file()
  )
  var paths: [String] = []

  @Option(help: "Format: text or json.")
  var format: Form = .text

  @Option(help: ArgumentHelp("Format of lines without a header.", valueName: "string"))
  var logFormat: String?

  func run() throws {
    guard !paths.isEmpty else { return Output.write(Self.known, to: .standardOutput) }
    var settings = AnalysisSettings(paths: try inputPaths(paths))
    settings.logFormat = try logFormat.map(Analyze.parse(logFormat:))
    do throws(AnalysisError) {
      let found = try InputSurvey(settings).run()
      let report = FormatsReporter(found)
      Output.write(format == .json ? report.json : report.text, to: .standardOutput)
      if found.contains(where: { !$0.formats.isEmpty }) { return }
    } catch {
      Output.complain(SafeText.of(error.description))
    }
    throw ExitStatus(2)
  }

  private static var known: String {
    var lines = ["Fields, as --log-format takes them:"]
    lines += FieldName.allCases.map { "  " + $0.rawValue }
    lines += ["", "Formats recognized without a header:"]
    lines += ([.standard] + RecordFormat.presets).map { "  " + $0.header }
    return lines.joined(separator: "\n") + "\n"
  }
}
