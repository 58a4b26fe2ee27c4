public import FlowModel

/// What is new about an investigation target since a moment.
public struct InvestigationChanges: Sendable {
  /// What is new in a row.
  public enum Kind: String, Sendable, CaseIterable {
    /// A service that nobody used before in this direction.
    case service
    /// A peer that did not occur before.
    case peer
    /// A service of a known peer, both of which occurred before, but not together.
    case pair
    /// A known peer's service with at least ten times the bytes per hour.
    case volume
  }

  /// One thing that is new.
  public struct Row: Sendable {
    /// What it is.
    public var kind: Kind
    /// The peer; nil of a service.
    public var peer: IPAddress?
    /// The service; of a peer the one with the most bytes.
    public var service: Service
    /// The initiator; nil of a peer.
    public var initiator: Initiator?
    /// Its conversations, before and after the moment.
    public var sums: InvestigationSums
    /// Whether the investigation target began some of them.
    var isBegun: Bool

    /// What the target began says more than what reached it, and of that what was answered more than the rest.
    fileprivate var weight: Int { isBegun ? 0 : sums.answered > 0 ? 1 : 2 }
  }

  /// The moment.
  public let moment: InvestigationMoment
  /// By kind; of each kind first what the target began, then what it answered, in order of first use.
  public let rows: [Row]

  /// What is new in the listed rows of an investigation; nil when nobody asks.
  public init?(_ traffic: InvestigationTraffic) {
    guard let moment = traffic.moment else { return nil }
    self.moment = moment
    let isNew = { (sums: InvestigationSums) in moment.change(sums) == .new }
    let services = traffic.services.rows.filter { $0.initiator != .latePacket && isNew($0.sums) }
    let peers = traffic.peers.rows.filter { isNew($0.sums) && Self.isReal($0) }
    let newServices = Set(services.map(ServiceUse.init))
    let newPeers = Set(peers.map(\.address))
    let pairs = traffic.servicePairs.rows.filter { pair in
      pair.initiator != .latePacket && !newPeers.contains(pair.peer)
        && !newServices.contains(ServiceUse(pair)) && moment.change(pair.sums) != nil
    }
    rows =
      Self.ordered(
        services.map {
          Row(
            kind: .service,
            service: $0.service,
            initiator: $0.initiator,
            sums: $0.sums,
            isBegun: $0.initiator == .investigated
          )
        }
      )
      + Self.ordered(
        peers.map {
          Row(
            kind: .peer,
            peer: $0.address,
            service: $0.mainService,
            sums: $0.sums,
            isBegun: $0.began[Int(Initiator.investigated.rawValue)] > 0
          )
        }
      )
      + Self.ordered(pairs.filter { isNew($0.sums) }.map { Self.row(.pair, $0) })
      + Self.ordered(pairs.filter { !isNew($0.sums) }.map { Self.row(.volume, $0) })
  }

  /// How many rows of a kind there are.
  public func count(_ kind: Kind) -> Int { rows.count { $0.kind == kind } }

  private struct ServiceUse: Hashable {
    var service: Service
    var initiator: Initiator

    init(_ row: InvestigationService) { (service, initiator) = (row.service, row.initiator) }
    init(_ row: InvestigationContact) { (service, initiator) = (row.service, row.initiator) }
  }

  /// Late packets alone make no peer.
  private static func isReal(_ peer: InvestigationPeer) -> Bool {
    peer.began[Int(Initiator.latePacket.rawValue)] < peer.sums.conversations
  }

  private static func row(_ kind: Kind, _ pair: InvestigationContact) -> Row {
    Row(
      kind: kind,
      peer: pair.peer,
      service: pair.service,
      initiator: pair.initiator,
      sums: pair.sums,
      isBegun: pair.initiator == .investigated
    )
  }

  /// The lists that rows come from have a total order.
  private static func ordered(_ rows: [Row]) -> [Row] {
    rows.enumerated().sorted {
      ($0.element.weight, $0.element.sums.first, $0.offset)
        < ($1.element.weight, $1.element.sums.first, $1.offset)
    }.map(\.element)
  }
}
