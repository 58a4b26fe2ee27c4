internal import FlowModel

/// The interfaces that translate addresses, learned from records whose packets have other ends than the record.
///
/// At a NAT gateway the record of a client's request shows the gateway's address, and `pkt-dstaddr` shows the external
/// server (AWS, "Flow log records"). The gateway sends the same packets on in its own name. A node of Kubernetes also has
/// such records, but for its own pods, which are internal.
struct Translations: Sendable {
  /// The interfaces with an external end behind their own address.
  private(set) var gateways: Set<UInt32> = []
  /// Whether any packet has other ends than its record.
  private(set) var areAny = false
  private static let most = 1 << 16

  /// Adds a record with the source and destination of its packets.
  mutating func add(
    _ interface: UInt32,
    _ source: IPAddress,
    _ destination: IPAddress,
    _ ends: (source: IPAddress, destination: IPAddress)
  ) {
    areAny = true
    guard interface != 0, gateways.count < Self.most else { return }
    let behindSource = ends.source != source && !Self.ranges.contains(ends.source)
    let behindDestination =
      ends.destination != destination && !Self.ranges.contains(ends.destination)
    if behindSource || behindDestination { gateways.insert(interface) }
  }

  /// Adds those of another worker.
  mutating func merge(_ other: Translations) {
    gateways.formUnion(other.gateways)
    areAny = areAny || other.areAny
  }

  private static let ranges = InternalRanges()
}
