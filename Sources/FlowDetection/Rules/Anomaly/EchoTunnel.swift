internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Data inside pings.
///
/// # icmp.tunnel
/// ## Title
/// Pings carry more than themselves
/// ## Sees
/// ICMP between own and outside addresses: packets, bytes each way, how long
/// ## Fires when
/// ICMP of at least {bytes} between an inside and an outside address has {packet-bytes} bytes a packet or more on
/// average; or {hourly-bytes} an hour; or goes both ways for {seconds} or more with {packet-bytes-of-long} bytes a
/// packet or more
/// ## Score
/// {P4}: {terms}
/// ## Evidence
/// bytes, packets, mean size, how long
/// ## Blind spots
/// The log does not say which type of ICMP it was: tests of packet sizes look the same. Usual pings of monitors are
/// below.
/// ## Techniques
/// T1095, T1572
/// ## Source
/// Elastic's 256 bytes, Splunk's 1,000 bytes a packet
/// ## Respond
/// Allow ICMP types 3 and 4 alone across the border, and look at what runs on the host.
struct EchoTunnel: Detector {
  static let deed = RuleDeed("seems to pass data through ping packets to {whom}")
  static let thresholds: [Threshold] = [
    .bytes("bytes", 100_000, of: "bytes both ways"),
    .count("packet-bytes", 256, of: "bytes a packet on average"),
    .bytes("hourly-bytes", 1_000_000, of: "bytes both ways an hour"),
    .seconds("seconds", 3600, of: "length of a conversation that goes both ways"),
    .count("packet-bytes-of-long", 128, of: "bytes a packet on average in such a conversation"),
  ]
  static let terms: [ScoreTerm] = [
    .log("bytes both ways", 1e6...1e9, weight: 0.5),
    .linear("bytes a packet", 128...1000, weight: 0.4),
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
      bytesBothWays: max(1, Double(bytes)),
      bytesAPacket: bytesPerPacket(servicePair)
    )
    draft.detail =
      "\(NumberText.bytes(servicePair.sums.bytes)) in \(servicePair.sums.packets) packets, \(NumberText.bytes(servicePair.replyBytes)) back, longest \(NumberText.duration(servicePair.longest))"
    return draft.finding
  }
}
