internal import FlowModel

/// Who uses the service that an investigation is about, and who would be cut off if it were closed.
public struct ServiceUsers: Sendable {
  /// Clients that began a conversation with it.
  public let clients: UInt64
  /// Those of them that got an answer; closing the service cuts them off.
  public let answered: UInt64
  /// The listed ones of those, most bytes first, without attackers.
  public let cutOff: [InvestigationPeer]
  /// The listed ones that got an answer and attack the service, such as sources of brute force.
  public let suspects: [InvestigationPeer]
  /// Listed peers without an answer in a conversation whose initiator is known, but with traffic over the port: their
  /// direction is not decided.
  public let undecided: [InvestigationPeer]
  /// Servers that answered, most bytes first.
  public let servers: [InvestigationMember]

  /// Asks the conversations of an investigation; nil of one that is about hosts.
  public init?(_ pivot: Pivot) {
    guard pivot.investigated.isService else { return nil }
    let traffic = pivot.traffic
    (clients, answered) = (traffic.initiatingPeers, traffic.answeredPeers)
    let peers = traffic.peers.rows
    let attackers = pivot.attackers
    let reached = peers.filter { $0.sums.answered > 0 }
    cutOff = reached.filter { !attackers.contains($0.address) }
    suspects = reached.filter { attackers.contains($0.address) }
    undecided = peers.filter { peer in
      peer.sums.answered == 0 && peer.began[Int(Initiator.unclear.rawValue)] > 0
    }
    servers = traffic.members.rows.filter { $0.sums.answered > 0 }
  }
}
