import ArgumentParser
import FlowDetection
import FlowPipeline
import FlowReporting
import FlowSettings

/// Options of the memory between nights.
struct NightOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file that remembers, from run to run, what the network does and what was found; made at first use.",
      valueName: "file"
    )
  )
  var history: String?

  @Option(
    help: ArgumentHelp(
      "With --history: 'last' reads only inputs that no run has read to its end.",
      valueName: "last"
    )
  )
  var since: String?

  @Option(
    help: ArgumentHelp(
      "With --history: show only findings that are new, ongoing, changed or gone since the last run; several with commas. --fail-on looks at these alone.",
      valueName: "state"
    )
  )
  var only: String?

  @Flag(help: "Neither read nor write the memory that the configuration names.")
  var noHistory = false

  /// Puts the options into the settings of a run.
  ///
  /// - Throws: `ValidationError` for a word that is none of theirs, or where the memory is missing.
  func apply(_ configuration: Configuration, to settings: inout AnalysisSettings) throws {
    settings.history = noHistory ? nil : history ?? configuration.words["history"]
    if let since {
      guard since == "last" else {
        throw ValidationError("--since: '\(since)' is not 'last'; other times are not built yet")
      }
      settings.readsNewOnly = true
    }
    if settings.history == nil,
      let option = since.map({ _ in "--since" }) ?? only.map({ _ in "--only" })
    {
      throw ValidationError("\(option) needs --history FILE: the memory that it compares with")
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
        throw ValidationError("--only: '\(word)' is none of new, ongoing, changed, gone")
      }
      states.insert(state)
    }
    if let only, states.isEmpty {
      throw ValidationError("--only: '\(only)' is none of new, ongoing, changed, gone")
    }
    return states
  }

  /// Leaves out the findings that were not asked for; what scores high and goes on is at least told.
  ///
  /// In the first night all are new.
  func sift(_ report: inout Report) throws {
    let states = try states()
    guard !states.isEmpty else { return }
    report.night?.only = states
    let hidden = report.findings.filter { !states.contains($0.change?.state ?? .new) }
    report.findings.removeAll { !states.contains($0.change?.state ?? .new) }
    let open = hidden.filter { $0.severity >= .high }
    guard let first = open.first else { return }
    let more = open.count > 1 ? " and \(open.count - 1) more of high severity or above" : ""
    report.notices.append(
      "still open, left out by --only: \(first.score) \(first.title), \(first.actor.description)\(more)"
    )
    report.night?.hasOpenAlarms = true
  }
}
