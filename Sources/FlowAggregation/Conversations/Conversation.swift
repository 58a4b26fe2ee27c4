internal import FlowModel

/// The packets and bytes that one side of a conversation sent.
struct ConversationSide: BitwiseCopyable, Sendable {
  var packets: UInt64 = 0
  var bytes: UInt64 = 0
  var first = UInt32.max
  var rejected: UInt32 = 0
  var tcpFlags: UInt8 = 0
  var hasSent = false
  /// Whether some interface rejected all of its packets, so that none arrived.
  var isRejected = false

  /// Whether every packet is at most a bare segment: 40 bytes of headers for IPv4, 60 for IPv6.
  func isBare(_ headers: UInt64) -> Bool {
    bytes / headers + (bytes % headers > 0 ? 1 : 0) <= packets
  }
}

/// The traffic of two endpoints without a longer pause.
///
/// Each packet is counted once.
struct Conversation<Address: FlowAddress>: BitwiseCopyable, Sendable {
  var lower: Address
  var upper: Address
  var lowerSide: ConversationSide
  var upperSide: ConversationSide
  var first: UInt32
  var last: UInt32
  var lowerPort: UInt16
  var upperPort: UInt16
  var transport: TransportProtocol
  /// Whether the interface under investigation recorded it; true without one.
  var isInvestigated = true

  /// Whether both sides sent at least two packets, which excludes probes.
  var isReal: Bool {
    lowerSide.packets >= 2 && upperSide.packets >= 2
      && !lowerSide.isRejected && !upperSide.isRejected
  }
  var isOneWay: Bool { lowerSide.hasSent != upperSide.hasSent }
  var isV6: Bool { MemoryLayout<Address>.size > 4 && !lower.ipAddress.isV4 }

  func side(upper: Bool) -> ConversationSide { upper ? upperSide : lowerSide }
  func port(upper: Bool) -> UInt16 { upper ? upperPort : lowerPort }

  /// The conversation as the client saw it: a response that was rejected on its way is none.
  ///
  /// A network ACL blocks responses, because it keeps no state.
  func withoutRejectedResponse(upperInitiated: Bool) -> Conversation {
    var conversation = self
    if upperInitiated {
      conversation.lowerSide.dropRejected()
    } else {
      conversation.upperSide.dropRejected()
    }
    return conversation
  }
}

extension ConversationSide {
  /// Whether packets were sent and none arrived.
  var isBlocked: Bool { hasSent && packets == 0 && rejected > 0 }

  fileprivate mutating func dropRejected() {
    if isRejected { (packets, bytes) = (0, 0) }
  }
}

/// The outcome of a conversation from the initiator's view.
enum Outcome {
  /// A security group or network ACL blocked the client's packets.
  case blocked
  /// No response.
  case silent
  /// TCP answered with bare resets.
  case refused
  /// Answered, fewer than eight packets from the client.
  case touched
  /// Answered, eight packets from the client or more.
  case session

  /// Classifies a conversation by the packets of client and server.
  init(
    client: ConversationSide,
    server: ConversationSide,
    transport: TransportProtocol,
    isV6: Bool
  ) {
    // A rejected packet after an answered exchange is a late packet of a closed connection, not a block.
    if client.rejected > 0, server.packets == 0 {
      self = .blocked
    } else if server.packets == 0 {
      self = .silent
    } else if transport == .tcp, client.packets < 8,
      server.isBare(isV6 ? 60 : 40)
    {
      self = .refused
    } else {
      self = client.packets >= 8 ? .session : .touched
    }
  }
}
