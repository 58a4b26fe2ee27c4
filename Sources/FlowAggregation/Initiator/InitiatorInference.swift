internal import FlowModel

/// The initiator of a conversation and the confidence of the inference.
struct InitiatorInference: BitwiseCopyable {
  /// The rule that decided.
  enum Rule: UInt8 { case tcpFlags, oneWay, servicePort, evidence, symmetricPort, icmp, sticky }

  /// Whether the upper endpoint is the initiator.
  var upperInitiated: Bool
  var rule: Rule
  /// Strength of the evidence.
  ///
  /// Values of 1.5 or more count as certain.
  var margin: Double

  var isSure: Bool { margin >= 1.5 }
  /// A sufficient strength if many conversations of one source have the same direction.
  var isClear: Bool { margin >= 1 }
}

/// The result of the rules that only require the conversation itself.
enum InitiatorVerdict {
  case decided(InitiatorInference)
  /// The decision requires the endpoints' fan-in.
  case needsFanIn
  /// A late packet of a closed connection, or backscatter from a spoofed request.
  ///
  /// It is not a probe.
  case latePacket
  /// The initiator cannot be determined.
  case undecided
}

/// Infers the initiator of a conversation from the fields of version 2 records.
///
/// Rules in order: TCP flags, one-way traffic, a service port against an ephemeral one, and the weighting of ports,
/// fan-in, response sizes and packet counts. Start times are not usable, because AWS records both directions with the
/// same ones.
enum InitiatorRules {
  /// The difference of port priors above which ports alone decide.
  static let settledByPorts = 3.0
  private static let certain = 9.0
  private static let firstEphemeral: UInt16 = 32_768

  /// The likelihood of a port to be a server's.
  @inline(__always)
  static func prior(_ port: UInt16) -> Double {
    if port == 0 { return 0 }
    let isServer = Ports.isServer[Int(port)]
    if port < 1024 { return isServer ? 3 : 2 }
    if isServer { return 2 }
    if port < firstEphemeral { return 0.6 }
    return port < 49_152 ? -0.4 : -0.8
  }

  static func verdict<Address: FlowAddress>(
    _ conversation: Conversation<Address>,
    isAtLogStart: Bool,
    internalRanges: InternalRanges
  ) -> InitiatorVerdict {
    if let upper = flagsSayUpperInitiated(conversation) {
      return .decided(InitiatorInference(upperInitiated: upper, rule: .tcpFlags, margin: certain))
    }
    if conversation.transport == .icmp || conversation.transport == .icmpV6 {
      return icmp(conversation, internalRanges)
    }
    if conversation.isOneWay, let verdict = oneWay(conversation, isAtLogStart) { return verdict }
    if isAmongPeers(conversation) { return symmetric(conversation, internalRanges) }
    let difference = prior(conversation.lowerPort) - prior(conversation.upperPort)
    guard abs(difference) >= settledByPorts else { return .needsFanIn }
    return .decided(
      InitiatorInference(
        upperInitiated: difference > 0,
        rule: .servicePort,
        margin: abs(difference)
      )
    )
  }

  /// A SYN without ACK comes from the client, a SYN with ACK from the server.
  private static func flagsSayUpperInitiated<Address>(_ conversation: Conversation<Address>)
    -> Bool?
  {
    func role(_ flags: UInt8) -> Bool? { flags & 2 == 0 ? nil : flags & 16 == 0 }
    let upper = role(conversation.upperSide.tcpFlags)
    let lower = role(conversation.lowerSide.tcpFlags)
    guard upper != lower else { return nil }
    return upper ?? lower.map { !$0 }
  }

  private static func oneWay<Address>(
    _ conversation: Conversation<Address>,
    _ isAtLogStart: Bool
  ) -> InitiatorVerdict? {
    let upper = conversation.upperSide.hasSent
    let (from, to) = (conversation.port(upper: upper), conversation.port(upper: !upper))
    let comesFromService = from != 0 && (from < 1024 || Ports.isServer[Int(from)])
    if comesFromService, to >= firstEphemeral { return .latePacket }
    // Backscatter from spoofed requests comes from the attacked ports and goes to any port. Late replies of UDP
    // services go to any port that a NAT gateway assigned.
    let isAnswering =
      from == 80 || from == 443 || comesFromService && conversation.transport == .udp
    if isAnswering, to >= 1024, !Ports.isServer[Int(to)] { return .latePacket }
    // Only the responses of a server are logged: they carry data, which no probe does, to a port that is no server's.
    if comesFromService, conversation.transport == .tcp,
      carriesData(conversation.side(upper: upper)),
      to == 0 || to < 1024 && !Ports.isSensitive(to) && isBetterKnown(from, than: to)
        || !Ports.isServer[Int(to)] && to >= 1024
    {
      return .decided(InitiatorInference(upperInitiated: !upper, rule: .oneWay, margin: 1))
    }
    if isAtLogStart, prior(from) > prior(to) { return .undecided }
    return .decided(InitiatorInference(upperInitiated: upper, rule: .oneWay, margin: certain))
  }

  /// Whether a port is more likely to be a server's: NFS serves clients below 1024.
  private static func isBetterKnown(_ port: UInt16, than other: UInt16) -> Bool {
    prior(port) > prior(other) || Ports.isServer[Int(port)] && !Ports.isServer[Int(other)]
  }

  /// Whether packets are larger than those of a connection attempt.
  private static func carriesData(_ side: ConversationSide) -> Bool {
    side.packets >= 4 && side.bytes / 100 >= side.packets
  }

  /// Whether ports cannot distinguish client and server: UDP between equal ports, and protocols without ports, such as
  /// tunnels.
  private static func isAmongPeers<Address>(_ conversation: Conversation<Address>) -> Bool {
    conversation.lowerPort == conversation.upperPort && conversation.transport != .tcp
      && conversation.transport.isKnown
  }

  /// Symmetric peers such as NTP, IKE or GRE: the internal side is the initiator, otherwise the earlier side.
  private static func symmetric<Address>(
    _ conversation: Conversation<Address>,
    _ internalRanges: InternalRanges
  ) -> InitiatorVerdict {
    let lowerInside = internalRanges.contains(conversation.lower.ipAddress)
    let upperInside = internalRanges.contains(conversation.upper.ipAddress)
    if lowerInside != upperInside {
      return .decided(
        InitiatorInference(upperInitiated: upperInside, rule: .symmetricPort, margin: 1.5)
      )
    }
    let (lower, upper) = (conversation.lowerSide.first, conversation.upperSide.first)
    guard lower != upper else { return .undecided }
    return .decided(
      InitiatorInference(upperInitiated: upper < lower, rule: .symmetricPort, margin: 1)
    )
  }

  /// Requests and replies cannot be distinguished without their type: the earlier side is the initiator, otherwise the
  /// external side.
  private static func icmp<Address>(
    _ conversation: Conversation<Address>,
    _ internalRanges: InternalRanges
  ) -> InitiatorVerdict {
    let (lower, upper) = (conversation.lowerSide.first, conversation.upperSide.first)
    if lower != upper {
      return .decided(InitiatorInference(upperInitiated: upper < lower, rule: .icmp, margin: 1.5))
    }
    let upperInside = internalRanges.contains(conversation.upper.ipAddress)
    guard internalRanges.contains(conversation.lower.ipAddress) != upperInside else {
      return .undecided
    }
    return .decided(InitiatorInference(upperInitiated: !upperInside, rule: .icmp, margin: 1))
  }

  /// Weights ports, fan-in (`FanInTerm`) and replies.
  ///
  /// Positive means that the lower endpoint is the server.
  static func score<Address>(
    _ conversation: Conversation<Address>,
    lowerTerm: UInt8,
    upperTerm: UInt8
  ) -> Double {
    var score = prior(conversation.lowerPort) - prior(conversation.upperPort)
    score += 0.6 * max(-6, min(6, FanInTerm.weight(lowerTerm) - FanInTerm.weight(upperTerm)))
    let (lower, upper) = (conversation.lowerSide, conversation.upperSide)
    guard conversation.transport == .tcp, min(lower.packets, upper.packets) < 2,
      lower.packets > 0, upper.packets > 0
    else { return score }
    // A refused connection: the reset is bare, and the SYN before it has options.
    let bare: UInt64 = conversation.isV6 ? 60 : 40
    if lower.isBare(bare), upper.bytes / (bare + 4) >= upper.packets { score += 2 }
    if upper.isBare(bare), lower.bytes / (bare + 4) >= lower.packets { score -= 2 }
    if lower.packets > upper.packets { score -= 1.5 }
    if upper.packets > lower.packets { score += 1.5 }
    return score
  }

  /// The base-2 logarithm of fan-in + 1, in steps of an eighth and by integer arithmetic, so that all machines get the
  /// same result.
  static func fanTerm(_ fanIn: UInt32) -> Double {
    let value = UInt64(max(1, fanIn)) + 1
    let whole = 63 - value.leadingZeroBitCount
    let rest = value << UInt64(63 - whole)
    let eighths = eighthRoots.reduce(0) { $0 + (rest >= $1 ? 1 : 0) }
    return Double(whole) + Double(eighths) / 8
  }

  /// 2^(k/8) for k in 1...7, as fractions of 2^63.
  private static let eighthRoots: [UInt64] = [
    10_058_158_527_438_641_152, 10_968_499_650_544_838_656, 11_961_233_684_655_323_136,
    13_043_817_825_332_783_104, 14_224_384_202_002_323_456, 15_511_800_964_685_064_192,
    16_915_738_899_553_466_368,
  ]
}
