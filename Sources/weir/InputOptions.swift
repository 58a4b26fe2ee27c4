import ArgumentParser
import FlowDetection
import FlowModel
import FlowPipeline
import FlowSettings
import LogInput
import SystemFiles

/// What to read and how: the options that every command shares which analyzes logs.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("Files, folders, globs, or - for standard input.", valueName: "path"),
    completion: .file()
  )
  var paths: [String] = []

  @Option(
    help: ArgumentHelp(
      "Format of lines without a header, as describe-flow-logs prints it.",
      valueName: "string"
    )
  )
  var logFormat: String?

  @Option(help: ArgumentHelp("Worker threads; default: the available cores.", valueName: "count"))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Memory for state before it spills to TMPDIR, such as 256M; default: 896M or a quarter of the available memory.",
      valueName: "size"
    )
  )
  var memory: String?

  @Option(help: ArgumentHelp("Decompression library.", valueName: "library"))
  var inflater: InflaterKind?

  @Option(
    help: ArgumentHelp(
      "Share of lines that may be rejected before the exit code is 3, such as 1% or 0.01.",
      valueName: "share"
    )
  )
  var maxRejected: String?

  @Option(help: ArgumentHelp("A range that counts as internal. Repeatable.", valueName: "cidr"))
  var `internal`: [String] = []

  @Option(help: ArgumentHelp("An additional SSH port. Repeatable.", valueName: "port"))
  var sshPort: [UInt16] = []

  @Option(
    help: ArgumentHelp(
      "Threat list: addresses and CIDR ranges, one per line. Repeatable.",
      valueName: "file"
    ),
    completion: .file()
  )
  var threatList: [String] = []

  @Option(
    help: ArgumentHelp(
      "YAML list of suppressions, each with rule and reason. Repeatable.",
      valueName: "file"
    ),
    completion: .file()
  )
  var suppress: [String] = []

  @OptionGroup var enrichment: Enrichment

  @OptionGroup(title: "Time")
  var times: TimeOptions

  @Option(
    help: ArgumentHelp(
      "Settings in YAML; takes precedence over ./.weir.yaml and the user's settings; see weir config show.",
      valueName: "file"
    ),
    completion: .file()
  )
  var config: String?

  @Option(help: ArgumentHelp("Color; default: auto.", valueName: "when"))
  var color: When?

  @Option(help: ArgumentHelp("Progress on standard error; default: auto.", valueName: "when"))
  var progress: When?

  /// The settings that files and the environment give.
  ///
  /// - Throws: `ExitStatus` when a file cannot be used.
  func configuration() throws -> Configuration {
    try Analyze.settingsOrExit { () throws(SettingsError) in
      try Configuration(path: config, environment: environment)
    }
  }

  /// The settings of a run.
  ///
  /// - Throws: `ExitStatus` or `ValidationError` where a file of settings or an option is at fault.
  func settings(
    _ configuration: Configuration,
    _ chosen: ChosenOptions
  ) throws -> AnalysisSettings {
    var settings = AnalysisSettings(paths: try inputPaths(paths))
    settings.command = Array(CommandLine.arguments)
    settings.command[0] = "weir"
    settings.logFormat = chosen.logFormat
    settings.window = try times.window()
    settings.memory = chosen.memory ?? settings.memory
    settings.threads = min(chosen.threads ?? settings.threads, settings.mostThreads)
    settings.inflater = chosen.inflater
    settings.maximumRejected = chosen.maximumRejected
    settings.internalNetworks = chosen.internalNetworks
    settings.sshPorts = sshPort.isEmpty ? configuration.sshPorts : sshPort
    settings.thresholds = configuration.thresholds
    settings.names = Names(hosts: configuration.hostNames, services: configuration.serviceNames)
    let suppressions = suppress.isEmpty ? configuration.suppressionFiles : suppress
    let lists = threatList.isEmpty ? configuration.threatLists : threatList
    try Analyze.settingsOrExit { () throws(SettingsError) in
      for path in suppressions { settings.suppressions += try SuppressionFile.read(path) }
      settings.threats.exceptions = ThreatListFile.resolvers
      for path in lists {
        let list = try ThreatListFile(path)
        settings.threats.add(name: list.name, changed: list.changed, list.networks)
        settings.notices += list.notices
      }
    }
    return settings
  }
}
