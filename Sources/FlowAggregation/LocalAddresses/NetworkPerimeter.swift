internal import FlowModel

/// Determines which addresses are inside the network perimeter.
struct NetworkPerimeter: Sendable {
  let own: Set<IPAddress>
  let internalRanges: InternalRanges
  /// Local addresses outside the internal ranges.
  ///
  /// Few networks have any, and then no lookup is required.
  private let others: Set<IPAddress>

  init(own: Set<IPAddress>, internalRanges: InternalRanges) {
    self.own = own
    self.internalRanges = internalRanges
    others = own.filter { !internalRanges.contains($0) }
  }

  /// Whether the address is internal or local.
  @inline(__always)
  func isInside(_ address: IPAddress) -> Bool {
    internalRanges.contains(address) || !others.isEmpty && others.contains(address)
  }
}
