internal import FlowFindings
internal import FlowModel

/// The words of a row: who did it to whom, when, and how far it got.
struct RowWords {
  private let facts: AddressFacts

  init(_ facts: AddressFacts) { self.facts = facts }

  /// Who, and whom.
  func who(_ line: FindingLines.Line, _ detail: AddressFacts.Detail) -> String {
    if line.isJoined, let incident = line.incident { return joined(incident, detail) }
    return line.findings.count > 1 ? folded(line.findings, detail) : single(line.best, detail)
  }

  /// How far it got; what happened in an incident stands in its steps.
  func outcome(_ line: FindingLines.Line) -> String {
    if line.isJoined {
      return change(line) + TextFormat.plural(line.findings.count, "finding")
    }
    return line.findings.count > 1 ? foldedOutcome(line.findings) : change(line) + line.best.detail
  }

  /// What became of it since the last run.
  private func change(_ line: FindingLines.Line) -> String {
    guard let change = line.change else { return "" }
    let what = change.what.isEmpty ? "" : ", \(change.what)"
    return switch change.state {
    case .new, .gone: "new; "
    case .ongoing, .changed:
      "\(change.isAgain ? "again, first seen" : "since") \(UTCTime(change.since).monthAndDay)\(what); "
    }
  }

  private func foldedOutcome(_ all: [Finding]) -> String {
    if all[0].rule.traits.contains(.foldsRareServices) { return probes(all) }
    if all.allSatisfy(\.outcome.isFailure) { return "no response" }
    if all[0].stage == .p1 {
      let answered = all.count { !$0.outcome.isFailure }
      return "\(answered) of \(all.count) answered"
    }
    let conversations = all.reduce(0) { $0 + $1.counts.conversations }
    return "\(TextFormat.plural(conversations, "conversation")) in all; --format json has each"
  }

  /// The services that most sources tried.
  private func probes(_ all: [Finding]) -> String {
    let ranked = all.sorted { left, right in
      let (more, fewer) = (left.members?.count ?? 1, right.members?.count ?? 1)
      return more == fewer ? left.id < right.id : more > fewer
    }
    let first = ranked.prefix(4).compactMap { finding in
      finding.service.map {
        "\(facts.names.name(of: $0)) \(TextFormat.grouped(finding.members?.count ?? 1))"
      }
    }
    let answered = all.count { !$0.outcome.isFailure }
    let outcome = answered == 0 ? "no response" : "\(answered) of \(all.count) services answered"
    return "\(outcome); sources: \(first.joined(separator: ", "))\(all.count > 4 ? ", …" : "")"
  }

  func single(_ finding: Finding, _ detail: AddressFacts.Detail) -> String {
    var who = facts.label(finding.actor, detail)
    if let members = finding.members {
      let sources = TextFormat.plural(members.count, "source")
      who =
        if case .prefix = finding.actor { "\(who) (\(sources))" } else { examples(members, detail) }
    }
    // What a host is said of alone has no other side.
    let sample = finding.targets.sample
    let isAlone =
      sample.isEmpty || sample.count == 1 && .address(sample[0].address) == finding.actor
    return isAlone ? who : "\(who) → \(targets(finding, detail))"
  }

  /// The other side of a step: of what the host did, whom; of what was done to it, who.
  func step(_ finding: Finding, _ host: IPAddress?) -> String {
    guard let host else { return single(finding, .name) }
    if finding.actor == .address(host) { return "→ \(targets(finding, .name))" }
    guard finding.targets.count == 1, finding.targets.sample.first?.address == host else {
      return single(finding, .name)
    }
    return
      "from \(finding.members.map { examples($0, .name) } ?? facts.label(finding.actor, .name))"
  }

  private func examples(_ members: Members, _ detail: AddressFacts.Detail) -> String {
    let first = members.sample.first.map { facts.label($0, detail) }
    guard members.count > 1, let first else { return first ?? "" }
    return "\(TextFormat.plural(members.count, "source")), e.g. \(first)"
  }

  private func folded(_ all: [Finding], _ detail: AddressFacts.Detail) -> String {
    if all[0].rule.traits.contains(.foldsRareServices) { return sources(all, detail) }
    if all.allSatisfy({ $0.actor == all[0].actor }) {
      return "\(facts.label(all[0].actor, detail)) → \(all.count) services"
    }
    if case .campaign = all[0].actor {
      let hosts = all.prefix(2).compactMap(\.targets.sample.first)
        .map { facts.label($0.address, detail) }
      return
        "\(TextFormat.plural(all.count, "local endpoint")), e.g. \(hosts.joined(separator: ", "))"
    }
    let names = all.prefix(2).map { facts.label($0.actor, detail) }.joined(separator: ", ")
    return "\(TextFormat.plural(all.count, "source")), e.g. \(names)"
  }

  private func targets(_ finding: Finding, _ detail: AddressFacts.Detail) -> String {
    whom(finding.targets, finding.service, detail)
  }

  private func whom(
    _ targets: Targets,
    _ service: Service?,
    _ detail: AddressFacts.Detail
  ) -> String {
    let port = service.map { service in
      ProtocolNumber.hasPorts(service.protocolNumber) ? " :\(service.port)" : ""
    }
    guard targets.count != 1, let sample = targets.sample.first else {
      return (targets.sample.first.map { facts.label($0.address, detail) } ?? "?") + (port ?? "")
    }
    let mark = targets.isExact ? "" : "~"
    let family = sample.address.isV4 ? "addresses" : "IPv6 addresses"
    return "\(mark)\(TextFormat.grouped(targets.count)) \(family)\(port ?? "")"
  }

  func when(_ all: [Finding]) -> String {
    let first = UTCTime(all.map(\.firstSeen).min() ?? 0)
    let last = UTCTime(all.map(\.lastSeen).max() ?? 0)
    let end = first.date == last.date ? last.clock : "\(last.monthAndDay) \(last.clock)"
    let slow = all.contains(where: \.isSlow) ? " slow" : ""
    return "\(first.monthAndDay) \(first.clock)–\(end)\(slow)"
  }

  // MARK: Incidents

  /// Sources, the host where there is one, and what it acted on.
  private func joined(_ incident: Incident, _ detail: AddressFacts.Detail) -> String {
    let steps = incident.steps
    guard let host = incident.host else {
      return "\(sources(steps, detail)) → \(whom(incident.targets, service(steps), detail))"
    }
    let entry = steps.filter { $0.actor != .address(host) }
    let deeds = steps.filter { $0.actor == .address(host) }
    var parts = entry.isEmpty ? [] : [sources(entry, detail)]
    parts.append(facts.label(host, detail))
    if !deeds.isEmpty {
      let done = Incident(deeds[0], others: Array(deeds.dropFirst()), host: host)
      parts.append(whom(done.targets, service(deeds), detail))
    }
    return parts.joined(separator: " → ")
  }

  /// The service that all findings are about; nil when there are several.
  private func service(_ findings: [Finding]) -> Service? {
    let services = Set(findings.map(\.service))
    return services.count == 1 ? services.first ?? nil : nil
  }

  private func sources(_ steps: [Finding], _ detail: AddressFacts.Detail) -> String {
    // Findings about the reachability of a service do not name who used it.
    let acts = steps.filter { !$0.rule.traits.contains(.isReachability) }
    let acting = acts.isEmpty ? steps : acts
    var all: Set<IPAddress> = []
    var isWhole = true
    for step in acting {
      if let members = step.members {
        all.formUnion(members.sample)
        isWhole = isWhole && members.count == UInt64(members.sample.count)
      } else if case .address(let address) = step.actor {
        all.insert(address)
      } else {
        return facts.label(step.actor, detail)
      }
    }
    guard all.count > 1, let first = acting.first.flatMap(example) else {
      return all.first.map { facts.label($0, detail) } ?? ""
    }
    let count = (isWhole ? "" : "~") + TextFormat.plural(all.count, "source")
    return "\(count), e.g. \(facts.label(first, detail))"
  }

  private func example(_ finding: Finding) -> IPAddress? {
    if case .address(let address) = finding.actor { return address }
    return finding.members?.sample.first
  }
}
