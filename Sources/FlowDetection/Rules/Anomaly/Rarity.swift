internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// How unusual it is for this network to use an external service.
struct Rarity {
  /// Hosts that use it in this run or in the baseline, whichever is more.
  var hosts: Int
  /// Hosts that connect to any external service.
  var activeHosts: Int
  /// Whether the baseline covers a week or more and does not contain this host with the service; nil for a shorter one.
  var isNew: Bool?
  /// Number of earlier days on which the host used the service; 0 without a baseline.
  var days: UInt32

  /// With fewer hosts a share is not meaningful.
  private static let fewHosts = 4

  /// Leaves out a NAT gateway that repeats the traffic of the host.
  mutating func leaveOutGateway() {
    (hosts, activeHosts) = (max(1, hosts - 1), max(1, activeHosts - 1))
  }

  /// Whether at most this share of the hosts uses it, or a single host.
  func isUsed(byAtMost share: Double) -> Bool {
    hosts <= 1 || UInt64(hosts).isAtMost(share, of: UInt64(activeHosts))
  }

  /// Whether at most 2 % of the hosts use it, or one of several.
  var isRare: Bool {
    hosts * 50 <= activeHosts || hosts <= 1 && activeHosts >= Self.fewHosts
  }

  /// Whether half of several hosts use it: a service of the whole network.
  var isCommon: Bool { activeHosts >= Self.fewHosts && hosts * 2 >= activeHosts }

  /// Whether a third of several hosts uses it: common traffic of this network.
  var isHabit: Bool { activeHosts >= Self.fewHosts && hosts * 3 >= activeHosts }

  /// Whether three hosts or more use it.
  var isShared: Bool { hosts >= 3 }

  /// Whether the host has used it on three days or more.
  var isEstablished: Bool { days >= 3 }

  /// Prevalence and age of the use, for finding texts.
  var words: String {
    let age =
      switch isNew {
      case true?: ", not seen before"
      case false?: ", seen on \(days) earlier \(days == 1 ? "day" : "days")"
      case nil: ""
      }
    guard activeHosts > 1 else { return age.isEmpty ? "" : String(age.dropFirst(2)) }
    return "used by \(NumberText.count(hosts)) of \(NumberText.count(activeHosts)) hosts\(age)"
  }
}

extension NetworkContext {
  /// The baseline, if it covers a week or more.
  var settledBaseline: Baseline? {
    guard let baseline, baseline.days >= Baseline.leastDays else { return nil }
    return baseline
  }

  /// Whether the host with the service of the address's network is absent from the baseline; nil without a baseline of
  /// a week.
  func isNew(_ host: IPAddress, _ peer: IPAddress, _ service: Service) -> Bool? {
    settledBaseline.map {
      daysKnown(host, NetworkUse(around: peer, service), peer, in: $0) == nil
    }
  }
}

extension CompleteContext {
  /// How unusual it is that the host uses the service of the address's network.
  func rarity(of host: IPAddress, _ peer: IPAddress, _ service: Service) -> Rarity {
    let use = NetworkUse(around: peer, service)
    let baseline = network.baseline
    let days = baseline.flatMap { network.daysKnown(host, use, peer, in: $0) }
    return Rarity(
      hosts: max(prevalence.hosts(use), baseline?.hosts(using: service, of: use.network) ?? 0),
      activeHosts: max(prevalence.activeHosts, baseline?.activeHosts ?? 0),
      isNew: network.settledBaseline == nil ? nil : days == nil,
      days: days ?? 0
    )
  }
}
