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
/// ICMP of at least 100 kB between an inside and an outside address has 256 bytes a packet or more on average; or 1 MB an hour;
/// or goes both ways for an hour or more with 128 bytes a packet or more
/// ## Score
/// P4, 40 to 69: 0.5 log bytes 1e6..1e9, 0.4 linear bytes a packet 128..1000
/// ## Evidence
/// bytes, packets, mean size, how long
/// ## Blind spots
/// The log does not say which type of ICMP it was: tests of packet sizes look the same. Usual pings of monitors are below.
/// ## Techniques
/// T1095, T1572
/// ## Source
/// Elastic's 256 bytes, Splunk's 1,000 bytes a packet
/// ## Respond
/// Allow ICMP types 3 and 4 alone across the border, and look at what runs on the host.
struct EchoTunnel: Detector {
  static let deed = RuleDeed("seems to pass data through ping packets to {whom}")

  private static let leastBytes: UInt64 = 100_000
  private static let hourlyBytes = 1e6

  private var found = Found()

  mutating func observe(_ observations: Observations, _ network: NetworkContext) {
    for contact in observations.contacts where isTunnel(contact) {
      found.add(finding(contact))
    }
  }

  mutating func merge(_ other: EchoTunnel) { found.add(other.found) }

  func findings(_ context: CompleteContext) -> Found { found }

  private func isTunnel(_ contact: Contact) -> Bool {
    let number = contact.service.protocolNumber
    guard number == ProtocolNumber.icmp || number == ProtocolNumber.icmpV6,
      contact.bearing != .lateral
    else { return false }
    let bytes = contact.sums.bytes.addingSaturated(contact.replyBytes)
    guard bytes >= Self.leastBytes else { return false }
    let size = bytesPerPacket(contact)
    let hours = max(1, Finding.hours(contact.sums.first, contact.sums.last))
    return size >= 256 || Double(bytes) / hours >= Self.hourlyBytes
      || contact.longest >= 3600 && contact.replyBytes > 0 && size >= 128
  }

  private func bytesPerPacket(_ contact: Contact) -> Double {
    Double(contact.sums.bytes) / Double(max(1, contact.sums.packets))
  }

  private func finding(_ contact: Contact) -> Finding {
    var draft = FindingDraft(Self.rule, title: "ICMP tunnel", stage: .p4, about: contact)
    let bytes = contact.sums.bytes.addingSaturated(contact.replyBytes)
    draft.score.addLog("bytes both ways", max(1, Double(bytes)), from: 1e6, to: 1e9, weight: 0.5)
    draft.score.addLinear(
      "bytes a packet",
      bytesPerPacket(contact),
      from: 128,
      to: 1000,
      weight: 0.4
    )
    draft.detail =
      "\(Words.bytes(contact.sums.bytes)) in \(contact.sums.packets) packets, \(Words.bytes(contact.replyBytes)) back, longest \(Words.duration(contact.longest))"
    return draft.finding
  }
}
