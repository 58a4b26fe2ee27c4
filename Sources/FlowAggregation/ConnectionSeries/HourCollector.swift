internal import FlowModel
internal import SpillableTable

/// Collects the hours of hosts per conversation.
///
/// Most conversations are in few hours, so rows are merged before they are stored.
struct HourCollector<Address: FlowAddress>: ConversationCollector {
  private static var places: Int { 4096 }

  private let rows: RowTable<HourRow<Address>>
  private let perimeter: NetworkPerimeter
  private var cache = Array(
    repeating: HourRow<Address>(host: 0, bytesOut: 0, bytesIn: 0, hour: 0, conversations: 0),
    count: places
  )

  init(_ worker: StageWorker<Address>) {
    perimeter = worker.pairs.perimeter
    rows = worker.tables.table(HourRow.table)
  }

  /// Adds a conversation if it crosses the network perimeter.
  mutating func note(_ conversation: Conversation<Address>, _ verdict: ConversationVerdict) {
    if let upperInitiated = verdict.upperInitiated {
      add(conversation, upperInitiated: upperInitiated)
    }
  }

  private mutating func add(_ conversation: Conversation<Address>, upperInitiated: Bool) {
    let isUpper = perimeter.isInside(conversation.upper.ipAddress)
    guard isUpper != perimeter.isInside(conversation.lower.ipAddress) else { return }
    let host = isUpper ? conversation.upper : conversation.lower
    let (out, back) = (
      conversation.side(upper: isUpper).bytes, conversation.side(upper: !isUpper).bytes
    )
    let firstHour = conversation.first / 3600
    HourSpread.forEach(first: conversation.first, last: conversation.last, out, back) {
      hour,
      out,
      back in
      let began = hour == firstHour && isUpper == upperInitiated
      put(
        HourRow(host: host, bytesOut: out, bytesIn: back, hour: hour, conversations: began ? 1 : 0)
      )
    }
  }

  private mutating func put(_ row: HourRow<Address>) {
    let place =
      Int(truncatingIfNeeded: mix(row.host.mixed &* 31 &+ UInt64(row.hour))) & (Self.places - 1)
    if cache[place].hour == 0 {
      cache[place] = row
    } else if !cache[place].absorb(row) {
      rows.append(cache[place])
      cache[place] = row
    }
  }

  /// Emits the pending rows.
  mutating func finish() {
    for place in cache.indices where cache[place].hour > 0 {
      rows.append(cache[place])
      cache[place].hour = 0
    }
  }
}
