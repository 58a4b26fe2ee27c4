internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Services that notify laptops and telephones, which contact them periodically.
enum PushService {
  /// HTTPS, Apple Push Notification service, Firebase Cloud Messaging, MQTT over TLS.
  private static let ports: Set<UInt16> = [443, 5223, 5228, 8883]
  /// The autonomous systems of Apple, Google and Microsoft.
  private static let systems: Set<UInt32> = [714, 6185, 15_169, 8068, 8069, 8075]
  /// Earlier days of use after which a destination is expected.
  private static let leastDays: UInt32 = 7

  /// Whether clients keep connections to the port open for notifications.
  static func isPort(_ service: Service) -> Bool {
    service.protocolNumber == ProtocolNumber.tcp && ports.contains(service.port)
  }

  /// Whether the host uses a push service of a known network, or one that it used for a week.
  static func isExpected(
    _ series: ConnectionSeries,
    _ rarity: Rarity,
    _ network: NetworkContext
  ) -> Bool {
    guard isPort(series.service), !series.isUnavailable else { return false }
    if rarity.days >= leastDays { return true }
    return network.origins?.origin(of: series.peer)?.asn.map(systems.contains) ?? false
  }
}
