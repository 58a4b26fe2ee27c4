internal import FlowModel
internal import SpillableTable

/// Collects the login-like conversations of one pair of hosts after the other and sums them up.
///
/// Most pairs have none or were never answered, and create no rows.
struct LoginCollector<Address: FlowAddress>: ConversationCollector {
  /// The most conversations of one pair that are kept for their shapes.
  private static var limit: Int { 65_536 }
  /// Minimum of attempts for a pair to be kept.
  private let leastAttempts: UInt32
  /// Minimum of attempts of a source at a port without a known service to count as a source of SSH attempts.
  private static var speakingAttempts: UInt32 { 5 }

  private let rows: RowTable<LoginRow<Address>>
  /// For ports without a known service: number of sources with SSH-like login attempts.
  private let endpoints: RowTable<EndpointRow<Address>>
  /// Conversations above the limit, which are not judged.
  private var leftOut: UInt64 = 0
  private let ports: LoginPorts
  private let slices: LogSlices
  private var tries: [LoginAttempt] = []
  private var hasAnswer = false
  private var lower = Address.zero
  private var upper = Address.zero

  /// Pairs with fewer than three attempts create no rows, unless one of them is a session.
  ///
  /// If other attempts of the pair can have been judged before, a single one is kept as well.
  init(_ worker: StageWorker<Address>, _ phase: ConversationPhase) {
    ports = worker.pairs.loginPorts
    slices = worker.pairs.slices
    leastAttempts = phase == .deferred ? 1 : 3
    rows = worker.tables.table(LoginRow.table)
    endpoints = worker.tables.table(EndpointRow.guessedTable)
  }

  func account(in outcome: inout FamilyOutcome<Address>) { outcome.unjudgedLogins += leftOut }

  /// Adds a conversation with a known direction.
  @inline(__always)
  mutating func note(_ conversation: Conversation<Address>, _ verdict: ConversationVerdict) {
    guard conversation.transport == .tcp, let upperInitiated = verdict.upperInitiated else {
      return
    }
    let port = conversation.port(upper: !upperInitiated)
    let service = ports.rawValue(port)
    guard service != 0 || !Ports.isServer[Int(port)] else { return }
    keep(conversation, upperInitiated: upperInitiated, port, service)
  }

  private mutating func keep(
    _ conversation: Conversation<Address>,
    upperInitiated: Bool,
    _ port: UInt16,
    _ service: UInt8
  ) {
    let (client, server) = (
      conversation.side(upper: upperInitiated), conversation.side(upper: !upperInitiated)
    )
    let shape = LoginShape(
      clientPackets: UInt32(clamping: client.packets),
      clientBytes: UInt32(clamping: client.bytes),
      serverPackets: UInt32(clamping: server.packets),
      serverBytes: UInt32(clamping: server.bytes)
    )
    guard service != 0 || shape.isSSHAttempt else { return }
    guard tries.count < Self.limit else {
      leftOut += 1
      return
    }
    let outcome = conversation.outcome(upperInitiated: upperInitiated)
    let attempt = LoginAttempt(
      shape: shape,
      first: conversation.first,
      last: conversation.last,
      port: port,
      upperInitiated: upperInitiated,
      service: service,
      isAnswered: outcome == .touched || outcome == .session,
      isSession: outcome == .session
    )
    if attempt.isAnswered { hasAnswer = true }
    (lower, upper) = (conversation.lower, conversation.upper)
    tries.append(attempt)
  }

  /// Sums up the conversations since the last call.
  ///
  /// All of them belong to one pair of hosts.
  mutating func finishPair() {
    guard !tries.isEmpty else { return }
    if hasAnswer { sumUp() }
    tries.removeAll(keepingCapacity: true)
    hasAnswer = false
  }

  private mutating func sumUp() {
    tries.sort(by: LoginAttempt.precedes)
    var start = 0
    for index in 1...tries.count where index == tries.count || tries[index].key != tries[start].key
    {
      sumUp(tries[start..<index])
      start = index
    }
  }

  private mutating func sumUp(_ tries: ArraySlice<LoginAttempt>) {
    guard let first = tries.first, let attempts = LoginSummary.of(tries, slices) else { return }
    let row = LoginRow(
      source: first.upperInitiated ? upper : lower,
      destination: first.upperInitiated ? lower : upper,
      port: first.port,
      service: first.service,
      attempts: attempts
    )
    guard attempts.attempts >= leastAttempts || attempts.longest.stays else { return }
    rows.append(row)
    if row.service == 0, attempts.attempts >= Self.speakingAttempts {
      endpoints.append(
        EndpointRow(
          address: row.destination,
          fanIn: 1,
          port: row.port,
          transport: .tcp
        )
      )
    }
  }
}
