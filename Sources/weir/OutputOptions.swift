import ArgumentParser

/// Options of where the report goes, and what it looks like.
struct OutputOptions: ParsableArguments {
  @Option(
    help:
      "Format; default: text, and for --output files the one of their extension. blocklist: addresses to block; blocklist:nft, :ipset, :waf: the same for nft -f, ipset restore or aws wafv2 update-ip-set; email: a mail for sendmail -t; csv:…: a table."
  )
  var format: OutputFormat?

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
      "Number of rows shown; default: all incidents and six rows of low severity, at most 20, in text; all in machine formats.",
      valueName: "count"
    )
  )
  var top: Int?

  @Option(
    help: ArgumentHelp(
      "Maximum number of raw log lines per finding; default: 3 in machine formats and HTML. 0 reads the inputs only once.",
      valueName: "count"
    )
  )
  var evidence: Int?

  @Flag(
    help: "Show the arithmetic of each score and every step of an incident, in text."
  )
  var explain = false

  @Flag(help: "Show the first rows of the six tables, in text.")
  var tables = false

  @Flag(help: "List suppressed findings with the reasons.")
  var showSuppressed = false

  @Flag(
    help:
      "Print nothing when there is no finding and the input is complete; files are written."
  )
  var quietIfClean = false

  @Flag(help: "ASCII text only: no arrows or other symbols.")
  var ascii = false

  @Flag(help: "Do not use a pager ($WEIR_PAGER, $PAGER or less) for long text on a terminal.")
  var noPager = false
}
