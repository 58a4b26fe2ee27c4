/// Properties of a rule for reporters, suppressions and the comparison of runs, beyond the data of its findings.
///
/// A rule declares its own as `static let traits`.
package struct RuleTraits: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  private init(bit: UInt32) { rawValue = 1 << bit }

  // MARK: Detection method; by default, fixed conditions

  /// Compares with earlier runs.
  package static let comparesRuns = RuleTraits(bit: 0)
  /// Evaluates the distribution of measured values.
  package static let weighsSpread = RuleTraits(bit: 1)

  // MARK: Type of its findings; by default, an action of an actor

  /// A deviation from the baseline or from other hosts.
  package static let isUnusual = RuleTraits(bit: 2)
  /// Reachability of services.
  package static let isReachability = RuleTraits(bit: 3)
  /// Operation of the network.
  package static let isPractice = RuleTraits(bit: 4)
  /// Sources that try services at many addresses.
  ///
  /// They are rows of a heat map.
  package static let isScan = RuleTraits(bit: 5)
  /// External sources that probe local ports.
  package static let isPortProbe = RuleTraits(bit: 6)
  /// Brute-force login attempts.
  package static let isBruteForce = RuleTraits(bit: 7)
  /// A possible successful login after brute force.
  package static let isLogin = RuleTraits(bit: 8)
  /// A target instead of its sources, which are therefore not added to a blocklist.
  package static let isAboutTarget = RuleTraits(bit: 9)

  // MARK: Handling of its findings

  /// Reported in one run only, because the next run has it in the baseline.
  package static let isToldOnce = RuleTraits(bit: 10)
  /// Suppressed only by a suppression that names the rule.
  package static let isProtected = RuleTraits(bit: 11)
  /// Low findings of one source fold into one line for all services.
  ///
  /// By default, findings with the same title fold.
  package static let foldsServices = RuleTraits(bit: 12)
  /// Low findings about services with few sources fold into one line.
  package static let foldsRareServices = RuleTraits(bit: 13)

  // MARK: Part in a chain of compromise; by default, none

  /// Possible initial access.
  package static let opensChain = RuleTraits(bit: 14)
  /// Behavior of a host after a likely compromise.
  package static let continuesChain = RuleTraits(bit: 15)
  /// Behavior of a host after a likely compromise, in stage P5 only.
  package static let continuesChainInP5 = RuleTraits(bit: 16)
  /// An attack, which also counts after a possible compromise.
  package static let isAttack = RuleTraits(bit: 17)

  // MARK: Kind of sign about a host and its destination; by default, none. Signs of different kinds agree

  /// Connections that last or return.
  package static let isPersistent = RuleTraits(bit: 18)
  /// An unusual volume.
  package static let isTransfer = RuleTraits(bit: 19)
  /// A destination that the host did not use before.
  package static let isNewDestination = RuleTraits(bit: 20)
  /// An address on a list of the user.
  package static let isListed = RuleTraits(bit: 21)
}

/// The action of an actor in plain words.
///
/// A rule declares its own as `static let deed`.
package struct RuleDeed: Sendable, Equatable {
  /// The clause after the actor's name.
  ///
  /// `{service}`, `{whom}` and `{size}` are replaced by those of the finding.
  package let clause: String
  /// The clause for a compromised host in the perfect tense; nil if the rule is not part of a chain.
  package let afterwards: String?
  /// Whether the clause applies to internal actors only.
  package let isOfInternalHost: Bool

  /// Creates an action.
  package init(_ clause: String, afterwards: String? = nil, isOfInternalHost: Bool = false) {
    (self.clause, self.afterwards) = (clause, afterwards)
    self.isOfInternalHost = isOfInternalHost
  }
}
