internal import FlowFindings
internal import FlowModel

/// Finds out which rows of the table of ports are answers: pairs of hosts nearly all of whose conversations the other side
/// initiated.
///
/// Only the rows that the table kept are followed, some twenty.
struct AnsweringPairs<Address: FlowAddress> {
  private struct Pair: Hashable {
    var source: Address
    var destination: Address
    var reversed: Pair { Pair(source: destination, destination: source) }
  }

  private var conversations: [Pair: UInt64] = [:]
  private let sources: Set<Address>

  /// - Parameter rows: the rows of the table.
  init(_ rows: [PortScan]) {
    for row in rows where row.source.isV4 == (MemoryLayout<Address>.size == 4) {
      let pair = Pair(source: Address(row.source), destination: Address(row.destination))
      conversations[pair] = 0
      conversations[pair.reversed] = 0
    }
    sources = Set(conversations.keys.map(\.source))
  }

  /// Whether the pairs of a source are followed.
  func follows(_ source: Address) -> Bool { sources.contains(source) }

  /// Adds the conversations that a source initiated.
  mutating func add(_ row: HostServiceRow<Address>) {
    conversations[Pair(source: row.source, destination: row.destination)]? += UInt64(
      row.conversations
    )
  }

  /// Adds those of another worker.
  mutating func merge(_ other: AnsweringPairs) {
    conversations.merge(other.conversations) { $0 + $1 }
  }

  /// Marks the rows that are answers.
  func mark(_ table: inout TopRows<PortScan>) {
    table.update { row in
      let pair = Pair(source: Address(row.source), destination: Address(row.destination))
      // A few of a client's ports may look like services.
      let (initiated, answered) = (conversations[pair] ?? 0, conversations[pair.reversed] ?? 0)
      row.isAnswers = answered > 0 && initiated <= answered / 10
    }
  }
}
