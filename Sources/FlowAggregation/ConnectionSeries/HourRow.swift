internal import FlowModel

/// What an inside host exchanged with the outside in one hour.
struct HourRow<Address: FlowAddress>: KeyedRow {
  var host: Address
  var bytesOut: UInt64
  var bytesIn: UInt64
  /// Hours since 1970.
  var hour: UInt32
  /// Conversations that the host began in this hour.
  var conversations: UInt32

  @inline(__always) var leadingKey: UInt64 { host.leading(with: Address(truncatingIfNeeded: hour)) }

  /// All hours of a host meet.
  @inline(__always) var hash: UInt64 { mix(host.mixed &* 0x9e37_79b9_7f4a_7c15) }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    (left.host, left.hour) < (right.host, right.hour)
  }

  @inline(__always)
  mutating func absorb(_ other: Self) -> Bool {
    guard host == other.host, hour == other.hour else { return false }
    bytesOut +|= other.bytesOut
    bytesIn +|= other.bytesIn
    let (sum, overflowed) = conversations.addingReportingOverflow(other.conversations)
    conversations = overflowed ? .max : sum
    return true
  }
}

/// Gathers the hours of hosts conversation by conversation; most fall into few hours, so they meet before they are stored.
struct HourCollector<Address: FlowAddress>: Sendable {
  private static var places: Int { 4096 }

  private(set) var rows: RowStore<HourRow<Address>>
  private let border: NetworkBorder
  private var cache: [HourRow<Address>] = []

  /// - Parameters:
  ///   - border: tells inside from outside.
  ///   - isWanted: whether anybody asks; else nothing is gathered.
  ///   - budget: bytes that rows may take.
  init(_ border: NetworkBorder, isWanted: Bool, budget: Int) {
    self.border = border
    rows = RowStore(budget: budget)
    guard isWanted else { return }
    cache = Array(
      repeating: HourRow(host: 0, bytesOut: 0, bytesIn: 0, hour: 0, conversations: 0),
      count: Self.places
    )
  }

  /// Notes a conversation, if it crosses the border.
  @inline(__always)
  mutating func note(_ talk: Conversation<Address>, beganUpper: Bool) {
    guard !cache.isEmpty else { return }
    add(talk, beganUpper: beganUpper)
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
  mutating func flush() {
    for place in cache.indices where cache[place].hour > 0 {
      rows.append(cache[place])
      cache[place].hour = 0
    }
  }
}

/// Hands on the hours of hosts, all hours of a host at once.
struct HourAssembler<Address: FlowAddress>: RowConsumer {
  private var host: Address?
  private var hours: [HostVolume.Hour] = []
  private var batch: ObservationBatch

  init(sink: any ObservationSink) { batch = ObservationBatch(sink) }

  mutating func take(_ row: HourRow<Address>) {
    if host != row.host { finishHost() }
    host = row.host
    hours.append(
      HostVolume.Hour(
        hour: row.hour,
        bytesOut: row.bytesOut,
        bytesIn: row.bytesIn,
        conversations: UInt64(row.conversations)
      )
    )
  }

  /// Ends the last host of a partition.
  mutating func finishPartition() {
    finishHost()
    batch.flush()
  }

  private mutating func finishHost() {
    guard let host else { return }
    batch.add(HostVolume(host: host.ipAddress, hours: hours))
    batch.flushIfFull()
    hours.removeAll(keepingCapacity: true)
    self.host = nil
  }
}
