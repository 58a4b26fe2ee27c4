/// A call through a NAT gateway, as the three places that log it see it.
enum NatCrossing {
  /// The conversation at the instance, at the gateway's inner side and at its outer side.
  static func legs(
    _ connection: Conversation,
    _ gateway: NetworkInterface,
    outerPort: UInt16
  ) -> [Conversation] {
    var inner = connection
    inner.client.interface = nil
    inner.server.interface = gateway.number
    // The gateway's own side is its private address whatever the packets say.
    inner.server.shownAddress = gateway.address
    var outer = connection
    outer.client = gateway.port(outerPort)
    return [connection, inner, outer]
  }
}
