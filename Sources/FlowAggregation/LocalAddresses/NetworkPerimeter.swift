internal import FlowModel

/// Tells which addresses lie on the network's side of its border.
struct NetworkPerimeter: Sendable {
  let own: Set<IPAddress>
  let internalRanges: InternalRanges
  /// Own addresses outside of the ranges: few networks have any, and then no look-up is needed.
  private let others: Set<IPAddress>

  init(own: Set<IPAddress>, internalRanges: InternalRanges) {
    self.own = own
    self.internalRanges = internalRanges
    others = own.filter { !internalRanges.contains($0) }
  }

  /// Whether the address is internal or an own one.
  @inline(__always)
  func isInside(_ address: IPAddress) -> Bool {
    internalRanges.contains(address) || !others.isEmpty && others.contains(address)
  }
}
