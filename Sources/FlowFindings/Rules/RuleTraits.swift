/// What reporters, suppressions and the comparison of runs must know of a rule, beyond what its findings say.
///
/// A rule states its own as `static let traits`.
package struct RuleTraits: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  private init(bit: UInt32) { rawValue = 1 << bit }

  // MARK: How it comes to its findings; by fixed conditions, unless said

  /// By comparison with earlier runs.
  package static let comparesRuns = RuleTraits(bit: 0)
  /// By the spread of measured values.
  package static let weighsSpread = RuleTraits(bit: 1)

  // MARK: What its findings are about; what somebody did, unless said

  /// What is unlike the past or unlike other hosts.
  package static let isUnusual = RuleTraits(bit: 2)
  /// What can be reached.
  package static let isReachability = RuleTraits(bit: 3)
  /// How a network is run.
  package static let isPractice = RuleTraits(bit: 4)
  /// Sources that try services at many addresses: rows of a heat map.
  package static let isScan = RuleTraits(bit: 5)
  /// Sources outside that look at ports inside.
  package static let isPortProbe = RuleTraits(bit: 6)
  /// Somebody tries passwords.
  package static let isBruteForce = RuleTraits(bit: 7)
  /// Somebody may have logged in after brute force.
  package static let isLogin = RuleTraits(bit: 8)
  /// A target rather than its visitors, who then belong on no blocklist.
  package static let isAboutTarget = RuleTraits(bit: 9)

  // MARK: What becomes of its findings

  /// Told in one run alone, since it is known in the next one.
  package static let isToldOnce = RuleTraits(bit: 10)
  /// Hidden only by a suppression that names the rule.
  package static let isProtected = RuleTraits(bit: 11)
  /// Low ones of one source fold into one line, whatever the service; else those with the same title do.
  package static let foldsServices = RuleTraits(bit: 12)
  /// Low ones about services that few sources tried fold into one line.
  package static let foldsRareServices = RuleTraits(bit: 13)

  // MARK: Its part in a chain of compromise; none, unless said

  /// Somebody may have got in.
  package static let opensChain = RuleTraits(bit: 14)
  /// What a host did that somebody had very likely got into.
  package static let continuesChain = RuleTraits(bit: 15)
  /// The same, in stage P5 alone.
  package static let continuesChainInP5 = RuleTraits(bit: 16)
  /// An attack, which also follows from an entry that is only possible.
  package static let isAttack = RuleTraits(bit: 17)
}

/// What an actor did, in words that need no knowledge of the field; a rule states its own as `static let deed`.
package struct RuleDeed: Sendable, Equatable {
  /// Behind the actor's name: `{service}`, `{whom}` and `{size}` stand for the finding's.
  package let clause: String
  /// Of a host that was got into, in the perfect tense; nil for what is no part of a chain.
  package let afterwards: String?
  /// Whether the clause fits internal actors alone.
  package let isOfInternalHost: Bool

  /// Puts the words together.
  package init(_ clause: String, afterwards: String? = nil, isOfInternalHost: Bool = false) {
    (self.clause, self.afterwards) = (clause, afterwards)
    self.isOfInternalHost = isOfInternalHost
  }
}
