internal import FlowModel
internal import SpillableTable

/// Gathers the hours of hosts conversation by conversation; most fall into few hours, so they meet before they are stored.
struct HourCollector<Address: FlowAddress>: ConversationCollector {
  private static var places: Int { 4096 }

  private let rows: RowTable<HourRow<Address>>
  private let border: NetworkBorder
  private var cache = Array(
    repeating: HourRow<Address>(host: 0, bytesOut: 0, bytesIn: 0, hour: 0, conversations: 0),
    count: places
  )

  init(_ worker: StageWorker<Address>) {
    border = worker.pairs.border
    rows = worker.tables.table(HourRow.table)
  }

  /// Notes a conversation, if it crosses the border.
  mutating func note(_ talk: Conversation<Address>, _ verdict: ConversationVerdict) {
    if let beganUpper = verdict.beganUpper { add(talk, beganUpper: beganUpper) }
  }

  private mutating func add(_ talk: Conversation<Address>, beganUpper: Bool) {
    let isUpper = border.isInside(talk.upper.ipAddress)
    guard isUpper != border.isInside(talk.lower.ipAddress) else { return }
    let host = isUpper ? talk.upper : talk.lower
    let (out, back) = (talk.side(upper: isUpper).bytes, talk.side(upper: !isUpper).bytes)
    let firstHour = talk.first / 3600
    HourSpread.forEach(first: talk.first, last: talk.last, out, back) { hour, out, back in
      let began = hour == firstHour && isUpper == beganUpper
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

  /// Hands on what waits.
  mutating func finish() {
    for place in cache.indices where cache[place].hour > 0 {
      rows.append(cache[place])
      cache[place].hour = 0
    }
  }
}
