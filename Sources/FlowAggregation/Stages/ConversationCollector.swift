internal import FlowModel

/// The initiator of a conversation, as far as it is known.
enum ConversationVerdict: UInt8, Sendable {
  case lowerInitiated
  case upperInitiated
  /// Decided in the next phase.
  case waiting
  /// A late packet or an unsolicited reply.
  case latePacket
  /// The initiator cannot be determined.
  case undecided

  init(upperInitiated: Bool) { self = upperInitiated ? .upperInitiated : .lowerInitiated }

  /// Whether the upper side is the initiator; nil if unknown.
  @inline(__always) var upperInitiated: Bool? {
    self == .upperInitiated ? true : self == .lowerInitiated ? false : nil
  }
}

/// A conversation with the result of the inference.
struct JudgedConversation<Address: FlowAddress>: Sendable {
  var conversation: Conversation<Address>
  var verdict: ConversationVerdict
}

/// The phases of conversations: most are decided when their pair of hosts is assembled, the others after fan-in is
/// known.
///
/// All conversations of a pair that are decided in one phase are consecutive.
enum ConversationPhase: Sendable { case pairs, deferred }

/// Creates rows of a table from conversations.
protocol ConversationCollector<Address> {
  associatedtype Address: FlowAddress
  /// Adds a conversation.
  mutating func note(_ conversation: Conversation<Address>, _ verdict: ConversationVerdict)
  /// Ends a pair of hosts.
  mutating func finishPair()
  /// Ends all conversations.
  mutating func finish()
  /// Adds results other than rows.
  func account(in outcome: inout FamilyOutcome<Address>)
  /// Whether it also requires flow rows.
  var readsRows: Bool { get }
  /// Adds the flow rows of a 5-tuple, in the first phase.
  mutating func note(rows: [FlowRow<Address>])
}

extension ConversationCollector {
  func finishPair() {}
  func finish() {}
  func account(in outcome: inout FamilyOutcome<Address>) {}
  var readsRows: Bool { false }
  func note(rows: [FlowRow<Address>]) {}
}

/// A type-erased collector, called once for some hundred conversations.
///
/// Closures instead of an existential: they are compiled for the type of the addresses, unlike the methods of an
/// existential.
struct ConversationListener<Address: FlowAddress> {
  let take: ([JudgedConversation<Address>]) -> Void
  let takeRows: (([FlowRow<Address>]) -> Void)?
  let finishPartition: () -> Void
  let finish: () -> Void
  let account: (inout FamilyOutcome<Address>) -> Void

  init<Collector: ConversationCollector<Address>>(_ collector: Collector) {
    let state = PairedCollector(collector)
    take = { state.take($0) }
    takeRows = collector.readsRows ? { state.collector.note(rows: $0) } : nil
    finishPartition = { state.finishPair() }
    finish = { state.collector.finish() }
    account = { state.collector.account(in: &$0) }
  }
}

/// Marks the end of a pair of hosts for a collector.
private final class PairedCollector<Collector: ConversationCollector> {
  var collector: Collector
  private var pair: (lower: Collector.Address, upper: Collector.Address)?

  init(_ collector: Collector) { self.collector = collector }

  @inline(__always)
  func take(_ batch: [JudgedConversation<Collector.Address>]) {
    for judged in batch {
      if let pair,
        pair.lower != judged.conversation.lower || pair.upper != judged.conversation.upper
      {
        collector.finishPair()
      }
      pair = (judged.conversation.lower, judged.conversation.upper)
      collector.note(judged.conversation, judged.verdict)
    }
  }

  func finishPair() {
    if pair != nil { collector.finishPair() }
    pair = nil
  }
}

/// Passes conversations to all collectors, some hundred at a time.
struct ConversationBatch<Address: FlowAddress> {
  private static var size: Int { 256 }
  private var waiting: [JudgedConversation<Address>] = []
  private let listeners: [ConversationListener<Address>]
  private let rowListeners: [([FlowRow<Address>]) -> Void]

  init(_ listeners: [ConversationListener<Address>]) {
    self.listeners = listeners
    rowListeners = listeners.compactMap(\.takeRows)
    waiting.reserveCapacity(Self.size)
  }

  @inline(__always)
  mutating func add(_ conversation: Conversation<Address>, _ verdict: ConversationVerdict) {
    waiting.append(JudgedConversation(conversation: conversation, verdict: verdict))
    if waiting.count == Self.size { flush() }
  }

  /// Adds the flow rows of a 5-tuple.
  @inline(__always)
  func add(rows: [FlowRow<Address>]) { for listener in rowListeners { listener(rows) } }

  private mutating func flush() {
    for listener in listeners { listener.take(waiting) }
    waiting.removeAll(keepingCapacity: true)
  }

  /// Ends the last pair of a partition.
  mutating func finishPartition() {
    flush()
    for listener in listeners { listener.finishPartition() }
  }

  /// Ends the last partition.
  func finish() { for listener in listeners { listener.finish() } }

  /// Adds results other than rows.
  func account(in outcome: inout FamilyOutcome<Address>) {
    for listener in listeners { listener.account(&outcome) }
  }
}
