internal import FlowAggregation
package import FlowFindings
package import FlowModel

/// What rules may read while they look at one source after another: what was known before.
package struct NetworkContext: Sendable {
  /// How many own IPv4 addresses there are.
  package let ownV4: Int
  /// How many own IPv6 addresses there are.
  package let ownV6: Int
  /// Smallest start of all records, Unix seconds.
  package var logStart: UInt32 = 0
  /// Largest end of all records, Unix seconds.
  package var logEnd: UInt32 = 0
  /// Lists of addresses with a bad name.
  package var threats: [AddressLists.List] = []
  /// Thresholds that the user may set.
  package var thresholds = Thresholds()
  /// Names that the user gave.
  package var names = Names()
  /// What the network was in the nights before; nil without a memory.
  package var baseline: Baseline?
  /// The interfaces of the log.
  package var interfaces: [Interface] = []
  /// The ranges that AWS publishes; none unless the user gave the file.
  package var awsPrefixes = AWSPrefixes()
  /// Countries and owners of outside addresses; nil unless the user gave a database.
  package var origins: (any AddressOrigins)?

  /// An interface of the log.
  package struct Interface: Sendable, Equatable {
    /// Its id.
    package var id: String
    /// Its own address; nil when none is known.
    package var address: IPAddress?

    /// Describes an interface.
    package init(id: String, address: IPAddress?) { (self.id, self.address) = (id, address) }
  }

  /// Takes the memory over as it was before the log began.
  package mutating func remember(_ memory: Baseline?) { baseline = memory?.before(logStart) }

  /// Describes a network by its own addresses.
  package init(own: some Sequence<IPAddress>) {
    var (v4, v6) = (0, 0)
    for address in own { if address.isV4 { v4 += 1 } else { v6 += 1 } }
    (ownV4, ownV6) = (v4, v6)
  }

  /// How many own addresses have the family of the address.
  func ownCount(like address: IPAddress) -> Int { address.isV4 ? ownV4 : ownV6 }
}

/// When the tries of one source are a scan in their own right.
enum ScanThreshold {
  /// A scan whose busiest hour has fewer first tries than this stays below what other tools look for.
  static let slowHour: UInt64 = 5
  /// And it must last this long, in seconds, for that to mean anything.
  static let slowSpan: UInt32 = 6 * 3600

  /// How many own addresses a source must try before it scans.
  static func addresses(_ profile: SourceProfile, _ network: NetworkContext) -> UInt64 {
    let limits = network.thresholds.horizontalScan
    let own = network.ownCount(like: profile.address)
    // Nobody can scan ten addresses where six exist.
    guard own < limits.smallNetwork else { return limits.addresses }
    let share = (Double(own) * limits.smallNetworkShare).rounded(.up)
    return max(limits.smallNetworkAddresses, UInt64(share))
  }

  /// Distinct own addresses that count towards a horizontal scan of the service.
  ///
  /// Failures count always. Short answered exchanges count only from outside and only on TCP services that strangers
  /// have no business with: everywhere else they are what clients do.
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

  /// Whether the source raises a scan finding by itself.
  static func reachesAlone(_ profile: SourceProfile, _ network: NetworkContext) -> Bool {
    profile.victims.contains { isVertical($0, network) }
      || profile.services.contains { isHorizontal($0, by: profile, network) }
  }

  static func isSlow(busiestHour: UInt64?, first: UInt32, last: UInt32) -> Bool {
    guard let busiestHour, last > first else { return false }
    return busiestHour < slowHour && last - first >= slowSpan
  }
}
