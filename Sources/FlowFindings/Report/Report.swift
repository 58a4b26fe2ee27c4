public import FlowModel

/// What became of one input.
public struct SourceSummary: Sendable {
  /// The path; `-` for standard input.
  public var path: String
  /// The layers around the lines: `text`, `gzip`, `gzip in gzip`; before them the kind of documents, where the records
  /// stand in documents or tables.
  public var form: String
  /// The formats of its lines, in order of appearance.
  public var formats: [RecordFormat]
  /// What its lines were.
  public var counts: LineCounts
  /// Why it ends early or could not be read; nil when all is well.
  public var fault: String?
  /// Whether it ends early.
  public var isTruncated: Bool
  /// Bytes read.
  public var compressedBytes: Int
  /// Bytes after inflating.
  public var bytes: Int
  /// The path of the archive that holds it; nil for a file of its own.
  public var archive: String?
  /// What an export lost of its records, or supplied; sentences without the path.
  public var notes: [String] = []
  /// What the columns of its first line hold, where no format is known for it; empty where one is.
  public var unknownColumns: [String] = []
  /// Stands for the beginning of its text; equal for copies, however they are packed.
  public var fingerprint: UInt64 = 0
  /// Why the copy of standard input for raw lines is not whole; nil while it is.
  package var copyFault: String?

  /// Describes an input.
  public init(
    path: String,
    form: String,
    formats: [RecordFormat],
    counts: LineCounts,
    fault: String?,
    isTruncated: Bool,
    compressedBytes: Int,
    bytes: Int
  ) {
    self.path = path
    self.form = form
    self.formats = formats
    self.counts = counts
    self.fault = fault
    self.isTruncated = isTruncated
    self.compressedBytes = compressedBytes
    self.bytes = bytes
  }
}

/// What was read, input by input and in sum.
public struct InputSummary: Sendable {
  /// The inputs by path.
  public var sources: [SourceSummary]
  /// The counts of all inputs.
  public var counts: LineCounts
  /// Distinct windows in which AWS lost records.
  public var skipDataWindows: Int
  /// Whether everything was read; false exactly when the run ends with status 3 or was interrupted.
  public var isComplete: Bool

  /// Sums the inputs up.
  public init(sources: [SourceSummary], skipDataWindows: Int, isComplete: Bool) {
    self.sources = sources.sorted { $0.path < $1.path }
    self.skipDataWindows = skipDataWindows
    self.isComplete = isComplete
    counts = LineCounts()
    for source in sources { counts.add(source.counts) }
  }

  /// Bytes read from files and pipes.
  public var compressedBytes: Int { sources.reduce(0) { $0 + $1.compressedBytes } }
  /// Bytes after inflating.
  public var bytes: Int { sources.reduce(0) { $0 + $1.bytes } }
}

/// Which records of the inputs a report is about, where not all of them.
public struct WindowSummary: Sendable {
  /// The window.
  public var window: TimeWindow
  /// Records with log-status OK that have a part in it.
  public var records: UInt64
  /// Objects that were not opened, because their names lie too far from it.
  public var unopened: Int

  /// Describes a window.
  public init(window: TimeWindow, records: UInt64, unopened: Int) {
    (self.window, self.records, self.unopened) = (window, records, unopened)
  }
}

/// All that a run found out; reporters turn it into text, JSON and the rest.
public struct Report: Sendable {
  /// The command line.
  public var command: [String]
  /// What was given to read: files, folders, patterns, or `-`; empty where that is not known.
  public var paths: [String] = []
  /// What was read.
  public var input: InputSummary
  /// Findings by rank.
  public var findings: [Finding]
  /// Incidents by rank: findings of medium severity or above, and what belongs to them; empty where there are none.
  public var incidents: [Incident] = []
  /// All findings, where `findings` holds only those that somebody wants to see; nil where it holds all.
  ///
  /// Metrics count them.
  public var allFindings: [Finding]?
  /// All incidents, where `incidents` holds only those that somebody wants to see; nil where it holds all.
  public var allIncidents: [Incident]?
  /// The six tables.
  public var tables: Tables
  /// What a reader must know beside the findings: columns that are missing, unknown names, spans without data.
  public var notices: [String]
  /// Whether a signal interrupted the run.
  public var isInterrupted: Bool
  /// Findings that the user's suppressions left out, with the entry for each.
  public var suppressed: [(finding: Finding, entry: Suppression)] = []
  /// Suppressions that matched no finding.
  public var unusedSuppressions: [Suppression] = []
  /// Which addresses lie on the network's side: internal ranges, and the local addresses that were learned.
  public var internalRanges = InternalRanges()
  /// The network's local addresses.
  public var own: Set<IPAddress> = []
  /// The owners of hosts that have the same address.
  public var owners = HostOwners()
  /// Names that the user gave.
  public var names = Names()
  /// The thresholds of the rules that were in force.
  package var thresholds = Thresholds()
  /// Regular traffic that was recognized, and is no alarm.
  public var facts: [KnownFact] = []
  /// What no record could be analyzed for, and which fields are missing; nil when the formats have all that is needed.
  ///
  /// It is one of the notices as well.
  public var limitation: String?
  /// How this run compares with the last one; nil without a history.
  public var comparison: BaselineSummary?
  /// The ranges that AWS publishes.
  public var awsPrefixes = AWSPrefixes()
  /// What knows the countries and owners of external addresses; nil for nothing.
  public var origins: (any AddressOrigins)?
  /// Which records the report is about; nil for all that were read.
  public var window: WindowSummary?
  /// The end of the log, Unix seconds, whatever single records with forged times say; nil without records.
  public var newest: UInt32?
  /// Accepted and rejected records over time.
  public var timeline = TrafficTimeline()
  /// Stretches of which the log does not tell all, by kind and time.
  public var gaps: [LogGap] = []
  /// What the bits of a finding's activity stand for; nil without records.
  public var slices: LogSlices?
  /// What is known of the investigation target; nil without one.
  public var pivot: Pivot?
  /// The accounts and regions of AWS that the log is about.
  public var cloud = CloudIdentity()

  /// Puts a report together.
  public init(
    command: [String],
    input: InputSummary,
    findings: [Finding],
    tables: Tables,
    notices: [String],
    isInterrupted: Bool
  ) {
    self.command = command
    self.input = input
    self.findings = findings
    self.tables = tables
    self.notices = notices
    self.isInterrupted = isInterrupted
  }

  /// The version of this program.
  public static let version = "0.1.0"

  /// Findings of a severity.
  public func count(_ severity: Severity) -> Int {
    findings.count { $0.severity == severity }
  }

  /// Incidents of a severity.
  public func countIncidents(_ severity: Severity) -> Int {
    incidents.count { $0.severity == severity }
  }

  /// The incidents, whatever of them is shown.
  public var everyIncident: [Incident] { allIncidents ?? incidents }

  /// The severity of the worst incident or finding; nil without any.
  public var worst: Severity? {
    (incidents.map(\.severity) + findings.map(\.severity)).max()
  }
}
