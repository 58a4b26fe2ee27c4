internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// Decides the conversations that waited for fan-in, ordered by pair of hosts.
struct PendingStage<Address: FlowAddress>: TableStage {
  var table: TableKey<PendingRow<Address>> { PendingRow.table }

  func assembler(_ worker: StageWorker<Address>) -> PendingJudge<Address> { PendingJudge(worker) }

  func finish(_ judges: [PendingJudge<Address>], into outcome: inout FamilyOutcome<Address>) {
    for judge in judges { judge.account(in: &outcome) }
  }
}

/// Decides the conversations of one worker.
struct PendingJudge<Address: FlowAddress>: RowAssembler {
  private let fanIn: FanIn<Address>
  private let slices: LogSlices
  private let servicePairs: RowTable<HostServiceRow<Address>>
  private var conversations: ConversationBatch<Address>
  private var totals = ConversationTotals()

  init(_ worker: StageWorker<Address>) {
    fanIn = worker.outcome.fanIn
    slices = worker.pairs.slices
    servicePairs = worker.tables.table(HostServiceRow.table)
    conversations = worker.conversations(.deferred)
  }

  mutating func take(_ row: PendingRow<Address>) {
    var row = row
    row.note(fanIn)
    let conversation = row.conversation
    let score = InitiatorRules.score(
      conversation,
      lowerTerm: row.lowerTerm,
      upperTerm: row.upperTerm
    )
    guard score != 0 else {
      totals.undecided += 1
      return conversations.add(conversation, .undecided)
    }
    let direction = InitiatorInference(
      upperInitiated: score > 0,
      rule: .evidence,
      margin: abs(score)
    )
    totals.count(direction)
    let upperInitiated = direction.upperInitiated
    if conversation.side(upper: !upperInitiated).isRejected {
      count(conversation.withoutRejectedResponse(upperInitiated: upperInitiated), direction)
    } else {
      count(conversation, direction)
    }
  }

  mutating func finishPartition() { conversations.finishPartition() }

  /// Adds the results of the worker.
  func account(in outcome: inout FamilyOutcome<Address>) {
    outcome.totals.add(totals)
    conversations.account(in: &outcome)
  }

  mutating func finish() { conversations.finish() }

  private mutating func count(
    _ conversation: Conversation<Address>,
    _ direction: InitiatorInference
  ) {
    let upperInitiated = direction.upperInitiated
    var servicePair = HostServiceRow(
      source: upperInitiated ? conversation.upper : conversation.lower,
      destination: upperInitiated ? conversation.lower : conversation.upper,
      transport: conversation.transport,
      port: conversation.port(upper: !upperInitiated)
    )
    servicePair.count(
      conversation,
      upperInitiated: upperInitiated,
      isSure: direction.isClear,
      slices
    )
    servicePairs.append(servicePair)
    conversations.add(conversation, ConversationVerdict(upperInitiated: upperInitiated))
  }
}
