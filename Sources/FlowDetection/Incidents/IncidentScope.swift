internal import FlowFindings
internal import FlowModel

/// What the further findings of an incident must share with it.
struct IncidentScope {
  /// Findings that are farther apart in time belong to different incidents.
  private static let mostSeconds: UInt64 = 86_400
  /// Behavior of a host below this score is joined only through the address that it is about.
  private static let least = 40

  /// The internal host that acted or was got into; nil where the incident is about an actor from outside.
  private(set) var host: IPAddress?
  /// The endpoint at which logins were tried; nil where there is none or there are several.
  private var endpoint: (address: IPAddress, service: Service)?
  /// Sources from outside that acted on the host or the endpoint.
  private(set) var attackers: Set<IPAddress> = []
  /// Whether somebody got in: then only the attempts of those who did belong to it.
  private var isCompromise = false
  /// Whether the incident is about one source from outside and all that it did.
  private var isAboutAttacker = false
  private var first: UInt32
  private var last: UInt32

  /// - Parameters:
  ///   - lead: the finding with the highest rank.
  ///   - joined: the findings that it sums up, such as the parts of a chain.
  init(_ lead: Finding, _ joined: [Finding]) {
    first = ([lead] + joined).map(\.firstSeen).min() ?? lead.firstSeen
    last = ([lead] + joined).map(\.lastSeen).max() ?? lead.lastSeen
    let logins = ([lead] + joined).filter { $0.rule.traits.contains(.isLogin) }
    attackers = Set(logins.compactMap(\.address))
    isCompromise = logins.contains { $0.outcome == .likelySuccess } || !lead.joins.isEmpty
    if let login = logins.first {
      host = login.onlyTarget
      endpoint = login.endpoint
    } else if lead.actorIsInternal {
      host = lead.address
    } else if lead.rule.traits.contains(.isBruteForce), let place = lead.endpoint {
      endpoint = place
    } else if let source = lead.address {
      attackers = [source]
      isAboutAttacker = true
    }
  }

  /// The internal addresses whose findings may belong to the incident.
  var hosts: Set<IPAddress> { Set([host, endpoint?.address].compactMap(\.self)) }

  /// Whether a finding that shares an address with the incident belongs to it.
  func includes(_ finding: Finding) -> Bool {
    guard isNear(finding) else { return false }
    if let host, finding.actor == .address(host), finding.actorIsInternal {
      return finding.score >= Self.least
    }
    if isAtEndpoint(finding) { return true }
    guard let source = finding.address, attackers.contains(source) else { return false }
    return isAboutAttacker || host.map { finding.isAbout($0) } ?? false
  }

  /// Whether it is about attempts at the endpoint, or about its reachability.
  private func isAtEndpoint(_ finding: Finding) -> Bool {
    let traits = finding.rule.traits
    guard let endpoint, finding.onlyTarget == endpoint.address, finding.service == endpoint.service,
      !finding.actorIsInternal
    else { return false }
    if traits.contains(.isReachability) || traits.contains(.isLogin) { return true }
    guard traits.contains(.isBruteForce) else { return false }
    guard isCompromise else { return true }
    return finding.address.map(attackers.contains)
      ?? finding.members.map { !attackers.isDisjoint(with: $0.sample) } ?? false
  }

  /// Whether it happened at most a day before or after.
  func isNear(_ finding: Finding) -> Bool {
    UInt64(finding.firstSeen) <= UInt64(last) + Self.mostSeconds
      && UInt64(first) <= UInt64(finding.lastSeen) + Self.mostSeconds
  }
}

extension Finding {
  /// The address of an actor that is one host.
  var address: IPAddress? {
    guard case .address(let address) = actor else { return nil }
    return address
  }

  /// The one address and service that the finding is about; nil when there are several.
  fileprivate var endpoint: (address: IPAddress, service: Service)? {
    guard let address = onlyTarget, let service else { return nil }
    return (address, service)
  }

  /// Whether a host is among the targets, as far as the sample shows.
  fileprivate func isAbout(_ host: IPAddress) -> Bool {
    targets.sample.contains { $0.address == host }
  }
}
