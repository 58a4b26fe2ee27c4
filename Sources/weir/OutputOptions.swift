import ArgumentParser

/// Options of where the report goes, and what it looks like.
struct OutputOptions: ParsableArguments {
  @Option(
    help:
      "What to print, and what --output files hold that name no format; blocklist: addresses to block; email: a mail for sendmail -t; csv:…: a table."
  )
  var format = OutputFormat.text

  @Option(
    help: ArgumentHelp(
      "Write FILE instead of standard output (-); FORMAT=FILE adds a format, {date} in it is the last day of the log, in UTC. Repeatable.",
      valueName: "[format=]file"
    ),
    completion: .file()
  )
  var output: [String] = []

  @Option(
    help: ArgumentHelp(
      "Of --output files with {date} in their names, keep those of the newest N days; older ones are removed once the new report is written.",
      valueName: "n"
    )
  )
  var keep: Int?

  @Option(
    help: ArgumentHelp(
      "Lines of findings shown in text; machine formats have all unless this says less.",
      valueName: "count"
    )
  )
  var top: Int?

  @Option(
    help: ArgumentHelp(
      "Raw lines that each finding carries, at most; machine formats and pages have 3 unless this says otherwise. 0 reads the inputs once.",
      valueName: "count"
    )
  )
  var evidence: Int?

  @Flag(help: "List what suppressions left out, with the reasons.")
  var showSuppressed = false

  @Flag(
    help:
      "Nothing on standard output or error when there is no finding and the input is complete; files are written."
  )
  var quietIfClean = false

  @Flag(help: "Text in ASCII alone: no arrows and other signs.")
  var ascii = false

  @Flag(help: "Do not show long text on a terminal through $WEIR_PAGER, $PAGER or less.")
  var noPager = false
}
