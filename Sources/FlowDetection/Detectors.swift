package import FlowAggregation
package import FlowFindings
internal import FlowModel

/// All detectors of one worker.
package struct Detectors: ObservationConsumer {
  /// The context that is known before the observations.
  package let network: NetworkContext
  /// Every detector is listed here.
  private var detectors: [any Detector] = [
    HorizontalScan(), VerticalScan(), DistributedScan(), ProbeOfService(), PingSweep(), UDPScan(),
    LoginBruteForce(), ExposureProbed(), OpenSecurityGroup(), OutboundSweep(), OutboundPortScan(),
    OutboundBruteForce(), OutboundFlood(), OutboundMail(), LateralScan(), ThreatListed(),
    RejectStorm(), Beacon(), LongConnection(), Strobe(), UnapprovedResolver(), NameTunnel(),
    EchoTunnel(), UnusualProtocol(), Exfiltration(), InboundFlood(), Reflector(), CoinMining(),
    AnonymityNetwork(), OneWayTraffic(), IdleInterface(), LogQualityNotes(), NewExternal(),
    NewService(), UnusualPort(), NewAdministrator(), NewAdminEdge(), UnusualVolume(),
    UnexpectedPeering(), UnexpectedAWSService(), EgressPath(), NewOrigin(), GatewayToAWS(),
    PeerToPeer(),
  ]

  private var known = KnownTraffic()

  /// Detectors without observations.
  package init(_ network: NetworkContext) {
    self.network = network
  }

  /// Passes a batch to all detectors.
  package mutating func observe(_ observations: Observations) {
    for index in detectors.indices { detectors[index].observe(observations, network) }
    known.observe(observations, network)
  }

  /// Merges the state of another worker's detectors.
  package mutating func merge(_ other: Detectors) {
    for index in detectors.indices { detectors[index].merge(any: other.detectors[index]) }
    known.merge(other.known)
  }

  /// Expected traffic that was recognized.
  ///
  /// It causes no findings.
  ///
  /// - Parameters:
  ///   - context: the context of the complete log.
  ///   - findings: the findings. Traffic of a finding is not expected traffic.
  /// - Returns: the facts, grouped by kind.
  package func facts(_ context: CompleteContext, beside findings: [Finding]) -> [KnownFact] {
    known.facts(context, beside: findings)
  }

  /// All findings, ranked, and the number of low ones that were dropped because of the limit.
  package func findings(_ context: CompleteContext) -> (findings: [Finding], dropped: UInt64) {
    var all: [Finding] = []
    var dropped: UInt64 = 0
    var context = context
    context.bruteForceSources = bruteForceSources
    for detector in detectors {
      let found = detector.findings(context).kept
      all += found.findings
      dropped += found.dropped
    }
    all += ChainOfCompromise.findings(from: all, context)
    return (Ranking.sorted(all), dropped)
  }

  /// The source prefixes of all brute-force sources.
  ///
  /// One detector determines them, and another one uses them.
  private var bruteForceSources: Set<IPNetwork> {
    detectors.reduce(into: []) { networks, detector in
      guard let bruteForce = detector as? LoginBruteForce else { return }
      networks.formUnion(bruteForce.networks)
    }
  }
}
