package import FlowAggregation
package import FlowFindings
internal import FlowModel

/// All detectors of one worker.
package struct Detectors: ObservationConsumer {
  /// What was known before.
  package let network: NetworkContext
  /// A new detector gets a line here.
  private var detectors: [any Detector] = [
    HorizontalScan(), VerticalScan(), DistributedScan(), ProbeOfService(), PingSweep(), UDPScan(),
    LoginBruteForce(), ExposureProbed(), OpenSecurityGroup(), OutboundSweep(), OutboundPortScan(),
    OutboundBruteForce(), OutboundFlood(), OutboundMail(), LateralScan(), ThreatListed(),
    RejectStorm(), Beacon(), LongConnection(), Strobe(), UnapprovedResolver(), NameTunnel(),
    EchoTunnel(), UnusualProtocol(), Exfiltration(), InboundFlood(), Reflector(), CoinMining(),
    AnonymityNetwork(), OneWayTraffic(), IdleInterface(), LogQualityNotes(), NewExternal(),
    NewService(), UnusualPort(), NewAdministrator(), NewAdminEdge(), UnusualVolume(),
    UnexpectedPeering(), UnexpectedAWSService(), EgressPath(), NewOrigin(), GatewayToAWS(),
  ]

  private var known = KnownTraffic()

  /// Detectors that have seen nothing.
  package init(_ network: NetworkContext) {
    self.network = network
  }

  /// Shows all detectors a batch.
  package mutating func observe(_ observations: Observations) {
    for index in detectors.indices { detectors[index].observe(observations, network) }
    known.observe(observations, network)
  }

  /// Takes in what another worker's detectors saw.
  package mutating func merge(_ other: Detectors) {
    for index in detectors.indices { detectors[index].merge(any: other.detectors[index]) }
    known.merge(other.known)
  }

  /// Regular traffic that was recognised: facts for the reader, no alarms.
  ///
  /// - Parameters:
  ///   - context: what is known of the whole log.
  ///   - findings: what was found; traffic that a finding is about is no fact.
  /// - Returns: the same kinds together.
  package func facts(_ context: CompleteContext, beside findings: [Finding]) -> [KnownFact] {
    known.facts(context, beside: findings)
  }

  /// All findings, ranked, and how many low ones were left out because nobody could read them.
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

  /// The networks of all that guess, as one detector knows them and another one needs them.
  private var bruteForceSources: Set<IPNetwork> {
    detectors.reduce(into: []) { networks, detector in
      guard let bruteForce = detector as? LoginBruteForce else { return }
      networks.formUnion(bruteForce.networks)
    }
  }
}
