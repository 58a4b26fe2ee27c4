package import FlowFindings
package import FlowModel

/// The result of a run after all records were read and processed.
package struct AggregationResult: Sendable {
  /// The six tables.
  package var tables = Tables()
  /// Number of conversations by the method that determined the initiator.
  package var conversations = ConversationTotals()
  /// The local addresses of the network.
  package var own = LocalAddresses()
  /// The aggregation interval in seconds: the median length of records, at least 60.
  package var aggregationInterval: UInt32 = 60
  /// Length of the log's windows, in seconds: 60, or 600 if one record in a hundred lasts longer than two minutes.
  package var window: UInt32 = 60
  /// Records without an address on either side.
  package var recordsWithoutAddresses: UInt64 = 0
  /// Bytes that were written to temporary files.
  package var spilledBytes = 0
  /// Login-like conversations above the limit of one pair or source, which no detector evaluates.
  package var unjudgedLogins: UInt64 = 0
  /// The minutes with a record with log-status OK.
  package var covered = CoveredMinutes()
  /// Records whose action is ACCEPT.
  package var accepted: UInt64 = 0
  /// Records whose action is REJECT.
  package var rejected: UInt64 = 0
  /// The prevalence of external services.
  package var prevalence = Prevalence()
  /// Host-service pairs of single sources above the limit for detectors and the history.
  package var contactsLeftOut: UInt64 = 0
  /// Records that another flow log of the interface, or another attachment, delivered as well.
  package var duplicates: UInt64 = 0
  /// Whether there were too many observation points to compare them.
  package var hasUncomparedPoints = false
  /// The addresses of AWS services that records name.
  package var services = ServiceAddresses()
  /// Accepted and rejected records over time.
  package var timeline = TrafficTimeline()
  /// The slices of the log's usual span; nil without records.
  package var slices: LogSlices?
  /// Smallest start of a record with addresses, Unix seconds; nil without any.
  package var firstStart: UInt32?
  /// The traffic of the investigation target; nil without one.
  package var investigated: InvestigationTraffic?

  init() {}
}

/// Settings for the aggregation of a run.
package struct AggregationSettings: Sendable {
  /// The internal ranges.
  package var internalRanges: InternalRanges
  /// Number of threads.
  package var threads: Int
  /// Bytes that the state may take before it is spilled.
  package var memory: Int
  /// The ports of login services.
  package var loginPorts = LoginPorts()
  /// The threat lists.
  package var threats = AddressLists()
  /// Whether a history is kept, which requires more data than detectors do.
  package var keepsHistory = false
  /// The investigation target; nil without one.
  package var investigated: InvestigationQuery?
  /// The owners of interfaces, as far as they are known.
  package var accounts: [UInt32: String] = [:]
  /// The local addresses, if an earlier reading determined them.
  package var own: LocalAddresses?
  /// The observation points that the collectors numbered.
  package var points = ObservationPoints()

  /// Creates the settings.
  package init(internalRanges: InternalRanges, threads: Int, memory: Int) {
    self.internalRanges = internalRanges
    self.threads = threads
    self.memory = memory
  }

  /// The budget of one worker's flow rows: half of all.
  ///
  /// The rest is for sorting and the stages above.
  package var collectorBudget: Int { memory / 2 / max(1, threads) }

  /// The budget of the rows of all tables.
  ///
  /// The rest is for sorting and for state other than rows.
  var tableMemory: Int { memory / 4 * 3 }
}
