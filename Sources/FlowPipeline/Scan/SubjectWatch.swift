internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Looks at every batch for records of the subject of an investigation.
struct SubjectWatch {
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
}
