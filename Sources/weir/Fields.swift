import ArgumentParser
import FlowModel
import FlowPipeline
import LogInput
import SystemFiles

/// `weir fields`.
struct Fields: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the format of inputs, and which analyses missing fields prevent."
  )

  @Argument(
    help: ArgumentHelp("Files, folders, globs, or - for standard input.", valueName: "path"),
    completion: .file()
  )
  var paths: [String] = []

  @Option(
    help: ArgumentHelp("Format of lines without a header.", valueName: "string")
  )
  var logFormat: String?

  func run() throws {
    let format = try logFormat.map(Analyze.parse(logFormat:))
    do throws(AnalysisError) {
      let formats = try FormatSurvey(paths: try Self.inputs(paths), logFormat: format).run()
      Output.write(formats.map(Self.text).joined(separator: "\n"), to: .standardOutput)
      if formats.isEmpty { throw AnalysisError.noFlowLog([]) }
    } catch {
      Output.complain(error.description)
      throw ExitStatus(2)
    }
  }

  private static func inputs(_ paths: [String]) throws(AnalysisError) -> [String] {
    do {
      return try inputPaths(paths)
    } catch {
      throw .nothingToRead([])
    }
  }

  private static func text(_ found: FormatSurvey.Found) -> String {
    let format = found.format
    var lines = [
      "\(found.inputs) input\(found.inputs == 1 ? "" : "s"), \(format.columns.count) columns, known from \(format.origin.rawValue):",
      "  \(format.header)",
    ]
    let missing = FormatNeeds.fields.filter { !format.contains($0) }
    lines += missing.map { "  without \($0.rawValue): no \(FormatNeeds.loss($0))" }
    if missing.isEmpty { lines.append("  nothing is missing") }
    if !format.contains(.tcpFlags) {
      lines.append("  without tcp-flags: direction is inferred from ports, sizes and fan-in")
    }
    if !format.opaqueNames.isEmpty {
      lines.append("  unknown, ignored: \(format.opaqueNames.joined(separator: ", "))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
