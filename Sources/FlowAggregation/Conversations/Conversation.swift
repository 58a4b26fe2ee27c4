internal import FlowModel

/// What one side of a conversation sent.
struct ConversationSide: BitwiseCopyable, Sendable {
  var packets: UInt64 = 0
  var bytes: UInt64 = 0
  var first = UInt32.max
  var rejected: UInt32 = 0
  var tcpFlags: UInt8 = 0
  var hasSent = false

  /// At most a bare segment each: 40 bytes of headers for IPv4, 60 for IPv6.
  func isBare(_ headers: UInt64) -> Bool {
    bytes / headers + (bytes % headers > 0 ? 1 : 0) <= packets
  }
}

/// All that two endpoints exchanged without a longer pause, each packet counted once.
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

  /// Both sides sent at least two packets: what a scanner's probe never is.
  var isReal: Bool { lowerSide.packets >= 2 && upperSide.packets >= 2 }
  var isOneWay: Bool { lowerSide.hasSent != upperSide.hasSent }
  var isV6: Bool { MemoryLayout<Address>.size > 4 && !lower.ipAddress.isV4 }

  func side(upper: Bool) -> ConversationSide { upper ? upperSide : lowerSide }
  func port(upper: Bool) -> UInt16 { upper ? upperPort : lowerPort }
}

/// How a conversation went, seen from the side that began it.
enum Outcome {
  /// A security group or network ACL stopped the client's packets.
  case blocked
  /// No answer came.
  case silent
  /// TCP answered with bare resets.
  case refused
  /// Answered, fewer than eight packets from the client.
  case touched
  /// Answered, eight packets from the client or more.
  case session

  /// Classifies a conversation by what its client and its server sent.
  init(
    client: ConversationSide,
    server: ConversationSide,
    transport: TransportProtocol,
    isV6: Bool
  ) {
    // A rejected packet after an answered exchange is a straggler of a closed connection, not a block.
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
