internal import FlowModel
internal import SpillableTable

/// The data of the whole run that the second stage requires.
struct PairSettings: Sendable {
  var own: LocalAddresses
  var shared: SharedInterfaces
  var translations: Translations
  var perimeter: NetworkPerimeter
  var loginPorts: LoginPorts
  /// Pauses above this many seconds end a conversation: twice the aggregation interval.
  var gap: UInt32
  /// Conversations that start before this time can have started before the log.
  var logStartEnds: UInt32
  /// First and last second of the whole log.
  var log: ClosedRange<UInt32>
  /// The slices of the log, for activity over time.
  var slices: LogSlices
  /// Whether a history is kept, which requires more data than detectors do.
  var tellsAll: Bool
  /// The investigation target, if any.
  var investigated: InvestigationSettings?
}

/// The packets of records.
///
/// They become conversations, host-service pairs and the lines of pairs of hosts in the tables.
struct PairStage<Address: FlowAddress>: TableStage {
  var table: TableKey<FlowRow<Address>> { FlowRow.table }

  func assembler(_ worker: StageWorker<Address>) -> PairAssembler<Address> { PairAssembler(worker) }

  func finish(_ assemblers: [PairAssembler<Address>], into outcome: inout FamilyOutcome<Address>) {
    for assembler in assemblers { assembler.account(in: &outcome) }
  }
}
