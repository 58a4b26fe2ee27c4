import ArgumentParser
import FlowSettings
import SystemFiles

/// `weir config`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show the settings from files and the environment.",
    subcommands: [Show.self]
  )

  /// `weir config show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every key with its effective value, as YAML.",
      discussion: """
        Lowest to highest precedence: /etc/weir/config.yaml, $XDG_CONFIG_HOME/weir/config.yaml (else ~/.config), ./.weir.yaml, \
        --config FILE, the environment (WEIR_INTERNAL, WEIR_SSH_PORTS, ...), options of the command.
        """
    )

    @Flag(help: "Print the origin of each value.")
    var origin = false

    @Option(help: ArgumentHelp("A settings file.", valueName: "file"), completion: .file())
    var config: String?

    func run() throws {
      let configuration = try Analyze.settingsOrExit { () throws(SettingsError) in
        try Configuration(path: config, environment: environment)
      }
      let lines = configuration.shown.map { key, value, place, standard in
        // What has several lines begins below its key.
        let end = value.firstIndex(of: "\n") ?? value.endIndex
        let first = value[..<end].isEmpty ? "\(key):" : "\(key): \(value[..<end])"
        let remarks = [standard.map { "default: \($0)" }, origin ? place : nil].compactMap(\.self)
        let comment = remarks.isEmpty ? "" : "  # " + remarks.joined(separator: "; ")
        return first + comment + value[end...]
      }
      Output.write(lines.joined(separator: "\n") + "\n", to: .standardOutput)
    }
  }
}
