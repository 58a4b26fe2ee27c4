internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// How unusual it is for this network to use an outside service.
struct Rarity {
  /// Hosts that use it, tonight or in the memory, whichever is more.
  var hosts: Int
  /// Hosts that talk to the outside at all.
  var activeHosts: Int
  /// Whether the memory holds a week or more and this host was never seen there; nil when it does not reach so far.
  var isNew: Bool?
  /// On how many earlier days the host was seen there; 0 without a memory.
  var days: UInt32

  /// Below this many hosts a share says nothing.
  private static let fewHosts = 4

  /// At most this share of the hosts, or one alone.
  func isUsed(byAtMost share: Double) -> Bool {
    hosts <= 1 || UInt64(hosts).isAtMost(share, of: UInt64(activeHosts))
  }

  /// Two in a hundred hosts, or one alone of several.
  var isRare: Bool {
    hosts * 50 <= activeHosts || hosts <= 1 && activeHosts >= Self.fewHosts
  }

  /// Half of the hosts, and several: a service of the house.
  var isCommon: Bool { activeHosts >= Self.fewHosts && hosts * 2 >= activeHosts }

  /// A third of the hosts, and several: what hosts of this network do.
  var isHabit: Bool { activeHosts >= Self.fewHosts && hosts * 3 >= activeHosts }

  /// Three hosts or more use it: nobody's secret.
  var isShared: Bool { hosts >= 3 }

  /// The host has used it for days.
  var isEstablished: Bool { days >= 3 }

  /// The network has used it for days, whichever host it was, as far as the memory tells.
  var words: String {
    let age =
      switch isNew {
      case true?: ", never before"
      case false?: ", seen on \(days) earlier \(days == 1 ? "day" : "days")"
      case nil: ""
      }
    guard activeHosts > 1 else { return age.isEmpty ? "" : String(age.dropFirst(2)) }
    return "\(hosts) of \(activeHosts) hosts \(hosts == 1 ? "talks" : "talk") there\(age)"
  }
}

extension NetworkContext {
  /// The memory, once it holds a week.
  var settledBaseline: Baseline? {
    guard let baseline, baseline.days >= Baseline.leastDays else { return nil }
    return baseline
  }

  /// Whether the host was never seen to use the service around the address; nil without a memory of a week.
  func isNew(_ host: IPAddress, _ peer: IPAddress, _ service: Service) -> Bool? {
    let use = NetworkUse(around: peer, service)
    return settledBaseline.map {
      $0.seen(BaselineEntry(.outward, host: host, peer: use.network, service: service)) == nil
    }
  }
}

extension CompleteContext {
  /// How unusual it is that the host uses the service around the address.
  func rarity(of host: IPAddress, _ peer: IPAddress, _ service: Service) -> Rarity {
    let use = NetworkUse(around: peer, service)
    let baselineEntry = BaselineEntry(.outward, host: host, peer: use.network, service: service)
    let baseline = network.baseline
    let seen = baseline?.seen(baselineEntry)
    return Rarity(
      hosts: max(prevalence.hosts(use), baseline?.hosts(using: service, of: use.network) ?? 0),
      activeHosts: max(prevalence.activeHosts, baseline?.activeHosts ?? 0),
      isNew: network.settledBaseline == nil ? nil : seen == nil,
      days: seen?.days ?? 0
    )
  }
}
