public import FlowModel

/// An entry of a suppression file: which findings to leave out of a report, and why.
public struct Suppression: Sendable, Equatable {
  /// The rule's id, or a pattern with `*`.
  public var rule: String
  /// Every source of a finding must lie in it; nil means any.
  public var source: IPNetwork?
  /// Every target must lie in it; nil means any.
  public var destination: IPNetwork?
  /// The service's port; nil means any.
  public var port: UInt16?
  /// The interface of every target; nil means any.
  public var interface: String?
  /// Why it is all right.
  public var reason: String
  /// Who said so.
  public var owner: String?
  /// The last day on which it counts, as `2026-12-31`; nil means for good.
  public var until: String?
  /// The file.
  public var path: String
  /// The line in it, from 1.
  public var line: Int

  /// An entry for a rule.
  public init(rule: String, reason: String, path: String, line: Int) {
    (self.rule, self.reason, self.path, self.line) = (rule, reason, path, line)
  }

  /// Whether the entry names one rule, without a pattern.
  var namesRule: Bool { !rule.contains("*") }

  /// Whether the finding is left out.
  ///
  /// A host that somebody trusts may be the one that was taken: likely logins and internal hosts that attack are hidden
  /// only by an entry that names their rule.
  public func matches(_ finding: Finding) -> Bool {
    guard Self.matches(pattern: rule, finding.rule.rawValue), namesRule || !finding.isProtected
    else {
      return false
    }
    if let port, finding.service?.port != port { return false }
    if let source, !finding.actorLies(in: source) { return false }
    let targets = finding.targets
    let isWhole = UInt64(targets.sample.count) == targets.count && !targets.sample.isEmpty
    if let destination {
      guard isWhole, targets.sample.allSatisfy({ destination.contains($0.address) }) else {
        return false
      }
    }
    if let interface {
      guard isWhole, targets.sample.allSatisfy({ $0.interface == interface }) else { return false }
    }
    return true
  }

  /// Whether a text matches a pattern in which `*` stands for anything.
  public static func matches(pattern: String, _ text: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      return pattern == text
    }
    guard text.count >= first.count + last.count, text.hasPrefix(first), text.hasSuffix(last) else {
      return false
    }
    var rest = text.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}

extension Finding {
  /// Whether only an entry that names the rule may hide it.
  var isProtected: Bool {
    rule.traits.contains(.isProtected) || actorIsInternal && stage != .note
  }

  /// Whether everybody behind the finding lies in the range.
  fileprivate func actorLies(in network: IPNetwork) -> Bool {
    switch actor {
    case .address(let address): return network.contains(address)
    case .prefix(let prefix):
      return prefix.prefixLength >= network.prefixLength && network.contains(prefix.base)
    case .campaign:
      guard let members, UInt64(members.sample.count) == members.count else { return false }
      return members.sample.allSatisfy(network.contains)
    }
  }
}

/// Findings with those left out that entries silence.
public struct SuppressedFindings: Sendable {
  /// The ones that stay, in their order.
  public var kept: [Finding] = []
  /// The ones left out, with the entry that silences each.
  public var suppressed: [(finding: Finding, entry: Suppression)] = []
  /// Entries that ended before the log did, and would have silenced something.
  public var expired: [Suppression] = []
  /// Entries that match no finding at all.
  public var unused: [Suppression] = []

  /// Applies entries to findings.
  ///
  /// - Parameters:
  ///   - entries: the first one that matches silences.
  ///   - findings: in any order, which is kept.
  ///   - logEnd: the day of the log's end as `2026-12-31`: an entry counts until the end of its last day.
  public init(_ entries: [Suppression], _ findings: [Finding], logEnd: String) {
    var expiredPlaces: Set<Int> = []
    var usedPlaces: Set<Int> = []
    var silencers: [String: Suppression] = [:]
    for finding in findings where finding.joins.isEmpty {
      var silencer: Suppression?
      for (place, entry) in entries.enumerated() where entry.matches(finding) {
        usedPlaces.insert(place)
        if let until = entry.until, until < logEnd {
          expiredPlaces.insert(place)
          continue
        }
        silencer = entry
        break
      }
      silencers[finding.id] = silencer
    }
    // What rests on a finding that is all right is all right: a chain goes with its entry.
    for finding in findings where !finding.joins.isEmpty {
      let own = entries.enumerated().first { _, entry in
        entry.matches(finding) && !(entry.until.map { $0 < logEnd } ?? false)
      }
      if let own { usedPlaces.insert(own.offset) }
      silencers[finding.id] = own?.element ?? finding.joins.first.flatMap { silencers[$0] }
    }
    for finding in findings {
      if let entry = silencers[finding.id] {
        suppressed.append((finding, entry))
      } else {
        kept.append(finding)
      }
    }
    unused = entries.indices.filter { !usedPlaces.contains($0) }.map { entries[$0] }
    expired = expiredPlaces.sorted().map { entries[$0] }
  }
}
