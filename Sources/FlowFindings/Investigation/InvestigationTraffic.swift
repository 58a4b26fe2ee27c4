public import FlowModel

/// What a run knows of the investigation target.
public struct InvestigationTraffic: Sendable {
  /// Where the investigation target lies: its address, its range, or what an interface was found to have as its own.
  public var networks: [IPNetwork] = []
  /// Whether the investigation target is an interface whose address other interfaces have at the same time: it only
  /// forwards, or lies in another VPC with the same range.
  public var sharesAddress = false
  /// The moment since which changes are told; nil when nobody asks.
  public var moment: InvestigationMoment?
  /// What the bits of an activity stand for; nil without records.
  public var slices: LogSlices?
  /// Plain sums over the records that the investigation target sent; what stays within a range counts here.
  public var sent = RecordSums()
  /// Plain sums over the records that others sent to it.
  public var received = RecordSums()
  /// Conversations by their initiators, in the order of `Initiator`.
  public var began = Array(repeating: InvestigationSums(), count: Initiator.allCases.count)
  /// Peers, those with the most bytes.
  public var peers = BestRows<InvestigationPeer>(limit: 10_000)
  /// How many peers began a conversation.
  public var initiatingPeers: UInt64 = 0
  /// How many peers have an answered conversation with a known initiator.
  public var answeredPeers: UInt64 = 0
  /// Host-service pairs, those with the most bytes.
  public var servicePairs = BestRows<InvestigationContact>(limit: 65_536)
  /// Services by their initiators, those with the most conversations.
  public var services = BestRows<InvestigationService>(limit: 10_000)
  /// The investigation target's addresses, where it has more than one.
  public var members = BestRows<InvestigationMember>(limit: 10_000)

  /// Nothing.
  public init() {}

  private struct ServiceKey: Hashable {
    var service: Service
    var initiator: Initiator
  }

  package mutating func add(_ other: InvestigationTraffic) {
    sent.add(other.sent)
    received.add(other.received)
    for index in began.indices { began[index].add(other.began[index]) }
    peers.add(other.peers)
    answeredPeers += other.answeredPeers
    initiatingPeers += other.initiatingPeers
    servicePairs.add(other.servicePairs)
    services.add(other.services)
    members.add(other.members)
    // An interface may have an address of each family, with the same services.
    services.join(by: { ServiceKey(service: $0.service, initiator: $0.initiator) }) {
      $0.peers +|= $1.peers
      $0.sums.add($1.sums)
    }
  }
}
