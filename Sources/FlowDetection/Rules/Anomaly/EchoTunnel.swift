internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Data transfer inside ICMP packets.
///
/// # icmp.tunnel
/// ## Title
/// ICMP tunnel
/// ## Input
/// ICMP between internal and external addresses: packets, bytes in both directions, duration
/// ## Fires when
/// ICMP between an internal and an external address totals at least {bytes}, and one of these conditions applies: the
/// mean packet size is {packet-bytes} bytes or more; the volume is {hourly-bytes} per hour; the traffic flows in both
/// directions for {seconds} or more with a mean packet size of {packet-bytes-of-long} bytes or more.
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// bytes, packets, mean packet size, duration
/// ## Blind spots
/// The ICMP type is not recorded in the log. Path MTU tests match this rule. The usual pings of monitoring are below
/// the thresholds.
/// ## Techniques
/// T1095, T1572
/// ## Source
/// Elastic's threshold of 256 bytes and Splunk's of 1,000 bytes per packet
/// ## Respond
/// Allow only ICMP types 3 and 4 at the network perimeter, in the security group or network ACL. Identify the process
/// on the host that sends the packets.
struct EchoTunnel: Detector {
  static let traits: RuleTraits = [.isTransfer]
  static let deed = RuleDeed("sent traffic to {whom} that indicates an ICMP tunnel")
  static let thresholds: [Threshold] = [
    .bytes("bytes", 100_000, atLeast: 100_000, of: "bytes in both directions"),
    .count("packet-bytes", 256, of: "mean bytes per packet"),
    .bytes("hourly-bytes", 1_000_000, of: "bytes in both directions per hour"),
    .seconds("seconds", 3600, of: "duration of a conversation in both directions"),
    .count("packet-bytes-of-long", 128, of: "mean bytes per packet of such a conversation"),
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes in both directions", 1e6...1e9, weight: 0.5),
    .linear("bytes per packet", 128...1000, weight: 0.4),
  ]

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for servicePair in observations.servicePairs where isTunnel(servicePair, network) {
      found.add(finding(servicePair))
    }
  }

  mutating func merge(_ other: EchoTunnel) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isTunnel(_ servicePair: HostServicePair, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.echoTunnel
    let number = servicePair.service.protocolNumber
    guard number == ProtocolNumber.icmp || number == ProtocolNumber.icmpV6,
      servicePair.trafficDirection != .lateral
    else { return false }
    let bytes = servicePair.sums.bytes.addingSaturated(servicePair.replyBytes)
    guard bytes >= limits.bytes else { return false }
    let size = bytesPerPacket(servicePair)
    let hours = max(1, Finding.hours(servicePair.sums.first, servicePair.sums.last))
    return size >= Double(limits.packetBytes)
      || Double(bytes) / hours >= Double(limits.hourlyBytes)
      || servicePair.longest >= limits.seconds && servicePair.replyBytes > 0
        && size >= Double(limits.packetBytesOfLong)
  }

  private func bytesPerPacket(_ servicePair: HostServicePair) -> Double {
    Double(servicePair.sums.bytes) / Double(max(1, servicePair.sums.packets))
  }

  private func finding(_ servicePair: HostServicePair) -> Finding {
    var draft = FindingDraft(Self.rule, title: "ICMP tunnel", stage: .p4, about: servicePair)
    let bytes = servicePair.sums.bytes.addingSaturated(servicePair.replyBytes)
    draft.score = Self.score(
      bytesInBothDirections: max(1, Double(bytes)),
      bytesPerPacket: bytesPerPacket(servicePair)
    )
    draft.detail =
      "\(NumberText.bytes(servicePair.sums.bytes)) sent in \(NumberText.count(servicePair.sums.packets)) packets, \(NumberText.bytes(servicePair.replyBytes)) received, longest \(NumberText.duration(servicePair.longest))"
    return draft.finding
  }
}
