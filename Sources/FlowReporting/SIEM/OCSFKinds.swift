internal import FlowFindings

/// What became of a finding, in OCSF's words.
enum OCSFActivity {
  case create, ongoing, changed, close

  /// - Parameter state: how it compares with the last run; nil without a history.
  init(_ state: FindingChange.State?) {
    self =
      switch state {
      case nil, .new: .create
      case .ongoing: .ongoing
      case .changed: .changed
      case .gone: .close
      }
  }

  var id: Int {
    switch self {
    case .create: 1
    case .ongoing, .changed: 2
    case .close: 3
    }
  }

  var name: String {
    switch self {
    case .create: "Create"
    case .ongoing, .changed: "Update"
    case .close: "Close"
    }
  }

  /// Weir knows nothing of who works on a finding: beyond New its states are its own (99, Other).
  var statusID: Int { self == .create ? 1 : 99 }

  var status: String {
    switch self {
    case .create: "New"
    case .ongoing: "Ongoing"
    case .changed: "Changed"
    case .close: "Gone"
    }
  }
}

/// What security groups and network ACLs did, where a finding's outcome says it.
enum OCSFControl {
  case allowed, denied

  /// - Returns: nil where the outcome does not tell.
  init?(_ finding: Finding) {
    switch finding.outcome {
    case .blocked: self = .denied
    case .refused, .touched, .open, .possibleSuccess, .likelySuccess: self = .allowed
    case .silent where finding.counts.accepted ?? 0 > 0: self = .allowed
    case .silent, .notApplicable: return nil
    }
  }

  var actionID: Int { self == .allowed ? 1 : 2 }
  var action: String { self == .allowed ? "Allowed" : "Denied" }
  var dispositionID: Int { self == .allowed ? 1 : 2 }
  var disposition: String { self == .allowed ? "Allowed" : "Blocked" }
}

/// How a rule comes to its findings.
enum OCSFAnalytic: Int {
  case rule = 1
  case behavioral = 2
  case statistical = 3

  var name: String {
    switch self {
    case .rule: "Rule"
    case .behavioral: "Behavioral"
    case .statistical: "Statistical"
    }
  }

  init(_ traits: RuleTraits) {
    self =
      traits.contains(.comparesRuns)
      ? .behavioral : traits.contains(.weighsSpread) ? .statistical : .rule
  }
}
