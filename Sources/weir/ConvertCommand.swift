import ArgumentParser
import FlowPipeline
import FlowReporting
import SystemFiles

extension Conversion.Form: ExpressibleByArgument {}

/// `weir convert`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write the records of inputs of any form as plain text.",
    discussion: """
      Records of every log status are written. Lines and documents that are no records are left out and counted on \
      standard error. A new header begins wherever the format of the records changes.

      EXAMPLES
        weir convert results.json > flow.log          lines as in S3, below a header
        weir convert --format csv AWSLogs/ > flow.csv
        weir convert --format jsonl AWSLogs/ | jq .srcaddr
      """
  )

  @Argument(
    help: ArgumentHelp("Files, folders, globs, or - for standard input.", valueName: "path"),
    completion: .file()
  )
  var paths: [String] = []

  @Option(
    help: "Format: s3 (lines with blanks below a header), csv or jsonl (one object per line)."
  )
  var format: Conversion.Form = .s3

  @Option(
    help: ArgumentHelp(
      "Format of lines without a header, as describe-flow-logs prints it.",
      valueName: "string"
    )
  )
  var logFormat: String?

  @OptionGroup(title: "Time")
  var times: TimeOptions

  func run() throws {
    var settings = AnalysisSettings(paths: try inputPaths(paths))
    settings.logFormat = try logFormat.map(Analyze.parse(logFormat:))
    if times.wantsUnread { throw ValidationError("--since last needs --history") }
    settings.window = try times.window()
    settings.outputs = Set([OpenFile.identityOfStandardOutput].compactMap(\.self))
    throw try Self.convert(settings, to: format)
  }

  private static func convert(
    _ settings: AnalysisSettings,
    to form: Conversion.Form
  ) throws -> ExitStatus {
    let isTerminal = OpenFile.standardOutput.isTerminal
    do throws(AnalysisError) {
      let outcome = try Conversion(settings, to: form).run { bytes in
        Output.write(isTerminal ? SafeText.lines(bytes) : bytes, to: .standardOutput)
      }
      for complaint in outcome.complaints { Output.complain(SafeText.of(complaint)) }
      return ExitStatus(Interruption.isRequested ? 130 : outcome.isComplete ? 0 : 3)
    } catch {
      Output.complain(SafeText.of(error.description))
      return ExitStatus(2)
    }
  }
}
