internal import FlowFindings
internal import FlowModel

/// Findings in words that need no knowledge of the field.
struct VerdictPhrases {
  private static let longestName = 40

  private let names: Names
  private let isOneDay: Bool

  init(_ report: Report) {
    names = report.names
    let counts = report.input.counts
    isOneDay =
      counts.firstStart.map { UTCTime($0).date } == counts.lastEnd.map { UTCTime($0).date }
  }

  // MARK: Who and whom

  func who(_ finding: Finding) -> String {
    switch finding.actor {
    case .address(let address): host(address)
    case .prefix(let network): network.description
    case .campaign(let name): plain(name)
    }
  }

  func whom(_ finding: Finding) -> String {
    let targets = finding.targets
    if targets.count == 1, let target = targets.sample.first { return host(target.address) }
    return (targets.isExact ? "" : "~") + TextFormat.plural(targets.count, "address", "addresses")
  }

  /// The given name of exactly this host, else its address: the name of a range would not tell which one.
  private func host(_ address: IPAddress) -> String {
    let only = IPNetwork(address, prefixLength: address.isV4 ? 32 : 128)
    let name = only.flatMap(names.hosts.name(ofRange:)).map(plain) ?? ""
    return name.isEmpty ? address.description : name
  }

  func service(_ finding: Finding) -> String {
    finding.service.map { plain(names.name(of: $0)) } ?? "several services"
  }

  private func plain(_ text: String) -> String {
    TextFormat.cut(TextFormat.safe(text), Self.longestName)
  }

  // MARK: When

  func time(_ seconds: UInt32) -> String {
    let time = UTCTime(seconds)
    return isOneDay ? "\(time.clock) UTC" : "\(time.date) \(time.clock) UTC"
  }

  func atTime(_ seconds: UInt32) -> String {
    (isOneDay ? "at " : "on ") + time(seconds)
  }

  func from(_ finding: Finding) -> String { from(finding.firstSeen, to: finding.lastSeen) }

  func from(_ incident: Incident) -> String { from(incident.firstSeen, to: incident.lastSeen) }

  private func from(_ start: UInt32, to end: UInt32) -> String {
    let (first, last) = (UTCTime(start), UTCTime(end))
    guard UInt64(end) >= UInt64(start) + 60 else { return atTime(start) }
    let clocks = "between \(first.clock) and \(last.clock) UTC"
    if isOneDay { return clocks }
    return first.date == last.date
      ? "on \(first.date) \(clocks)"
      : "between \(first.date) \(first.clock) and \(last.date) \(last.clock) UTC"
  }

  // MARK: What

  /// What a host did after it was got into, in the perfect tense.
  func deeds(_ findings: [Finding]) -> String {
    var phrases: [String] = []
    for finding in findings {
      let phrase = finding.rule.rule?.deed?.afterwards ?? "attacked others"
      if !phrases.contains(phrase) { phrases.append(phrase) }
    }
    let scanned = "scanned "
    let objects = phrases.filter { $0.hasPrefix(scanned) }.map {
      String($0.dropFirst(scanned.count))
    }
    let others = phrases.filter { !$0.hasPrefix(scanned) }
    let scans = objects.isEmpty ? [] : [scanned + Self.list(objects)]
    return Self.list(scans + others)
  }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ parts: [String]) -> String {
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  func deed(_ finding: Finding) -> String {
    known(finding) ?? "shows \(plain(finding.title))"
  }

  /// A clause; the title and the two sides where the rule has no words of its own.
  func deedOrTitle(_ finding: Finding) -> String {
    if let deed = known(finding) { return "\(who(finding)) \(deed)" }
    let isAlone =
      finding.targets.sample.isEmpty
      || finding.targets.sample.count == 1
        && finding.actor == .address(finding.targets.sample[0].address)
    let whom = isAlone ? "" : " → \(whom(finding))"
    return "\(plain(finding.title)), \(who(finding))\(whom)"
  }

  /// The clause of a finding's rule; nil where the rule has none.
  func ownDeed(_ finding: Finding) -> String? { known(finding) }

  private func known(_ finding: Finding) -> String? {
    guard let deed = finding.rule.rule?.deed,
      finding.actorIsInternal || !deed.isOfInternalHost
    else { return nil }
    return Placeholders.filled(deed.clause) { name in
      switch name {
      case "service": service(finding)
      case "whom": whom(finding)
      case "size": TextFormat.size(finding.counts.bytes)
      default: nil
      }
    }
  }
}
