internal import FlowModel

/// The numbers that IANA gave to the protocols of the generated traffic.
enum ProtocolNumber {
  static let icmp: UInt8 = 1
  static let tcp: UInt8 = 6
  static let udp: UInt8 = 17
  static let icmpV6: UInt8 = 58
}

/// Packets between two ends, of which the flow log will make rows.
struct Conversation {
  /// Who sends first.
  var client: Endpoint
  /// Who is sent to.
  var server: Endpoint
  var protocolNumber = ProtocolNumber.tcp
  /// The second of the first packet, counted from 1970.
  var start: Int
  /// The seconds until the last packet.
  var duration = 0
  var toServer: Volume
  var toClient = Volume.none
  /// Whether the packets were let through.
  var isAccepted = true
  /// Whether the server's side alone turns the packets away; the client's interface logs them as let through.
  var isStoppedAtServer = false
  var flags = FlagSequence.complete
}

extension Conversation {
  /// The size of a SYN without options, as fast scanners send it.
  static let bareSynSize = 40
  /// The size of a SYN with the one option that fast scanners send.
  static let scannerSynSize = 44
  /// How much longer than IPv4's the IPv6 header is.
  private static let longerHeader = 20

  /// One packet that is turned away.
  static func refused(
    _ client: Endpoint,
    _ server: Endpoint,
    at start: Int,
    size: Int = scannerSynSize,
    protocolNumber: UInt8 = ProtocolNumber.tcp
  ) -> Conversation {
    Conversation(
      client: client,
      server: server,
      protocolNumber: protocolNumber,
      start: start,
      toServer: Volume(packets: 1, bytes: size),
      isAccepted: false,
      flags: protocolNumber == ProtocolNumber.tcp ? .attempt : .none
    )
  }

  /// A single packet to an own port: what comes back depends on whether the port is open.
  static func probe(
    _ source: Endpoint,
    _ target: NetworkInterface,
    _ port: UInt16,
    at start: Int
  ) -> Conversation {
    let own = source.address.isV4 ? target.port(port) : target.portV6(port)
    guard !target.isOpen(port) else { return halfOpen(source, own, at: start) }
    let extra = source.address.isV4 ? 0 : longerHeader
    var attempt = refused(source, own, at: start, size: scannerSynSize + extra)
    // A NAT gateway has no security group: its packets are let in and then dropped by the gateway.
    attempt.isAccepted = target.role == .natGateway
    return attempt
  }

  /// SYN, SYN-ACK, RST.
  static func halfOpen(_ client: Endpoint, _ server: Endpoint, at start: Int) -> Conversation {
    let extra = client.address.isV4 ? 0 : longerHeader
    return Conversation(
      client: client,
      server: server,
      start: start,
      toServer: Volume(packets: 2, bytes: scannerSynSize + bareSynSize + 2 * extra),
      toClient: Volume(packets: 1, bytes: scannerSynSize + extra),
      flags: .halfOpen
    )
  }

  /// A client that reads what an SSH server says first and leaves.
  static func bannerGrab(_ client: Endpoint, _ server: Endpoint, at start: Int) -> Conversation {
    Conversation(
      client: client,
      server: server,
      start: start,
      duration: 1,
      toServer: Volume(packets: 5, bytes: 268),
      toClient: Volume(packets: 3, bytes: 205)
    )
  }

  /// A question and its answer of the same size: ping, NTP.
  static func echo(
    _ client: Endpoint,
    _ server: Endpoint,
    at start: Int,
    _ volume: Volume,
    protocolNumber: UInt8
  ) -> Conversation {
    Conversation(
      client: client,
      server: server,
      protocolNumber: protocolNumber,
      start: start,
      duration: volume.packets - 1,
      toServer: volume,
      toClient: volume,
      flags: .none
    )
  }
}
