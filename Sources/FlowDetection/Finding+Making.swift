internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// What the findings of all rules have in common, in the order in which a reader asks for it.
struct FindingDraft {
  let rule: Rule
  /// The id that the finding carries, where the rule has several.
  var id: RuleID
  var title: String
  var stage: Stage
  var score = Score()
  /// The most that the score may be: what rests on little stays below.
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
  /// Whether `sums` knows records, or conversations alone were counted.
  var countsRecords = true
  var isSlow = false
  var detail = ""
  var next: String
  /// What makes the finding the same one in another run, besides its rule and actor.
  var key: [String] = []
  /// What a suppression of it names.
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

  /// Takes over how a source's conversations went.
  mutating func note(_ outcomes: OutcomeCounts, sure: UInt64) {
    outcome = outcomes.furthest
    confidence = outcomes.confidence(sure: sure)
    conversations = outcomes.total
    detail = outcomes.words
  }

  /// The actor as the id knows it; what many sources are called may change with the user's names.
  private var who: String {
    if case .campaign = actor { "" } else { actor.description }
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

/// What a suppression line names besides the rule.
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

/// The findings of one detector: the best ones, should a hostile log lead to more than anybody could read.
struct Found: Sendable {
  /// So many findings of one rule are kept.
  static let limit = 10_000

  private(set) var findings: [Finding] = []
  /// How many lower ones were left out.
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

  /// The best ones; a rank is a function of the finding alone, so any order of adding keeps the same ones.
  mutating func trim() {
    guard findings.count > Self.limit else { return }
    findings.sort(by: Ranking.isBefore)
    dropped += UInt64(findings.count - Self.limit)
    findings.removeLast(findings.count - Self.limit)
  }

  /// The findings that a second look does not explain.
  func without(_ isExplained: (Finding) -> Bool) -> Found {
    var left = self
    left.findings.removeAll(where: isExplained)
    return left
  }

  /// Counts what was left out before it became a finding.
  mutating func drop(_ count: UInt64) { dropped += count }

  /// The best ones, in no order, and how many were left out.
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
  /// The furthest that any conversation got.
  var furthest: FindingOutcome {
    if sessions > 0 { return .open }
    if touched > 0 { return .touched }
    if refused > 0, refused >= blocked, refused >= silent { return .refused }
    return silent > blocked ? .silent : .blocked
  }

  /// One clause for the screen.
  var words: String {
    guard touched + sessions > 0 else {
      let kinds = [("blocked", blocked), ("silent", silent), ("refused", refused)]
      let present = kinds.filter { $0.1 > 0 }
      return present.count == 1
        ? "all \(present[0].0)" : present.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }
    let answered = touched + sessions
    return failures > 0 ? "\(failures) got nothing, \(answered) answered" : "\(answered) answered"
  }

  /// How sure a finding is whose conversations these are.
  func confidence(sure: UInt64) -> Confidence {
    if sure * 20 >= total * 19 { return .high }
    return sure * 10 >= total * 8 ? .medium : .low
  }
}
