public import FlowAggregation

/// All detectors of one worker.
///
/// A new detector gets a line in each of the four members below.
public struct Detectors: ProfileConsumer {
  private let network: NetworkContext
  private var horizontal = HorizontalScan()
  private var vertical = VerticalScan()
  private var distributed = DistributedScan()
  private var probe = ProbeOfService()
  private var ping = PingSweep()
  private var udp = UDPScan()

  /// Detectors that have seen nothing.
  public init(_ network: NetworkContext) {
    self.network = network
  }

  /// The pages of all rules, by id.
  public static let pages: [RulePage] = [
    HorizontalScan.page, VerticalScan.page, DistributedScan.page, ProbeOfService.page,
    PingSweep.page, UDPScan.page,
  ].sorted { $0.rule < $1.rule }

  /// Shows all detectors the sources of some networks.
  public mutating func observe(_ neighbourhoods: [Neighbourhood]) {
    horizontal.observe(neighbourhoods, network)
    vertical.observe(neighbourhoods, network)
    distributed.observe(neighbourhoods, network)
    probe.observe(neighbourhoods, network)
    ping.observe(neighbourhoods, network)
    udp.observe(neighbourhoods, network)
  }

  /// Takes in what another worker's detectors saw.
  public mutating func merge(_ other: Detectors) {
    horizontal.merge(other.horizontal)
    vertical.merge(other.vertical)
    distributed.merge(other.distributed)
    probe.merge(other.probe)
    ping.merge(other.ping)
    udp.merge(other.udp)
  }

  /// All findings, ranked.
  public func findings() -> [Finding] {
    let all: [[Finding]] = [
      horizontal.findings(), vertical.findings(), distributed.findings(), probe.findings(),
      ping.findings(), udp.findings(),
    ]
    return Ranking.sorted(all.flatMap { $0 })
  }
}

/// The order of findings.
public enum Ranking {
  /// By score, then the latest, then id: a total order.
  public static func sorted(_ findings: [Finding]) -> [Finding] {
    findings.sorted { left, right in
      if left.exactScore != right.exactScore { return left.exactScore > right.exactScore }
      if left.lastSeen != right.lastSeen { return left.lastSeen > right.lastSeen }
      return (left.rule, left.id) < (right.rule, right.id)
    }
  }
}
