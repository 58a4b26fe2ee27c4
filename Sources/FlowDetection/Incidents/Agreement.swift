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

  /// nil when fewer than two signs agree.
  init?(_ incident: Incident, _ isNewDestination: (Finding) -> Bool) {
    guard incident.host != nil, incident.exactScore < Self.high else { return nil }
    let candidates = incident.parts.flatMap(\.targets.sample).map(\.address)
    let best = Set(candidates).sorted().compactMap {
      Self.signs(incident, $0, isNewDestination)
    }.max { $0.score < $1.score }
    guard let best else { return nil }
    (score, text) = best
  }

  private static func signs(
    _ incident: Incident,
    _ peer: IPAddress,
    _ isNewDestination: (Finding) -> Bool
  ) -> (score: Double, text: String)? {
    var strengths: [Kind: Double] = [:]
    for part in incident.parts where isAbout(part, peer) {
      guard let kind = Kind(part.rule.traits) else { continue }
      // A new destination is a sign however little was sent there.
      guard part.exactScore >= least || kind == .newDestination else { continue }
      strengths[kind] = max(strengths[kind] ?? least, part.exactScore)
      if kind != .newDestination, isNewDestination(part) {
        strengths[.newDestination] = max(strengths[.newDestination] ?? 0, least)
      }
    }
    let ranked = strengths.values.sorted(by: >)
    guard ranked.count > 1, ranked[0] >= leastOfStronger else { return nil }
    let kinds = Kind.allCases.filter { strengths[$0] != nil }.map(\.words)
    let list = kinds.dropLast().joined(separator: ", ") + " and " + (kinds.last ?? "")
    return (high + (ranked[1] - least) / 2, list)
  }

  /// Whether a finding is about a peer, or about another address of the peer's network.
  private static func isAbout(_ finding: Finding, _ peer: IPAddress) -> Bool {
    let isNetwork = finding.rule.traits.contains(.isNewDestination)
    let network = isNetwork ? IPNetwork(around: peer) : nil
    return finding.targets.sample.contains {
      $0.address == peer || network?.contains($0.address) == true
    }
  }
}
