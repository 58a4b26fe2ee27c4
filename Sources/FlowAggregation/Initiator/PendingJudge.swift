internal import FlowFindings
internal import FlowModel
internal import SystemFiles

/// Decides the conversations that waited for fan-in; they come by pair of hosts.
struct PendingJudge<Address: FlowAddress>: RowConsumer {
  private let fanIn: FanIn<Address>
  private let slices: LogSlices
  private(set) var contacts: RowStore<ContactRow<Address>>
  private(set) var logins: LoginCollector<Address>
  private(set) var calls: CallCollector<Address>
  private(set) var hours: HourCollector<Address>
  private(set) var subject: SubjectCollector<Address>
  private(set) var totals = ConversationTotals()
  private var last: Conversation<Address>?

  init(_ fanIn: FanIn<Address>, _ settings: PairSettings, budget: Int) {
    self.fanIn = fanIn
    slices = settings.slices
    contacts = RowStore(budget: budget / 2)
    // The pair's other tries may have been settled before; one that was not may be the one that matters.
    logins = LoginCollector(settings, leastAttempts: 1, budget: budget / 4)
    calls = CallCollector(settings.border, keepsFew: true, budget: budget / 4)
    hours = HourCollector(settings.border, isWanted: settings.tellsAll, budget: budget / 32)
    subject = SubjectCollector(settings.subject, budget: budget / 8)
  }

  /// What ended the spilling of a table, if anything did.
  var failure: SystemError? {
    contacts.failure ?? logins.failure ?? calls.rows.failure ?? hours.rows.failure
      ?? subject.rows.failure
  }

  mutating func take(_ row: PendingRow<Address>) {
    let talk = row.talk
    if let last, last.lower != talk.lower || last.upper != talk.upper { finishPair() }
    last = talk
    let score = DirectionRules.score(
      talk,
      lowerFanIn: fanIn(talk.lower, talk.lowerPort, talk.protocolNumber),
      upperFanIn: fanIn(talk.upper, talk.upperPort, talk.protocolNumber)
    )
    guard score != 0 else {
      totals.undecided += 1
      calls.noteUndecided(talk)
      subject.note(talk, .unclear)
      return
    }
    let direction = Direction(beganUpper: score > 0, rule: .evidence, margin: abs(score))
    totals.count(direction)
    count(talk, direction)
  }

  /// Ends the last pair of a partition.
  mutating func finishPartition() {
    finishPair()
    last = nil
  }

  /// Ends the last partition.
  mutating func finish() { hours.flush() }

  private mutating func finishPair() {
    logins.finishPair()
    calls.finishPair()
  }

  private mutating func count(_ talk: Conversation<Address>, _ direction: Direction) {
    let beganUpper = direction.beganUpper
    var contact = ContactRow(
      source: beganUpper ? talk.upper : talk.lower,
      destination: beganUpper ? talk.lower : talk.upper,
      protocolNumber: talk.protocolNumber,
      port: talk.port(upper: !beganUpper)
    )
    contact.count(talk, beganUpper: beganUpper, isSure: direction.isClear, slices)
    contacts.append(contact)
    logins.note(talk, beganUpper: beganUpper)
    calls.note(talk, beganUpper: beganUpper)
    hours.note(talk, beganUpper: beganUpper)
    subject.note(talk, beganUpper: beganUpper)
  }
}
