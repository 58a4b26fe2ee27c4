package import FlowFindings
package import FlowModel

/// What the stages hand to the detectors, a batch at a time.
package struct Observations: Sendable {
  /// Sources that tried something worth judging, whole networks at a time.
  package var sourcePrefixes: [SourcePrefix] = []
  /// What sources tried at services that ask for a login.
  package var logins: [LoginSource] = []
  /// Own endpoints that the outside reached.
  package var exposures: [ExposedEndpoint] = []
  /// Conversations with listed addresses.
  package var threats: [ThreatServicePair] = []
  /// Conversations of a host with one service of one peer, in a row.
  package var series: [ConnectionSeries] = []
  /// Contacts that are worth a look by themselves.
  package var servicePairs: [HostServicePair] = []
  /// What inside hosts use outside; told where a memory is kept.
  package var uses: [OutwardUse] = []
  /// What inside addresses serve.
  package var served: [ServedEndpoint] = []
  /// What hosts exchanged with the outside; told where a memory is kept.
  package var volumes: [HostVolume] = []

  /// Nothing.
  package init() {}

  /// Whether there is anything.
  var isEmpty: Bool {
    sourcePrefixes.isEmpty && logins.isEmpty && exposures.isEmpty && threats.isEmpty
      && series.isEmpty && servicePairs.isEmpty && uses.isEmpty && served.isEmpty && volumes.isEmpty
  }
}

/// Consumes observations; one for each worker, in any order of batches.
package protocol ObservationConsumer: Sendable {
  /// Looks at a batch.
  mutating func observe(_ observations: Observations)
}

/// Takes the observations of one worker; one call for hundreds of them.
protocol ObservationSink: AnyObject {
  func observe(_ observations: Observations)
}

/// Gathers observations and hands them on in batches.
struct ObservationBatch {
  /// So much makes a batch: sources, with each service and target that they tried.
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

  /// Hands a full batch on.
  mutating func flushIfFull() {
    if weight >= Self.size { flush() }
  }

  /// Hands on whatever waits.
  mutating func flush() {
    guard !waiting.isEmpty else { return }
    sink.observe(waiting)
    waiting = Observations()
    weight = 0
  }
}

/// What one source tried at services that ask for a login, target by target.
package struct LoginSource: Sendable {
  /// At most so many targets are listed.
  package static let targetLimit = 16_384

  /// One target.
  package struct Target: Sendable {
    /// The destination.
    package var address: IPAddress
    /// The port.
    package var port: UInt16
    /// Which service it is; SSH where the port is known for none, but speaks like it.
    package var service: LoginService
    /// Whether the destination is an own address or internal.
    package var isInside: Bool
    /// What was tried.
    package var attempts: LoginAttempts
  }

  /// The source.
  package var address: IPAddress
  /// Whether it is an own address or lies in an internal range.
  package var isInternal: Bool
  /// Whether it is an own address.
  package var isOwn: Bool
  /// The targets by address, then port; never empty.
  package var targets: [Target]
}

/// An own endpoint on a sensitive port, or on one that takes mail, that answered the outside.
package struct ExposedEndpoint: Sendable {
  /// At most so many networks are listed.
  package static let networkLimit = 64

  /// The own address.
  package var address: IPAddress
  /// The service.
  package var service: Service
  /// External /24s (IPv6: /48) with an answered conversation.
  package var networks: UInt64 = 0
  /// External sources with an answered conversation.
  package var sources: UInt64 = 0
  /// Those among them that also tried in vain elsewhere.
  package var probers: UInt64 = 0
  /// Answered conversations.
  package var conversations: UInt64 = 0
  /// Sources with a conversation of eight packets or more.
  package var sessionSources: UInt64 = 0
  /// Bytes that the endpoint sent back.
  package var replyBytes: UInt64 = 0
  /// Bytes, packets and records of the sources towards it.
  package var sums = RecordSums()
  /// Networks from which whole sessions came, most bytes back first.
  package var sessionNetworks: [(network: IPNetwork, replyBytes: UInt64)] = []
  /// Sources that tried in vain elsewhere, one of each network, by address.
  package var proberSample: [IPAddress] = []

  init(_ address: IPAddress, _ service: Service) {
    self.address = address
    self.service = service
  }
}

/// What passed between an address on a list and an own or internal one.
package struct ThreatServicePair: Sendable {
  /// The listed address.
  package var listed: IPAddress
  /// The entry that holds it.
  package var match: AddressLists.Match
  /// The own or internal address.
  package var inside: IPAddress
  /// Whether the own or internal address began it.
  package var isOutbound: Bool
  /// The service.
  package var service: Service
  /// How it went.
  package var outcomes: OutcomeCounts
  /// What the beginner sent.
  package var sums: RecordSums
  /// What came back.
  package var replyBytes: UInt64
  /// Conversations whose direction is clear.
  package var sure: UInt64
}
