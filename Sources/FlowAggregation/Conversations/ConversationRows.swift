internal import FlowModel

/// Selects the rows of a 5-tuple that become conversations.
///
/// A record whose packets have other ends stands in two rows: one for the plain sums, one for conversations. What a NAT
/// gateway sends on in its own name was recorded at the client's side already, and becomes no second conversation.
struct ConversationRows<Address: FlowAddress> {
  private let own: LocalAddresses
  private let translations: Translations

  init(_ settings: PairSettings) {
    (own, translations) = (settings.own, settings.translations)
  }

  /// Whether all rows count for both purposes, which is usual.
  @inline(__always)
  func areAll(_ rows: [FlowRow<Address>]) -> Bool {
    rows.allSatisfy { $0.isForSums && $0.isForConversations } && !isSentOn(rows)
  }

  /// The rows that become conversations.
  func select(_ rows: [FlowRow<Address>]) -> [FlowRow<Address>] {
    guard translations.areAny else { return rows }
    return isSentOn(rows) ? [] : rows.filter(\.isForConversations)
  }

  private func isSentOn(_ rows: [FlowRow<Address>]) -> Bool { isGatewayUpper(rows) != nil }

  /// Whether the upper side is a NAT gateway that exchanged these packets for its clients, or the lower one; nil for
  /// any other packets.
  ///
  /// Packets that only the other side sent are no responses, but scans of the gateway.
  func isGatewayUpper(_ rows: [FlowRow<Address>]) -> Bool? {
    guard let first = rows.first, rows.allSatisfy({ $0.interface == first.interface }) else {
      return nil
    }
    if isSentOn(first, byUpper: true), rows.contains(where: \.sentByUpper) { return true }
    if isSentOn(first, byUpper: false), rows.contains(where: { !$0.sentByUpper }) { return false }
    return nil
  }

  private func isSentOn(_ row: FlowRow<Address>, byUpper: Bool) -> Bool {
    let (gateway, end) = byUpper ? (row.upper, row.lower) : (row.lower, row.upper)
    let port = byUpper ? row.lowerPort : row.upperPort
    let far = Translations.End(end.ipAddress, port, row.transport)
    return translations.contains(far, behind: gateway.ipAddress)
      && own.has(gateway.ipAddress, interface: row.interface)
  }
}
