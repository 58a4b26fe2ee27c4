internal import FlowAggregation
public import FlowModel

/// What detectors must know of the network besides the source that they look at.
public struct NetworkContext: Sendable {
  /// How many own IPv4 addresses there are.
  public let ownV4: Int
  /// How many own IPv6 addresses there are.
  public let ownV6: Int

  /// Describes a network by its own addresses.
  public init(own: some Sequence<IPAddress>) {
    var (v4, v6) = (0, 0)
    for address in own { if address.isV4 { v4 += 1 } else { v6 += 1 } }
    (ownV4, ownV6) = (v4, v6)
  }

  /// How many own addresses have the family of the address.
  func ownCount(like address: IPAddress) -> Int { address.isV4 ? ownV4 : ownV6 }
}

/// When the tries of one source are a scan in their own right.
enum ScanThreshold {
  /// Distinct addresses, or distinct ports of one address.
  static let usual: UInt64 = 10
  /// Networks below this size get a threshold of their own: nobody can scan ten addresses where six exist.
  static let smallNetwork = 20
  static let smallNetworkLeast: UInt64 = 3
  /// A scan whose busiest hour has fewer first tries than this stays below what other tools look for.
  static let slowHour: UInt64 = 5
  /// And it must last this long, in seconds, for that to mean anything.
  static let slowSpan: UInt32 = 6 * 3600

  /// How many own addresses a source must try before it scans.
  static func addresses(_ profile: SourceProfile, _ network: NetworkContext) -> UInt64 {
    let own = network.ownCount(like: profile.address)
    guard !profile.isInternal, own < smallNetwork else { return usual }
    return max(smallNetworkLeast, UInt64((own + 1) / 2))
  }

  /// Distinct own addresses that count towards a horizontal scan of the service.
  ///
  /// Failures count always. Short answered exchanges count only from outside and only on TCP services that strangers have
  /// no business with: everywhere else they are what clients do.
  static func scanned(_ attempts: ServiceAttempts, by profile: SourceProfile) -> UInt64 {
    let service = attempts.service
    let countsTouches =
      !profile.isInternal && service.protocolNumber == ProtocolNumber.tcp
      && Ports.isSensitive(service.port)
    if countsTouches { return attempts.probedTargets }
    return attempts.outcomes.failures * 2 >= attempts.outcomes.total ? attempts.failedTargets : 0
  }

  static func isHorizontal(
    _ attempts: ServiceAttempts,
    by profile: SourceProfile,
    _ network: NetworkContext
  ) -> Bool {
    ProtocolNumber.hasPorts(attempts.service.protocolNumber)
      && scanned(attempts, by: profile) >= addresses(profile, network)
  }

  static func isVertical(_ victim: VictimPorts) -> Bool {
    victim.failedPorts >= usual && victim.sure * 2 >= victim.outcomes.total
  }

  /// Whether the source raises a scan finding by itself.
  static func reachesAlone(_ profile: SourceProfile, _ network: NetworkContext) -> Bool {
    profile.victims.contains(where: isVertical)
      || profile.services.contains { isHorizontal($0, by: profile, network) }
  }

  static func isSlow(busiestHour: UInt64?, first: UInt32, last: UInt32) -> Bool {
    guard let busiestHour, last > first else { return false }
    return busiestHour < slowHour && last - first >= slowSpan
  }
}
