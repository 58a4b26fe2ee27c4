internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// Decides the conversations that waited for fan-in; they come by pair of hosts.
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
  private let contacts: RowTable<ContactRow<Address>>
  private var conversations: ConversationBatch<Address>
  private var totals = ConversationTotals()

  init(_ worker: StageWorker<Address>) {
    fanIn = worker.outcome.fanIn
    slices = worker.pairs.slices
    contacts = worker.tables.table(ContactRow.table)
    conversations = worker.conversations(.deferred)
  }

  mutating func take(_ row: PendingRow<Address>) {
    var row = row
    row.note(fanIn)
    let talk = row.talk
    let score = DirectionRules.score(talk, lowerTerm: row.lowerTerm, upperTerm: row.upperTerm)
    guard score != 0 else {
      totals.undecided += 1
      return conversations.add(talk, .undecided)
    }
    let direction = Direction(beganUpper: score > 0, rule: .evidence, margin: abs(score))
    totals.count(direction)
    count(talk, direction)
  }

  mutating func finishPartition() { conversations.finishPartition() }

  /// Adds what the worker found.
  func account(in outcome: inout FamilyOutcome<Address>) {
    outcome.totals.add(totals)
    conversations.account(in: &outcome)
  }

  mutating func finish() { conversations.finish() }

  private mutating func count(_ talk: Conversation<Address>, _ direction: Direction) {
    let beganUpper = direction.beganUpper
    var contact = ContactRow(
      source: beganUpper ? talk.upper : talk.lower,
      destination: beganUpper ? talk.lower : talk.upper,
      transport: talk.transport,
      port: talk.port(upper: !beganUpper)
    )
    contact.count(talk, beganUpper: beganUpper, isSure: direction.isClear, slices)
    contacts.append(contact)
    conversations.add(talk, ConversationVerdict(beganUpper: beganUpper))
  }
}
