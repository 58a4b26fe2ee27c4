internal import FlowFindings
internal import FlowModel

/// Independent signs about one internal host and one destination that agree.
///
/// A periodic connection can be an agent, and a large upload can be a backup. A periodic connection and a large upload
/// to the same address, or either of them to a network that the host never used before, is seldom either. Two medium
/// signs of different kinds make one high incident; two of the same kind, such as a beacon and the long connection that
/// carries it, do not.
struct Agreement {
  /// The score from which an incident is high.
  private static let high = 70.0
  /// A finding counts as a sign from this score on.
  private static let least = 40.0
  /// The stronger sign must reach this score.
  private static let leastOfStronger = 50.0

  /// The score of the incident: 70, plus half of what the weaker sign has above 40.
  let score: Double
  /// Which signs agree, in words.
  let text: String

  /// What a sign measures.
  private enum Kind: CaseIterable {
    case connections, volume, newDestination, listed

    init?(_ traits: RuleTraits) {
      if traits.contains(.isPersistent) {
        self = .connections
      } else if traits.contains(.isTransfer) {
        self = .volume
      } else if traits.contains(.isNewDestination) {
        self = .newDestination
      } else if traits.contains(.isListed) {
        self = .listed
      } else {
        return nil
      }
    }

    var words: String {
      switch self {
      case .connections: "persistent connections"
      case .volume: "an unusual volume"
      case .newDestination: "a destination that is new for the host"
      case .listed: "a listed address"
      }
    }
  }

  /// The strongest sign of each kind.
  private typealias Signs = [Kind: Double]

  /// nil when fewer than two signs agree.
  ///
  /// - Complexity: linear in the parts of the incident, each with a sample of targets.
  init?(_ incident: Incident, _ isNewDestination: (Finding) -> Bool) {
    guard let host = incident.host, incident.exactScore < Self.high else { return nil }
    let signs = Self.signs(incident.parts, of: host, isNewDestination)
    // Of equal scores the smallest address decides which signs are named.
    let best = signs.sorted { $0.key < $1.key }.compactMap { Self.agreement($0.value) }
      .reduce(nil as (score: Double, text: String)?) { best, next in
        best.map { $0.score >= next.score } == true ? best : next
      }
    guard let best else { return nil }
    (score, text) = best
  }

  /// The signs by destination, of what the host itself did.
  private static func signs(
    _ parts: [Finding],
    of host: IPAddress,
    _ isNewDestination: (Finding) -> Bool
  ) -> [IPAddress: Signs] {
    var signs: [IPAddress: Signs] = [:]
    var newNetworks: [IPNetwork: Double] = [:]
    for part in parts where part.actor == .address(host) {
      guard let kind = Kind(part.rule.traits) else { continue }
      let peers = part.targets.sample.map(\.address).filter { $0 != host }
      if kind == .newDestination {
        // A new destination is a sign however little was sent there, and for the whole network.
        for peer in peers { raise(&newNetworks[IPNetwork(around: peer)], to: part.exactScore) }
      } else if part.exactScore >= least {
        for peer in peers { raise(&signs[peer, default: [:]][kind], to: part.exactScore) }
        guard isNewDestination(part) else { continue }
        for peer in peers { raise(&signs[peer, default: [:]][.newDestination], to: least) }
      }
    }
    for peer in signs.keys {
      guard let score = newNetworks[IPNetwork(around: peer)] else { continue }
      raise(&signs[peer, default: [:]][.newDestination], to: max(least, score))
    }
    return signs
  }

  private static func raise(_ strength: inout Double?, to score: Double) {
    strength = max(strength ?? 0, score)
  }

  private static func agreement(_ signs: Signs) -> (score: Double, text: String)? {
    let ranked = signs.values.sorted(by: >)
    guard ranked.count > 1, ranked[0] >= leastOfStronger else { return nil }
    let kinds = Kind.allCases.filter { signs[$0] != nil }.map(\.words)
    let list = kinds.dropLast().joined(separator: ", ") + " and " + (kinds.last ?? "")
    return (high + (ranked[1] - least) / 2, list)
  }
}
