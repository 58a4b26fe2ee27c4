package import FlowFindings
package import FlowModel

/// The observations of the stages for the detectors, one batch at a time.
package struct Observations: Sendable {
  /// Sources with relevant attempts, whole source prefixes at a time.
  package var sourcePrefixes: [SourcePrefix] = []
  /// The login attempts of sources.
  package var logins: [LoginSource] = []
  /// Local endpoints with external clients.
  package var exposures: [ExposedEndpoint] = []
  /// Conversations with listed addresses.
  package var threats: [ThreatServicePair] = []
  /// Series of conversations of a host with one service of one peer.
  package var series: [ConnectionSeries] = []
  /// Host-service pairs that are relevant by themselves.
  package var servicePairs: [HostServicePair] = []
  /// What NAT gateways sent on to external services, for which they have no conversations of their own.
  package var sentOn: [HostServicePair] = []
  /// External services that internal hosts use; only with a history.
  package var uses: [OutwardUse] = []
  /// Services of internal addresses.
  package var served: [ServedEndpoint] = []
  /// External traffic of hosts per hour; only with a history.
  package var volumes: [HostVolume] = []

  /// Without observations.
  package init() {}

  /// Whether there are any observations.
  var isEmpty: Bool {
    sourcePrefixes.isEmpty && logins.isEmpty && exposures.isEmpty && threats.isEmpty
      && series.isEmpty && servicePairs.isEmpty && sentOn.isEmpty && uses.isEmpty && served.isEmpty
      && volumes.isEmpty
  }
}

/// Consumes observations.
///
/// There is one for each worker, and batches arrive in any order.
package protocol ObservationConsumer: Sendable {
  /// Evaluates a batch.
  mutating func observe(_ observations: Observations)
}

/// Receives the observations of one worker, one call for hundreds of them.
protocol ObservationSink: AnyObject {
  func observe(_ observations: Observations)
}

/// Collects observations and emits them in batches.
struct ObservationBatch {
  /// The size of a batch: sources, with each service and target that they tried.
  static let size = 4096

  private(set) var waiting = Observations()
  private var weight = 0
  private let sink: any ObservationSink

  init(_ sink: any ObservationSink) { self.sink = sink }

  mutating func add(_ sourcePrefix: SourcePrefix) {
    weight += sourcePrefix.sources.reduce(1) { $0 + $1.weight }
    waiting.sourcePrefixes.append(sourcePrefix)
  }

  mutating func add(_ source: LoginSource) {
    weight += 1 + source.targets.count
    waiting.logins.append(source)
  }

  mutating func add(_ endpoint: ExposedEndpoint) {
    weight += 1 + endpoint.sessionNetworks.count
    waiting.exposures.append(endpoint)
  }

  mutating func add(_ servicePair: ThreatServicePair) {
    weight += 1
    waiting.threats.append(servicePair)
  }

  mutating func add(_ series: ConnectionSeries) {
    weight += 1
    waiting.series.append(series)
  }

  mutating func add(_ servicePair: HostServicePair) {
    weight += 1
    waiting.servicePairs.append(servicePair)
  }

  mutating func add(sentOn servicePair: HostServicePair) {
    weight += 1
    waiting.sentOn.append(servicePair)
  }

  mutating func add(_ use: OutwardUse) {
    weight += 1
    waiting.uses.append(use)
  }

  mutating func add(_ endpoint: ServedEndpoint) {
    weight += 1
    waiting.served.append(endpoint)
  }

  mutating func add(_ volume: HostVolume) {
    weight += 1 + volume.hours.count / 8
    waiting.volumes.append(volume)
  }

  /// Emits a full batch.
  mutating func flushIfFull() {
    if weight >= Self.size { flush() }
  }

  /// Emits the remaining observations.
  mutating func flush() {
    guard !waiting.isEmpty else { return }
    sink.observe(waiting)
    waiting = Observations()
    weight = 0
  }
}

/// The login attempts of one source, target by target.
package struct LoginSource: Sendable {
  /// The most targets that are listed.
  package static let targetLimit = 16_384

  /// One target.
  package struct Target: Sendable {
    /// The destination.
    package var address: IPAddress
    /// The port.
    package var port: UInt16
    /// The login service.
    ///
    /// A port without a known service that behaves like SSH counts as SSH.
    package var service: LoginService
    /// Whether the destination is an internal address.
    package var isInside: Bool
    /// The attempts.
    package var attempts: LoginAttempts
  }

  /// The source.
  package var address: IPAddress
  /// Whether it is a local address or in an internal range.
  package var isInternal: Bool
  /// Whether it is a local address.
  package var isOwn: Bool
  /// The targets by address, then port; never empty.
  package var targets: [Target]
}

/// A local endpoint on a sensitive port or a mail port that answered external sources.
package struct ExposedEndpoint: Sendable {
  /// The most networks that are listed.
  package static let networkLimit = 64

  /// The local address.
  package var address: IPAddress
  /// The service.
  package var service: Service
  /// External /24s (IPv6: /48) with an answered conversation.
  package var networks: UInt64 = 0
  /// External sources with an answered conversation.
  package var sources: UInt64 = 0
  /// Those among them that also tried another service without success.
  package var probers: UInt64 = 0
  /// Answered conversations.
  package var conversations: UInt64 = 0
  /// Sources with a conversation of eight packets or more.
  package var sessionSources: UInt64 = 0
  /// Response bytes of the endpoint.
  package var replyBytes: UInt64 = 0
  /// Bytes, packets and records from the sources.
  package var sums = RecordSums()
  /// Networks with complete sessions, most response bytes first.
  package var sessionNetworks: [(network: IPNetwork, replyBytes: UInt64)] = []
  /// Sources that also tried another service without success, one of each network, by address.
  package var proberSample: [IPAddress] = []

  init(_ address: IPAddress, _ service: Service) {
    self.address = address
    self.service = service
  }
}

/// The traffic between an address on a list and an internal one.
package struct ThreatServicePair: Sendable {
  /// The listed address.
  package var listed: IPAddress
  /// The matching entry of the list.
  package var match: AddressLists.Match
  /// The internal address.
  package var inside: IPAddress
  /// Whether the internal address is the initiator.
  package var isOutbound: Bool
  /// The service.
  package var service: Service
  /// The outcomes.
  package var outcomes: OutcomeCounts
  /// Packets and bytes of the initiator.
  package var sums: RecordSums
  /// Response bytes.
  package var replyBytes: UInt64
  /// Conversations with a certain direction.
  package var sure: UInt64
}
