internal import FlowModel

/// Selects the rows of a 5-tuple that become conversations.
///
/// A record whose packets have other ends stands in two rows: one for the plain sums, one for conversations. What a NAT
/// gateway sends on in its own name was recorded at the client's side already, and becomes no second conversation.
struct ConversationRows<Address: FlowAddress> {
  private let own: LocalAddresses
  private let perimeter: NetworkPerimeter
  private let translations: Translations

  init(_ settings: PairSettings) {
    (own, perimeter) = (settings.own, settings.perimeter)
    translations = settings.translations
  }

  /// Whether all rows count for both purposes, which is usual.
  @inline(__always)
  func areAll(_ rows: [FlowRow<Address>]) -> Bool {
    !translations.areAny
      || rows.allSatisfy { $0.isForSums && $0.isForConversations } && !isSentOn(rows)
  }

  /// The rows that become conversations.
  func select(_ rows: [FlowRow<Address>]) -> [FlowRow<Address>] {
    isSentOn(rows) ? [] : rows.filter(\.isForConversations)
  }

  /// Whether a NAT gateway exchanged these packets with an external host for its clients.
  ///
  /// Packets that only an external host sent are no responses, but scans of the gateway.
  private func isSentOn(_ rows: [FlowRow<Address>]) -> Bool {
    guard let first = rows.first, !translations.gateways.isEmpty else { return false }
    let (lower, upper) = (first.lower.ipAddress, first.upper.ipAddress)
    let upperIsGateway = isGateway(upper, first.interface)
    guard upperIsGateway || isGateway(lower, first.interface),
      !perimeter.isInside(upperIsGateway ? lower : upper)
    else { return false }
    return rows.contains { $0.sentByUpper == upperIsGateway }
      && rows.allSatisfy { $0.interface == first.interface }
  }

  private func isGateway(_ address: IPAddress, _ interface: UInt32) -> Bool {
    translations.gateways.contains(interface) && own.has(address, interface: interface)
  }
}
