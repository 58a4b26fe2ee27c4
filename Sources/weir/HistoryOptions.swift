import ArgumentParser
import FlowDetection
import FlowFindings
import FlowPipeline
import FlowReporting
import FlowSettings

/// Options of the history database.
struct HistoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Database of the baseline and of earlier findings; created at first use.",
      valueName: "file"
    ),
    completion: .file()
  )
  var history: String?

  @Option(
    help: ArgumentHelp(
      "With --history: show only findings that are new, ongoing, changed or gone since the last run; several with commas. --fail-on looks at these alone.",
      valueName: "state"
    ),
    completion: .list(["new", "ongoing", "changed", "gone", "new,changed"])
  )
  var only: String?

  @Option(
    help: ArgumentHelp(
      "With --history: how long to wait for another run that uses the same history, such as 90s, 2h, or 0 to not wait. Default: 10m.",
      valueName: "duration"
    )
  )
  var wait: String?

  @Flag(help: "Neither read nor write the history that the configuration names.")
  var noHistory = false

  /// Puts the options into the settings of a run.
  ///
  /// - Throws: `ValidationError` for a word that is none of theirs, or where the history is missing.
  func apply(
    _ configuration: Configuration,
    _ times: TimeOptions,
    to settings: inout AnalysisSettings
  ) throws {
    settings.history = noHistory ? nil : history ?? configuration.words["history"]
    settings.readsNewOnly = times.wantsUnread
    if settings.history == nil,
      let option = times.wantsUnread ? "--since last" : only.map({ _ in "--only" })
    {
      throw ValidationError("\(option) needs --history FILE")
    }
    if let wait = wait ?? configuration.words["wait"] {
      guard let seconds = wait == "0" ? 0 : TimeText.seconds(wait) else {
        throw ValidationError("--wait: invalid duration '\(wait)'; expected such as 90s, 10m or 0")
      }
      settings.lockTimeout = Double(seconds)
    }
    _ = try states()
  }

  /// The states to show; empty for all.
  func states() throws -> Set<FindingChange.State> {
    var states: Set<FindingChange.State> = []
    for part in (only ?? "").split(separator: ",", omittingEmptySubsequences: false)
    where only != nil {
      let word = part.filter { $0 != " " }
      guard let state = FindingChange.State(rawValue: word) else {
        throw ValidationError(
          "--only: unknown state '\(word)'; expected new, ongoing, changed or gone"
        )
      }
      states.insert(state)
    }
    if let only, states.isEmpty {
      throw ValidationError(
        "--only: unknown state '\(only)'; expected new, ongoing, changed or gone"
      )
    }
    return states
  }

  /// Leaves out the findings that were not asked for; incidents that go on are at least counted.
  ///
  /// In the first run all are new.
  func sift(_ report: inout Report) throws {
    let states = try states()
    guard !states.isEmpty else { return }
    report.comparison?.only = states
    report.leaveOut(allBut: states)
  }
}
