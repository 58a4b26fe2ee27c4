internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// A finding under construction, with the fields that the findings of all rules share.
struct FindingDraft {
  let rule: Rule
  /// The id that the finding carries, where the rule has several.
  var id: RuleID
  var title: String
  var stage: Stage
  var score = Score()
  /// Upper limit of the score, for findings with weak evidence.
  var cap = 100.0
  var confidence = Confidence.high
  var outcome = FindingOutcome.notApplicable
  var service: Service?
  var actor: Actor
  var actorIsInternal = false
  var members: Members?
  var targets = Targets(count: 0, isExact: true, sample: [])
  var sums = RecordSums()
  var conversations: UInt64 = 0
  /// Whether `sums` counts records.
  ///
  /// Otherwise only conversations were counted.
  var countsRecords = true
  var isSlow = false
  var detail = ""
  var next: String
  /// Identifies the finding in another run, together with its rule and actor.
  var key: [String] = []
  /// The scope of a suppression of the finding.
  var suppression = SuppressionScope()
  var evidence = EvidenceQuery()

  init(_ rule: Rule, title: String, stage: Stage, actor: Actor) {
    self.rule = rule
    id = rule.id
    self.title = title
    self.stage = stage
    self.actor = actor
    next = rule.page.respond
  }

  /// Copies the outcomes of the conversations of a source.
  mutating func note(_ outcomes: OutcomeCounts, sure: UInt64) {
    outcome = outcomes.furthest
    confidence = outcomes.confidence(sure: sure)
    conversations = outcomes.total
    detail = outcomes.words
  }

  /// The actor as part of the id.
  ///
  /// The name of a campaign is left out, because it depends on the user's names.
  private var who: String {
    switch actor {
    case .address(let address): address.keyText
    case .prefix(let network): network.keyText
    case .campaign: ""
    }
  }

  /// The finding.
  var finding: Finding {
    var finding = Finding(
      id: Finding.stableID([id.rawValue, who] + key),
      rule: id,
      title: title,
      exactScore: min(cap, score.value(in: stage.band)),
      confidence: confidence,
      stage: stage,
      outcome: outcome,
      service: service,
      actor: actor,
      actorIsInternal: actorIsInternal,
      members: members,
      targets: targets,
      firstSeen: sums.first,
      lastSeen: sums.last,
      counts: FindingCounts(
        conversations: conversations,
        records: countsRecords ? sums.records : nil,
        accepted: countsRecords ? sums.accepted : nil,
        rejected: countsRecords ? sums.rejected : nil,
        packets: sums.packets,
        bytes: sums.bytes
      ),
      isSlow: isSlow,
      why: score.reasons,
      detail: detail,
      next: next,
      techniques: rule.techniques,
      suppressWith: suppression.line(rule: id),
      evidenceQuery: evidence
    )
    finding.activity = sums.activity
    return finding
  }
}

/// The fields of a suppression line besides the rule.
struct SuppressionScope {
  var source: String?
  var destination: String?
  var port: UInt16?

  init() {}

  init(source: String? = nil, destination: IPAddress? = nil, service: Service? = nil) {
    self.source = source
    self.destination = destination?.description
    if let service, ProtocolNumber.hasPorts(service.protocolNumber) { port = service.port }
  }

  /// A line for a suppression file.
  func line(rule: RuleID) -> String {
    var parts = ["rule: \(rule)"]
    if let source { parts.append("source: \"\(source)\"") }
    if let destination { parts.append("destination: \"\(destination)\"") }
    if let port { parts.append("port: \(port)") }
    return "- {\(parts.joined(separator: ", ")), reason: \"say why\"}"
  }
}

/// The findings of one detector.
///
/// Their number is limited, because a hostile log can cause any number of them.
struct Found: Sendable {
  /// The most findings of one rule that are kept.
  static let limit = 10_000

  private(set) var findings: [Finding] = []
  /// Number of findings with lower scores that were dropped.
  private(set) var dropped: UInt64 = 0

  mutating func add(_ finding: Finding) {
    findings.append(finding)
    if findings.count >= 2 * Self.limit { trim() }
  }

  mutating func add(_ other: Found) {
    findings += other.findings
    dropped += other.dropped
    if findings.count >= 2 * Self.limit { trim() }
  }

  /// Keeps the highest-ranked findings.
  ///
  /// The rank depends on the finding alone, so the order of adding has no effect.
  mutating func trim() {
    guard findings.count > Self.limit else { return }
    findings.sort(by: Ranking.isBefore)
    dropped += UInt64(findings.count - Self.limit)
    findings.removeLast(findings.count - Self.limit)
  }

  /// The findings without those that a later check explains.
  func without(_ isExplained: (Finding) -> Bool) -> Found {
    var left = self
    left.findings.removeAll(where: isExplained)
    return left
  }

  /// Counts candidates that were dropped before they became findings.
  mutating func drop(_ count: UInt64) { dropped += count }

  /// The highest-ranked findings in no order, and the number of dropped ones.
  var kept: Found {
    var all = self
    all.trim()
    return all
  }
}

extension Finding {
  /// Hours between two times.
  static func hours(_ first: UInt32, _ last: UInt32) -> Double {
    last > first ? Double(last - first) / 3600 : 0
  }

  /// FNV-1a over the parts, as sixteen hexadecimal digits: the same in every run and on every machine.
  static func stableID(_ parts: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in parts.joined(separator: "\u{1f}").utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension OutcomeCounts {
  /// The most advanced outcome of any conversation.
  var furthest: FindingOutcome {
    if sessions > 0 { return .open }
    if touched > 0 { return .touched }
    if refused > 0, refused >= blocked, refused >= silent { return .refused }
    return silent > blocked ? .silent : .blocked
  }

  /// One clause for reports.
  var words: String {
    guard touched + sessions > 0 else {
      let kinds = [("blocked", blocked), ("unanswered", silent), ("refused", refused)]
      let present = kinds.filter { $0.1 > 0 }
      return present.count == 1
        ? "all \(present[0].0)"
        : present.map { "\(NumberText.count($0.1)) \($0.0)" }.joined(separator: ", ")
    }
    let answered = "\(NumberText.count(touched + sessions)) answered"
    return failures > 0
      ? "\(NumberText.count(failures)) without response, \(answered)" : answered
  }

  /// Confidence of a finding about these conversations.
  func confidence(sure: UInt64) -> Confidence {
    if sure * 20 >= total * 19 { return .high }
    return sure * 10 >= total * 8 ? .medium : .low
  }
}
