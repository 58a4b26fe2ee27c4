internal import FlowFindings

/// The most that the AWS Security Finding Format takes, and texts cut to it.
///
/// Counted in bytes, which is never less than in characters however they are counted.
enum ASFFLimits {
  static let title = 256
  static let description = 1024
  static let recommendation = 512
  static let id = 512
  static let value = 2048
  static let portName = 128
  static let resources = 32
  static let types = 50
  static let probes = 32
  static let related = 10

  /// The text, or its beginning with a mark behind it; safe for consoles, and never empty.
  static func text(_ text: String, _ limit: Int) -> String {
    let safe = TextFormat.safe(text)
    guard safe.utf8.count > limit else { return safe.contains { !$0.isWhitespace } ? safe : "-" }
    let mark = "…"
    var cut = ""
    var room = limit - mark.utf8.count
    for character in safe.unicodeScalars {
      let size = String(character).utf8.count
      guard size <= room else { break }
      cut.unicodeScalars.append(character)
      room -= size
    }
    return cut + mark
  }
}

extension Severity {
  /// Security Hub's word.
  var asff: String { self == .info ? "INFORMATIONAL" : name.uppercased() }
}

extension Confidence {
  /// The share of conversations with a sure direction that the word stands for, in percent.
  var percent: Int {
    switch self {
    case .high: 95
    case .medium: 80
    case .low: 50
    }
  }
}

/// The finding types of Security Hub's taxonomy: namespace, category, classifier.
enum ASFFTypes {
  /// - Returns: each once; the rule is the classifier where the taxonomy defines none.
  static func of(_ finding: Finding, _ tactics: [AttackTactic]) -> [String] {
    let traits = finding.rule.traits
    if traits.contains(.isReachability) { return ["\(bestPractices)/Network Reachability"] }
    if traits.contains(.isPractice) { return ["\(bestPractices)/\(finding.rule)"] }
    var categories = tactics.map { category($0, finding) }
    if traits.contains(.isUnusual) || categories.isEmpty {
      categories.append("Unusual Behaviors/Network Flow")
    }
    var known: Set<String> = []
    return categories.filter { known.insert($0).inserted }.prefix(ASFFLimits.types)
      .map { "\($0)/\(finding.rule)" }
  }

  private static let bestPractices = "Software and Configuration Checks/AWS Security Best Practices"

  /// The taxonomy has no reconnaissance, and tells exfiltration and impact as effects.
  private static func category(_ tactic: AttackTactic, _ finding: Finding) -> String {
    switch tactic {
    case .reconnaissance: "TTPs/Discovery"
    case .exfiltration: "Effects/Data Exfiltration"
    case .impact:
      finding.techniques.contains { $0.hasPrefix("T1496") }
        ? "Effects/Resource Consumption" : "Effects/Denial of Service"
    case .initialAccess, .persistence, .defenseEvasion, .credentialAccess, .discovery,
      .lateralMovement, .commandAndControl:
      "TTPs/\(tactic.name)"
    }
  }
}
