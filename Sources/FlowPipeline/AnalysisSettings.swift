public import FlowDetection
public import FlowModel
public import LogInput
public import SystemFiles

/// All that decides what a run does.
public struct AnalysisSettings: Sendable {
  /// Files, folders, shell patterns and `-`.
  public var paths: [String]
  /// The command line, for the report.
  public var command: [String] = ["weir"]
  /// The format of lines without a header, if the user gave one.
  public var logFormat: RecordFormat?
  /// How many threads work.
  public var threads = Machine.cores
  /// Bytes that the state may take before it is spilled: 896 MiB or a quarter of what is granted, whichever is less: with what the process needs besides, less than 1 GiB.
  public var memory = min(896 << 20, Machine.memory / 4)
  /// Which library inflates.
  public var inflater = InflaterKind.fastest
  /// The share of lines that may be rejected before a run counts as incomplete.
  public var maximumRejected = 0.01
  /// Ranges that count as internal beside the private ones.
  public var internalNetworks: [IPNetwork] = []
  /// Ports that speak SSH beside 22 and 2222.
  public var sshPorts: [UInt16] = []
  /// Addresses with a bad name.
  public var threats = AddressLists()
  /// What is said of threat lists and other settings in the report.
  public var notices: [String] = []
  /// Which findings are left out, and why.
  public var suppressions: [Suppression] = []
  /// Names of hosts and services.
  public var names = Names()
  /// The ranges that AWS publishes.
  public var awsPrefixes = AWSPrefixes()
  /// What knows the countries and owners of outside addresses; asked for what a report shows.
  public var origins: (any AddressOrigins)?
  /// The account and region of AWS that the user gave, over what the log tells.
  public var awsPlace = AWSPlace()
  /// Thresholds of the rules.
  public var thresholds = Thresholds()
  /// The file that holds the memory between nights; nil for none.
  public var history: String?
  /// How many seconds a run waits for another one that uses the same memory.
  public var patience = 600.0
  /// Called when a run waits for another one, with a sentence about that.
  public var onWait: (@Sendable (String) -> Void)?
  /// Files that the run is to write, and so must not read.
  public var outputs: Set<FileIdentity> = []
  /// Whether inputs that the memory knows as read are left out.
  public var readsNewOnly = false
  /// Which records count; nil for all.
  public var window: WindowChoice?
  /// Whom an investigation is about; nil for all that happened.
  public var subject: Subject?
  /// How many raw lines each finding carries at most; for any at all the inputs are read a second time.
  public var evidenceLines = AnalysisSettings.usualEvidenceLines
  /// So many raw lines show what a finding rests on without burying it.
  public static let usualEvidenceLines = 3
  /// Called from time to time while inputs are read.
  public var onProgress: (@Sendable (Progress) -> Void)?

  /// Settings for the given inputs.
  public init(paths: [String]) {
    self.paths = paths
  }
}

/// Which records of the log count, by time.
public enum WindowChoice: Sendable, Equatable {
  /// Those of a window.
  case between(TimeWindow)
  /// Those of the last seconds of the log, whenever that ended; the inputs are read once more to find its end.
  case last(seconds: UInt32)
}

/// How far the reading has come.
public struct Progress: Sendable {
  /// Inputs read to the end, and all of them.
  public var files: (done: Int, total: Int)
  /// Bytes read of the files' sizes; the total is 0 for pipes.
  public var compressedBytes: (done: Int, total: Int)
  /// Records so far.
  public var records: UInt64
  /// Seconds since the run began.
  public var seconds: Double
}

/// A run that gives no report.
public enum AnalysisError: Error, Sendable, CustomStringConvertible {
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
  /// The memory between nights cannot be used.
  case history(String)

  /// What, where, and what to do.
  public var description: String {
    switch self {
    case .nothingToRead(let reasons):
      return (["nothing could be read"] + reasons).joined(separator: "\n  ")
    case .noFlowLog(let reasons):
      let advice =
        "no input is a VPC flow log that Weir knows; a custom format without a header needs --log-format '${version} ${srcaddr} ...'"
      return ([advice] + reasons).joined(separator: "\n  ")
    case .history(let fault): return fault
    case .inputIsOutput(let path):
      return "\(path) is an input, and --output would write over it; nothing was read"
    case .endUnknown(let path):
      return
        "--last reads its inputs twice, and \(path) can be read only once; save it to a file, or give --since a time"
    case .system(let error):
      let advice =
        error.isFullDisk
        ? "; free some space, point TMPDIR to another disk, or give more --memory" : ""
      return error.description + advice
    }
  }
}
