internal import FlowFindings
internal import FlowModel

/// What every page begins and ends with: its policy and style above, the run behind it below.
struct PageFrame {
  /// A file or pipe that was read.
  struct Input {
    var path: EscapedHTML
    var form: EscapedHTML
    var records: EscapedHTML
    var rejected: EscapedHTML
    var bytes: EscapedHTML
    var format: EscapedHTML
  }

  let policy = PageAssets.policy
  let style = PageAssets.style
  let script = PageAssets.script
  let version = EscapedHTML(Report.version)
  var title: EscapedHTML
  var command: EscapedHTML
  /// From the first record to the last; empty without records.
  var span: EscapedHTML
  var coverage: EscapedHTML
  /// How long AWS lost records; empty without such times.
  var lost: EscapedHTML
  var inputs: [Input]
  var hasInputs: Bool
  var moreInputs: EscapedHTML

  init(_ title: String, _ context: PageContext) {
    let report = context.report
    self.title = EscapedHTML(title)
    command = EscapedHTML(ShellWords.line(report.command), longest: PageLimits.bytesOfCommand)
    span = EscapedHTML(
      report.input.counts.firstStart.map { first in
        "\(TextReporter.span(first, report.input.counts.lastEnd ?? first)) UTC"
      } ?? ""
    )
    let cover = Coverage(context)
    (coverage, lost) = (EscapedHTML(cover?.share ?? ""), EscapedHTML(cover?.loss ?? ""))
    inputs = report.input.sources.prefix(PageLimits.listed).map(Self.input)
    hasInputs = !inputs.isEmpty
    moreInputs = QualityView.more(report.input.sources.count, "input", "inputs")
  }

  /// What must be known before anything else; empty when all is well.
  static func alarm(_ report: Report) -> String {
    if report.isInterrupted { return "Interrupted" }
    return report.input.isComplete ? "" : "Incomplete"
  }

  private static func input(_ source: SourceSummary) -> Input {
    Input(
      path: EscapedHTML(source.path, longest: 300),
      form: EscapedHTML(source.form),
      records: EscapedHTML(source.counts.records.total),
      rejected: EscapedHTML(source.counts.rejectedTotal),
      bytes: EscapedHTML(source.compressedBytes),
      format: EscapedHTML(source.formats.map(\.header).joined(separator: "; "), longest: 300)
    )
  }
}

/// A command line as a shell would take it.
enum ShellWords {
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"
  )

  static func line(_ words: [String]) -> String {
    words.map { word in
      !word.isEmpty && word.allSatisfy(plain.contains)
        ? word
        : "'"
          + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
          + "'"
    }.joined(separator: " ")
  }
}
