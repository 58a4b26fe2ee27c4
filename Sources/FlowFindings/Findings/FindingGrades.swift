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
