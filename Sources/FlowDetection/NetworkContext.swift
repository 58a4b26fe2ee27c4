internal import FlowAggregation
package import FlowFindings
package import FlowModel

/// The context of rules while they observe one source after another: data that is known before the observations.
package struct NetworkContext: Sendable {
  /// Number of local IPv4 addresses.
  package let ownV4: Int
  /// Number of local IPv6 addresses.
  package let ownV6: Int
  /// Smallest start of all records, Unix seconds.
  package var logStart: UInt32 = 0
  /// Largest end of all records, Unix seconds.
  package var logEnd: UInt32 = 0
  /// Length of the log's windows, in seconds: 60 or 600.
  package var window: UInt32 = 60
  /// Threat lists.
  package var threats: [AddressLists.List] = []
  /// Thresholds that the user may set.
  package var thresholds = Thresholds()
  /// Names that the user gave.
  package var names = Names()
  /// The baseline of earlier runs; nil without a history.
  package var baseline: Baseline?
  /// The interfaces of the log.
  package var interfaces: [Interface] = []
  /// The published ranges of AWS; empty unless the user provides the file.
  package var awsPrefixes = AWSPrefixes()
  /// Countries and network owners of external addresses; nil unless the user provides a database.
  package var origins: (any AddressOrigins)?

  /// An interface of the log.
  package struct Interface: Sendable, Equatable {
    /// Its id.
    package var id: String
    /// Its local address; nil if none is known.
    package var address: IPAddress?

    /// Describes an interface.
    package init(id: String, address: IPAddress?) { (self.id, self.address) = (id, address) }
  }

  /// Sets the baseline to its state before the start of the log.
  package mutating func remember(_ memory: Baseline?) { baseline = memory?.before(logStart) }

  /// Describes a network by its local addresses.
  package init(own: some Sequence<IPAddress>) {
    var (v4, v6) = (0, 0)
    for address in own { if address.isV4 { v4 += 1 } else { v6 += 1 } }
    (ownV4, ownV6) = (v4, v6)
  }

  /// Whether the address belongs to a service of AWS that nobody else can run software behind: S3, DynamoDB.
  func isManagedService(_ address: IPAddress) -> Bool {
    ["S3", "DYNAMODB"].contains(awsPrefixes.match(address)?.service)
  }

  /// Number of local addresses with the family of the address.
  func ownCount(like address: IPAddress) -> Int { address.isV4 ? ownV4 : ownV6 }
}

/// Decides whether the attempts of one source are a scan by themselves.
enum ScanThreshold {
  /// A scan with fewer first attempts in its busiest hour is slow: it stays below the thresholds of other tools.
  static let slowHour: UInt64 = 5
  /// The minimum duration of a slow scan, in seconds.
  static let slowSpan: UInt32 = 6 * 3600

  /// The minimum of local addresses that a source tries for a horizontal scan.
  static func addresses(_ profile: SourceProfile, _ network: NetworkContext) -> UInt64 {
    let limits = network.thresholds.horizontalScan
    let own = network.ownCount(like: profile.address)
    // A network with fewer local addresses than the threshold needs a lower one.
    guard own < limits.smallNetwork else { return limits.addresses }
    let share = (Double(own) * limits.smallNetworkShare).rounded(.up)
    return max(limits.smallNetworkAddresses, UInt64(share))
  }

  /// Distinct local addresses that count toward a horizontal scan of the service.
  ///
  /// Failures always count. Short answered exchanges only count for external sources and sensitive TCP services.
  /// Elsewhere they are normal client traffic.
  static func scanned(_ attempts: ServiceAttempts, by profile: SourceProfile) -> UInt64 {
    let service = attempts.service
    let countsTouches =
      profile.trafficDirection == .inbound && service.protocolNumber == ProtocolNumber.tcp
      && Ports.isSensitive(service.port)
    if countsTouches { return attempts.probedTargets }
    return attempts.outcomes.failures * 2 >= attempts.outcomes.total ? attempts.failedTargets : 0
  }

  static func isHorizontal(
    _ attempts: ServiceAttempts,
    by profile: SourceProfile,
    _ network: NetworkContext
  ) -> Bool {
    profile.trafficDirection == .inbound && ProtocolNumber.hasPorts(attempts.service.protocolNumber)
      && scanned(attempts, by: profile) >= addresses(profile, network)
  }

  static func isVertical(_ victim: VictimPorts, _ network: NetworkContext) -> Bool {
    let limits = network.thresholds.verticalScan
    return victim.failedPorts >= limits.ports
      && victim.sure.isShare(limits.sureShare, of: victim.outcomes.total)
  }

  /// Whether the source causes a scan finding by itself.
  static func reachesAlone(_ profile: SourceProfile, _ network: NetworkContext) -> Bool {
    profile.victims.contains { isVertical($0, network) }
      || profile.services.contains { isHorizontal($0, by: profile, network) }
  }

  static func isSlow(busiestHour: UInt64?, first: UInt32, last: UInt32) -> Bool {
    guard let busiestHour, last > first else { return false }
    return busiestHour < slowHour && last - first >= slowSpan
  }
}
