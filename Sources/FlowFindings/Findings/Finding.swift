public import FlowModel

/// How much a finding matters, in the bands of AWS Security Hub.
public enum Severity: Int, Sendable, CaseIterable, Comparable {
  /// Score 0.
  case info
  /// Score 1 to 39.
  case low
  /// Score 40 to 69.
  case medium
  /// Score 70 to 89.
  case high
  /// Score 90 to 100.
  case critical

  /// The band of a rounded score.
  public init(score: Int) {
    switch score {
    case ...0: self = .info
    case ...39: self = .low
    case ...69: self = .medium
    case ...89: self = .high
    default: self = .critical
    }
  }

  /// The word used in options and reports.
  public var name: String { "\(self)" }

  /// Finds a severity by its word.
  public init?(name: String) {
    guard let match = Self.allCases.first(where: { $0.name == name.lowercased() }) else {
      return nil
    }
    self = match
  }

  /// By band.
  public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
}

/// What happened, coarsely; each stage has a band of scores.
public enum Stage: String, Sendable, CaseIterable {
  /// A note: hygiene, operations, quality of the log.
  case note = "N"
  /// Reconnaissance that opened nothing.
  case p1 = "P1"
  /// Exposure, or reconnaissance that found something sensitive open.
  case p2 = "P2"
  /// A sustained attack on credentials, not proven successful.
  case p3 = "P3"
  /// Unusual behavior of an internal host.
  case p4 = "P4"
  /// A possible success: a conversation of another size.
  case p4s = "P4s"
  /// An internal host acts as attacker, or a likely success.
  case p5 = "P5"
  /// A chain of two independent detectors about one host.
  case p6 = "P6"

  /// The lowest and highest score of the stage.
  public var band: ClosedRange<Double> {
    switch self {
    case .note: 1...15
    case .p1: 5...29
    case .p2: 20...39
    case .p3: 30...54
    case .p4: 40...69
    case .p4s: 55...69
    case .p5: 70...89
    case .p6: 90...100
    }
  }
}

/// How much of a finding rests on inference.
public enum Confidence: String, Sendable {
  /// At least 95 % of the conversations have a sure direction.
  case high
  /// At least 80 %.
  case medium
  /// Less.
  case low
}

/// How far an actor got.
public enum FindingOutcome: String, Sendable {
  /// A security group or network ACL stopped everything.
  case blocked
  /// Nothing answered.
  case silent
  /// Answered with bare resets.
  case refused
  /// Answered shortly.
  case touched
  /// Whole conversations.
  case open
  /// One conversation may have been a login.
  case possibleSuccess = "possible-success"
  /// One conversation was a login in all likelihood.
  case likelySuccess = "likely-success"
  /// The finding is not about getting anywhere.
  case notApplicable = "not-applicable"

  /// Whether nothing was answered.
  public var isFailure: Bool { self == .blocked || self == .silent || self == .refused }
}

/// Who did it.
public enum Actor: Sendable, Hashable {
  /// One address.
  case address(IPAddress)
  /// All of a network together.
  case prefix(IPNetwork)
  /// Many sources that have nothing but their aim in common.
  case campaign(String)

  /// The text that reports show.
  public var description: String {
    switch self {
    case .address(let address): address.description
    case .prefix(let network): network.description
    case .campaign(let name): name
    }
  }
}

/// The sources behind an actor that is no single address.
public struct Members: Sendable, Equatable {
  /// How many.
  public var count: UInt64
  /// The most active ones first, at most 1,000.
  public var sample: [IPAddress]

  /// Puts the values together.
  package init(
    count: UInt64,
    sample: [IPAddress]
  ) {
    self.count = count
    self.sample = sample
  }

  /// The most that a sample holds.
  public static let sampleLimit = 1000
}

/// Whom it was done to.
public struct Targets: Sendable, Equatable {
  /// Distinct local addresses.
  public var count: UInt64
  /// Whether the count is exact.
  public var isExact: Bool
  /// Some of them, with the port where it is one.
  public var sample: [Target]

  /// Puts the values together.
  package init(
    count: UInt64,
    isExact: Bool,
    sample: [Target]
  ) {
    self.count = count
    self.isExact = isExact
    self.sample = sample
  }
}

/// One target.
public struct Target: Sendable, Hashable {
  /// The local address.
  public var address: IPAddress
  /// The port; nil where it varies.
  public var port: UInt16?
  /// The interface that has the address as its own; nil when none is known.
  public var interface: String?

  /// A target at an address.
  package init(address: IPAddress, port: UInt16? = nil, interface: String? = nil) {
    (self.address, self.port, self.interface) = (address, port, interface)
  }

  /// A target at an address, with the port where the service has one.
  package init(address: IPAddress, service: Service?) {
    let hasPort = service.map { ProtocolNumber.hasPorts($0.protocolNumber) } ?? false
    self.init(address: address, port: hasPort ? service?.port : nil)
  }
}

/// The sums behind a finding.
public struct FindingCounts: Sendable, Equatable {
  /// Conversations begun.
  public var conversations: UInt64
  /// Records; nil where conversations alone were counted.
  public var records: UInt64?
  /// Accepted records.
  public var accepted: UInt64?
  /// Rejected records.
  public var rejected: UInt64?
  /// Packets.
  public var packets: UInt64
  /// Bytes.
  public var bytes: UInt64

  /// Puts the values together.
  package init(
    conversations: UInt64,
    records: UInt64? = nil,
    accepted: UInt64? = nil,
    rejected: UInt64? = nil,
    packets: UInt64,
    bytes: UInt64
  ) {
    self.conversations = conversations
    self.records = records
    self.accepted = accepted
    self.rejected = rejected
    self.packets = packets
    self.bytes = bytes
  }
}

/// One measured value of the score's arithmetic.
public struct Reason: Sendable, Equatable {
  /// What was measured, with its unit.
  public var measure: String
  /// The measured value.
  public var value: Double
  /// Where the scale begins.
  public var from: Double
  /// Where it ends.
  public var to: Double
  /// The most that it can add.
  public var weight: Double
  /// What it adds: weight times the place on the scale.
  public var contribution: Double

  /// Puts the values together.
  package init(
    measure: String,
    value: Double,
    from: Double,
    to: Double,
    weight: Double,
    contribution: Double
  ) {
    self.measure = measure
    self.value = value
    self.from = from
    self.to = to
    self.weight = weight
    self.contribution = contribution
  }
}

/// A raw line that shows what was found.
public struct Evidence: Sendable, Equatable {
  /// The input.
  public var path: String
  /// The line, from 1.
  public var line: UInt64
  /// The line as it stands there.
  public var text: String
  /// What the line says; nil where that is not known.
  public var record: EvidenceRecord?

  /// Names a line.
  public init(path: String, line: UInt64, text: String) {
    self.path = path
    self.line = line
    self.text = text
  }
}

/// Which records are evidence of a finding.
public struct EvidenceQuery: Sendable {
  /// Sources; nil means any that is not an local address.
  public var source: IPNetwork?
  /// The destination; nil means any own or internal address.
  public var destination: IPAddress?
  /// Protocols; empty means any.
  public var protocols: Set<UInt8> = []
  /// The destination port; nil means any.
  public var port: UInt16?
  /// The only sources that count, where several are known; empty means any that `source` allows.
  public var members: Set<IPAddress> = []
  /// Whether the destination is neither own nor internal.
  public var isOutward = false
  /// Whether only rejected records count.
  public var isRejected = false
  /// Whether the destination's answers count as well.
  public var includesReplies = false
  /// The fewest packets that a record must have.
  public var leastPackets: UInt64 = 0
  /// The network in which the destination must lie; nil means any.
  public var destinationNetwork: IPNetwork?
  /// Whether sources inside count where `source` is nil.
  public var isAnySource = false

  /// Puts the values together.
  package init(
    source: IPNetwork? = nil,
    destination: IPAddress? = nil,
    protocols: Set<UInt8> = [],
    port: UInt16? = nil,
    members: Set<IPAddress> = [],
    isOutward: Bool = false,
    isRejected: Bool = false,
    includesReplies: Bool = false,
    leastPackets: UInt64 = 0,
    destinationNetwork: IPNetwork? = nil,
    isAnySource: Bool = false
  ) {
    self.source = source
    self.destination = destination
    self.protocols = protocols
    self.port = port
    self.members = members
    self.isOutward = isOutward
    self.isRejected = isRejected
    self.includesReplies = includesReplies
    self.leastPackets = leastPackets
    self.destinationNetwork = destinationNetwork
    self.isAnySource = isAnySource
  }

  /// A query that no record answers.
  package static let none = EvidenceQuery()
}

/// Something that a person should know, with all that led to it.
public struct Finding: Sendable {
  /// Stable across runs: a hash of rule, actor and aim.
  public var id: String
  /// The rule, such as `scan.horizontal`.
  public var rule: RuleID
  /// What people call it.
  public var title: String
  /// The unrounded score, 0 to 100.
  public var exactScore: Double
  /// How sure the directions are.
  public var confidence: Confidence
  /// What happened, coarsely.
  public var stage: Stage
  /// How far it got.
  public var outcome: FindingOutcome
  /// The service; nil where there are several.
  public var service: Service?
  /// Who.
  public var actor: Actor
  /// Whether the actor is internal.
  public var actorIsInternal: Bool
  /// The sources behind the actor.
  public var members: Members?
  /// Whom.
  public var targets: Targets
  /// Earliest record, Unix seconds.
  public var firstSeen: UInt32
  /// Latest record, Unix seconds.
  public var lastSeen: UInt32
  /// The sums behind it.
  public var counts: FindingCounts
  /// Whether it kept below every window of an hour that other tools look at.
  public var isSlow: Bool
  /// The arithmetic of the score.
  public var why: [Reason]
  /// What the screen says of how far it got.
  public var detail: String
  /// What to look at next.
  public var next: String
  /// Ids of the findings that it joins, in order of time.
  public var joins: [String] = []
  /// What became of it since the last run; nil without a history.
  public var change: FindingChange?
  /// The slices of the log in which it was active, one bit each (`LogSlices`); 0 where that is not known.
  public var activity: UInt64 = 0
  /// Raw lines, filled in at the end of a run.
  public var evidence: [Evidence] = []
  /// MITRE ATT&CK techniques.
  public var techniques: [String]
  /// The line of a suppression file that would silence it.
  public var suppressWith: String
  /// Where its evidence lies.
  public var evidenceQuery: EvidenceQuery

  /// Puts the values together.
  package init(
    id: String,
    rule: RuleID,
    title: String,
    exactScore: Double,
    confidence: Confidence,
    stage: Stage,
    outcome: FindingOutcome,
    service: Service? = nil,
    actor: Actor,
    actorIsInternal: Bool,
    members: Members? = nil,
    targets: Targets,
    firstSeen: UInt32,
    lastSeen: UInt32,
    counts: FindingCounts,
    isSlow: Bool,
    why: [Reason],
    detail: String,
    next: String,
    joins: [String] = [],
    change: FindingChange? = nil,
    activity: UInt64 = 0,
    evidence: [Evidence] = [],
    techniques: [String],
    suppressWith: String,
    evidenceQuery: EvidenceQuery
  ) {
    self.id = id
    self.rule = rule
    self.title = title
    self.exactScore = exactScore
    self.confidence = confidence
    self.stage = stage
    self.outcome = outcome
    self.service = service
    self.actor = actor
    self.actorIsInternal = actorIsInternal
    self.members = members
    self.targets = targets
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.counts = counts
    self.isSlow = isSlow
    self.why = why
    self.detail = detail
    self.next = next
    self.joins = joins
    self.change = change
    self.activity = activity
    self.evidence = evidence
    self.techniques = techniques
    self.suppressWith = suppressWith
    self.evidenceQuery = evidenceQuery
  }

  /// The score as shown, rounded half up.
  public var score: Int { Int(exactScore + 0.5) }
  /// The band of the score.
  public var severity: Severity { Severity(score: score) }
}
