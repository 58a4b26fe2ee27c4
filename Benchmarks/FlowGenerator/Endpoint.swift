internal import FlowModel

/// One end of a conversation.
struct Endpoint {
  /// The address in the packets.
  var address: IPAddress
  /// The port, or 0 for protocols without ports.
  var port: UInt16
  /// The number of the own interface that logs this end; nil for a party elsewhere.
  var interface: Int?
  /// The address in the plain columns where it differs from the packet's.
  ///
  /// A NAT gateway's interface shows its own private address for a packet that is bound for the internet.
  var shownAddress: IPAddress?

  init(_ address: IPAddress, _ port: UInt16, interface: Int? = nil, shown: IPAddress? = nil) {
    self.address = address
    self.port = port
    self.interface = interface
    shownAddress = shown
  }

  /// The address in the plain columns.
  var loggedAddress: IPAddress { shownAddress ?? address }
}
