internal import FlowModel
internal import SpillableTable

/// What the second stage must know of the whole run before it begins.
struct PairSettings: Sendable {
  var own: LocalAddresses
  var perimeter: NetworkPerimeter
  var loginPorts: LoginPorts
  /// Pauses above this many seconds end a conversation: twice the aggregation interval.
  var gap: UInt32
  /// Conversations that begin before this time may have begun before the log.
  var logStartEnds: UInt32
  /// First and last second of the whole log.
  var log: ClosedRange<UInt32>
  /// The slices of the log, for when something was active.
  var slices: LogSlices
  /// Whether a memory is kept, which asks for more than detectors do.
  var tellsAll: Bool
  /// The subject of an investigation, if there is one.
  var investigated: InvestigationSettings?
}

/// The packets of records, which become conversations, contacts and the lines of pairs of hosts in the tables.
struct PairStage<Address: FlowAddress>: TableStage {
  var table: TableKey<FlowRow<Address>> { FlowRow.table }

  func assembler(_ worker: StageWorker<Address>) -> PairAssembler<Address> { PairAssembler(worker) }

  func finish(_ assemblers: [PairAssembler<Address>], into outcome: inout FamilyOutcome<Address>) {
    for assembler in assemblers { assembler.account(in: &outcome) }
  }
}
