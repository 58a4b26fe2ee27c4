extension RecordBatch {
  /// Whether rows may show the ends of their packets, `pkt-srcaddr` and `pkt-dstaddr`.
  package var hasPacketEnds: Bool {
    let fields: [FieldName] = [.packetSource, .packetDestination]
    return fields.allSatisfy { projection.contains($0) && !absent.contains($0) }
  }

  /// Whether a row shows other ends of its packets than of the record, as at NAT gateways and transit gateways.
  @inline(__always)
  package func hasOtherPacketEnds(_ row: Int) -> Bool {
    (packetSource[row] != source[row] || packetDestination[row] != destination[row])
      && packetSource[row] != Self.unspecified && packetDestination[row] != Self.unspecified
  }

  /// The same rows with the ends of their packets as source and destination.
  package func withPacketEnds() -> RecordBatch {
    var ends = self
    for row in 0..<count where hasOtherPacketEnds(row) {
      (ends.source[row], ends.destination[row]) = (packetSource[row], packetDestination[row])
    }
    return ends
  }
}
