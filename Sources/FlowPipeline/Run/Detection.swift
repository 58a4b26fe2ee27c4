internal import FlowAggregation
internal import FlowDetection
internal import FlowFindings
internal import FlowModel
internal import SystemFiles

/// What was found, and what the suppressions leave of it.
struct Detection {
  /// All findings by rank, those that are suppressed as well.
  private(set) var all: [Finding]
  /// What is shown, and what is not.
  var sifted = SuppressedFindings([], [], logEnd: "")
  /// Findings of low score beyond what is kept.
  let dropped: UInt64
  /// Regular traffic that was recognized.
  let facts: [KnownFact]
  private let observer: BaselineObserver

  /// Asks the detectors, now that everything was observed.
  init(_ observer: BaselineObserver, _ result: AggregationResult, _ quality: LogQuality) {
    self.observer = observer
    let complete = CompleteContext(
      observer.detectors.network,
      prevalence: result.prevalence,
      quality: quality
    )
    (all, dropped) = observer.detectors.findings(complete)
    facts = observer.detectors.facts(complete, beside: all)
  }

  /// What the history will learn; nothing without one.
  var learned: RunObservations { observer.recorder?.facts(without: all) ?? RunObservations() }
  /// What a reader must know of what could not be learned.
  var notices: [String] { observer.recorder?.notices ?? [] }

  /// Names targets, compares with the history, and leaves out what the user suppressed.
  mutating func settle(
    _ plan: RunPlan,
    _ targets: TargetInterfaces,
    logEnd: UInt32
  ) {
    targets.fill(in: &all)
    plan.memory?.compare(&all)
    sifted = SuppressedFindings(plan.settings.suppressions, all, logEnd: UTCTime(logEnd).date)
  }

  /// The incidents that the findings which are shown belong to.
  var incidents: [Incident] {
    Incidents.joined(
      sifted.kept,
      isNewDestination: observer.detectors.network.isNewDestination
    )
  }

  /// Gives each finding that is shown its raw lines.
  mutating func attachEvidence(
    _ plan: RunPlan,
    _ account: InputAccount,
    _ reading: Reading,
    _ registry: InterfaceRegistry,
    own: Set<IPAddress>
  ) {
    guard plan.settings.evidenceLines > 0, !sifted.kept.isEmpty, !Interruption.isRequested else {
      return
    }
    let pass = EvidencePass(
      plan.settings,
      account.summary,
      reading,
      registry,
      own: own,
      account.window
    )
    let evidence = pass.run(sifted.kept)
    for index in sifted.kept.indices { sifted.kept[index].evidence = evidence[index] }
    joinEvidence()
  }

  /// A finding that joins others shows the first line of each.
  private mutating func joinEvidence() {
    let lines = Dictionary(
      sifted.kept.map { ($0.id, $0.evidence) },
      uniquingKeysWith: { first, _ in first }
    )
    for index in sifted.kept.indices where !sifted.kept[index].joins.isEmpty {
      sifted.kept[index].evidence = sifted.kept[index].joins.prefix(Self.joinedLines)
        .compactMap { lines[$0]?.first }
    }
  }

  /// So many lines does a finding show that joins others.
  private static let joinedLines = 8
}
