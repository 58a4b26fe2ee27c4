internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// What the analysis reads of every record.
struct AnalysisConsumer: BatchConsumer {
  /// The rows of all workers.
  var collectors: [FlowCollector]
  private(set) var quiet = QuietIntervals()
  private(set) var owners = InterfaceOwners()
  private var watch: SubjectWatch?

  /// - Parameters:
  ///   - budget: bytes that one worker's rows may take before they are spilled.
  ///   - subject: whom an investigation is about.
  ///   - registry: numbers the interfaces of the run.
  init(budget: Int, subject: Subject?, registry: InterfaceRegistry) {
    collectors = [FlowCollector(budget: budget)]
    watch = subject.map { SubjectWatch($0, registry) }
  }

  /// The records of an investigation's subject.
  var subject: SubjectTally { watch?.tally ?? SubjectTally() }

  var projection: Projection { .analysis }

  mutating func consume(_ batch: borrowing RecordBatch, at place: BatchPlace) {
    quiet.add(batch)
    owners.add(batch)
    watch?.add(batch)
    collectors[0].add(batch)
  }

  mutating func merge(_ other: consuming AnalysisConsumer) {
    quiet.merge(other.quiet)
    owners.merge(other.owners)
    watch?.merge(other.subject)
    collectors += other.collectors
  }
}

/// Looks at every batch for records of the subject of an investigation.
struct SubjectWatch: Sendable {
  private(set) var tally = SubjectTally()
  private let subject: Subject
  private let registry: InterfaceRegistry
  /// nil while no record of the interface was seen.
  private var query: SubjectQuery?

  init(_ subject: Subject, _ registry: InterfaceRegistry) {
    self.subject = subject
    self.registry = registry
  }

  /// The subject as the stages ask for it; an interface has a number from its first record on.
  static func query(_ subject: Subject, _ registry: InterfaceRegistry) -> SubjectQuery {
    switch subject {
    case .network(let network): SubjectQuery(network)
    case .interface(let name): SubjectQuery(interface: registry.known(name))
    }
  }

  mutating func add(_ batch: borrowing RecordBatch) {
    if query == nil {
      if case .interface(let name) = subject, registry.known(name) == nil { return }
      query = Self.query(subject, registry)
    }
    if let query { tally.add(batch, query) }
  }

  mutating func merge(_ other: SubjectTally) { tally.add(other) }
}
