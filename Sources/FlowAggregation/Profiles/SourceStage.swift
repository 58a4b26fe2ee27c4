internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// The data of the whole run that the last stages require.
struct SourceSettings: Sendable {
  var perimeter: NetworkPerimeter
  var threats: AddressLists
  /// Whether a history is kept, which requires more data than detectors do.
  var tellsAll = false
  /// Whether rows of the tables can be told to be answers: conversations have the addresses of records.
  var marksAnswers = true
}

/// The host-service pairs of sources.
struct SourceStage<Address: FlowAddress>: TableStage {
  var table: TableKey<HostServiceRow<Address>> { HostServiceRow.table }

  func assembler(_ worker: StageWorker<Address>) -> SourceAssembler<Address> {
    SourceAssembler(worker)
  }

  func finish(
    _ assemblers: [SourceAssembler<Address>],
    into outcome: inout FamilyOutcome<Address>
  ) {
    if let first = assemblers.first, first.settings.marksAnswers {
      var answering = first.answering
      for assembler in assemblers.dropFirst() { answering.merge(assembler.answering) }
      answering.mark(&outcome.tables.portScans)
    }
    for assembler in assemblers {
      outcome.tables.add(assembler.tables)
      outcome.prevalence.add(assembler.prevalence)
      outcome.contactsLeftOut += assembler.contactsLeftOut
    }
  }
}
