internal import FlowDetection
package import FlowFindings
package import FlowModel
package import LogInput
package import SystemFiles

/// All that decides what a run does.
package struct AnalysisSettings: Sendable {
  /// Files, folders, shell patterns and `-`.
  package var paths: [String]
  /// The command line, for the report.
  package var command: [String] = ["weir"]
  /// The format of lines without a header, if the user gave one.
  package var logFormat: RecordFormat?
  /// How many threads work.
  package var threads = Machine.cores
  /// Bytes that the state may take before it is spilled: 896 MiB or a quarter of what is granted, whichever is less:
  /// with what the process needs besides, less than 1 GiB.
  package var memory = min(896 << 20, Machine.memory / 4)
  /// Which library inflates.
  package var inflater = InflaterKind.fastest
  /// The share of lines that may be rejected before a run counts as incomplete.
  package var maximumRejected = 0.01
  /// Ranges that count as internal beside the private ones.
  package var internalNetworks: [IPNetwork] = []
  /// Ports that speak SSH beside 22 and 2222.
  package var sshPorts: [UInt16] = []
  /// Addresses with a bad name.
  package var threats = AddressLists()
  /// What is said of threat lists and other settings in the report.
  package var notices: [String] = []
  /// Which findings are left out, and why.
  package var suppressions: [Suppression] = []
  /// Names of hosts and services.
  package var names = Names()
  /// The ranges that AWS publishes.
  package var awsPrefixes = AWSPrefixes()
  /// What knows the countries and owners of external addresses; asked for what a report shows.
  package var origins: (any AddressOrigins)?
  /// The account and region of AWS that the user gave, over what the log tells.
  package var awsPlace = AWSPlace()
  /// Thresholds of the rules.
  package var thresholds = Thresholds()
  /// The file that holds the history database; nil for none.
  package var history: String?
  /// How many seconds a run waits for another one that uses the same memory.
  package var lockTimeout = 600.0
  /// Called when a run waits for another one, with a sentence about that.
  package var onWait: (@Sendable (String) -> Void)?
  /// Files that the run is to write, and so must not read.
  package var outputs: Set<FileIdentity> = []
  /// Whether inputs that the history knows as read are left out.
  package var readsNewOnly = false
  /// Which records count; nil for all.
  package var window: WindowChoice?
  /// Whom an investigation is about; nil for all that happened.
  package var investigated: InvestigationTarget?
  /// Which of the investigation target's conversations count.
  package var investigationFilter = InvestigationFilter()
  /// Since when an investigation tells changes; nil when nobody asks.
  package var changesSince: TimePoint?
  /// How many raw lines each finding carries at most; for any at all the inputs are read a second time.
  package var evidenceLines = AnalysisSettings.usualEvidenceLines
  /// So many raw lines show what a finding rests on without burying it.
  package static let usualEvidenceLines = 3
  /// Called from time to time while inputs are read.
  package var onProgress: (@Sendable (Progress) -> Void)?

  /// How many threads the memory allows: each has some blocks of every table, whatever the input.
  package var mostThreads: Int { max(1, memory / (32 << 20)) }

  /// How many interfaces are told apart: with names, tables and learned addresses each takes some hundred bytes for
  /// each worker, which must stay small beside the budget for state.
  var mostInterfaces: Int { min(InterfaceRegistry.most, max(1 << 14, memory / 4096)) }

  /// Settings for the given inputs.
  package init(paths: [String]) {
    self.paths = paths
  }
}

/// Which records of the log count, by time.
package enum WindowChoice: Sendable, Equatable {
  /// Those of a window.
  case between(TimeWindow)
  /// Those between two points in time, one of them a time of day; the inputs are read once more to find its day.
  case points(since: TimePoint?, until: TimePoint?)
  /// Those of the last seconds of the log, whenever that ended; the inputs are read once more to find its end.
  case last(seconds: UInt32)
}

/// How far the reading has come.
package struct Progress: Sendable {
  /// Inputs read to the end, and all of them.
  package var files: (done: Int, total: Int)
  /// Bytes read of the files' sizes; the total is 0 for pipes.
  package var compressedBytes: (done: Int, total: Int)
  /// Records so far.
  package var records: UInt64
  /// Seconds since the run began.
  package var seconds: Double
}

/// A run that gives no report.
package enum AnalysisError: Error, Sendable, CustomStringConvertible {
  /// None of the paths leads to a log.
  case nothingToRead([String])
  /// The last part of a log was asked for that can be read only once.
  case endUnknown(String)
  /// No input is a flow log.
  case noFlowLog([String])
  /// An input is a file that the report is to be written to.
  case inputIsOutput(String)
  /// State could not be kept.
  case system(SystemError)
  /// The history database cannot be used.
  case history(String)

  /// What, where, and what to do.
  package var description: String {
    switch self {
    case .nothingToRead(let reasons):
      return (["nothing could be read"] + reasons).joined(separator: "\n  ")
    case .noFlowLog(let reasons):
      let advice =
        "no input is a VPC flow log in a known format; a custom format without a header needs --log-format '${version} ${srcaddr} ...'"
      return ([advice] + reasons).joined(separator: "\n  ")
    case .history(let fault): return fault
    case .inputIsOutput(let path):
      return "\(path) is an input, and --output would overwrite it; nothing was read"
    case .endUnknown(let path):
      return
        "--last reads its inputs twice, and so does a time without a day; \(path) can be read only once: save it to a file, or use --since with a date"
    case .system(let error):
      let advice =
        error.isFullDisk
        ? "; free some space, point TMPDIR to another disk, or give more --memory" : ""
      return error.description + advice
    }
  }
}
