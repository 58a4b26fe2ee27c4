internal import FlowModel

/// Tells which addresses lie on the network's side of its border.
struct NetworkBorder: Sendable {
  var own: Set<IPAddress>
  var internalRanges: InternalRanges

  /// Whether the address is internal or an own one.
  @inline(__always)
  func isInside(_ address: IPAddress) -> Bool {
    internalRanges.contains(address) || own.contains(address)
  }
}
