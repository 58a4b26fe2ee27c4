internal import FlowModel

/// A conversation that waits for the fan-in of its endpoints.
struct PendingRow<Address: FlowAddress>: KeyedRow {
  var talk: Conversation<Address>

  @inline(__always) var leadingKey: UInt64 { talk.lower.leading(with: talk.upper) }

  @inline(__always)
  var hash: UInt64 { mix(talk.lower.mixed &* 0x9e37_79b9_7f4a_7c15 ^ talk.upper.mixed) }

  static func precedes(_ left: Self, _ right: Self) -> Bool {
    let (a, b) = (left.talk, right.talk)
    if a.lower != b.lower { return a.lower < b.lower }
    if a.upper != b.upper { return a.upper < b.upper }
    return (a.protocolNumber, a.lowerPort, a.upperPort, a.first)
      < (b.protocolNumber, b.lowerPort, b.upperPort, b.first)
  }

  /// Conversations are final; none is like another one.
  func absorb(_ other: Self) -> Bool { false }
}
