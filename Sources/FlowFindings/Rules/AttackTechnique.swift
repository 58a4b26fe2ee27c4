/// A tactic of MITRE ATT&CK: the goal of an attacker.
public enum AttackTactic: String, Sendable, CaseIterable {
  /// Gathering information about targets.
  case reconnaissance = "TA0043"
  /// Gaining access to the network.
  case initialAccess = "TA0001"
  /// Keeping the access.
  case persistence = "TA0003"
  /// Avoiding detection.
  case defenseEvasion = "TA0005"
  /// Stealing credentials.
  case credentialAccess = "TA0006"
  /// Exploring the environment.
  case discovery = "TA0007"
  /// Moving between hosts.
  case lateralMovement = "TA0008"
  /// Communicating with compromised hosts.
  case commandAndControl = "TA0011"
  /// Stealing data.
  case exfiltration = "TA0010"
  /// Disrupting systems, or abusing their resources.
  case impact = "TA0040"

  /// The name in ATT&CK.
  public var name: String {
    switch self {
    case .reconnaissance: "Reconnaissance"
    case .initialAccess: "Initial Access"
    case .persistence: "Persistence"
    case .defenseEvasion: "Defense Evasion"
    case .credentialAccess: "Credential Access"
    case .discovery: "Discovery"
    case .lateralMovement: "Lateral Movement"
    case .commandAndControl: "Command and Control"
    case .exfiltration: "Exfiltration"
    case .impact: "Impact"
    }
  }

  /// The tactics of techniques, each once, in their order.
  ///
  /// Techniques that no rule names have none.
  public static func all(of techniques: [String]) -> [AttackTactic] {
    var known: Set<AttackTactic> = []
    return techniques.compactMap { AttackTechnique[$0]?.tactic }.filter {
      known.insert($0).inserted
    }
  }
}

/// A technique of MITRE ATT&CK that a rule names.
///
/// Some techniques belong to several tactics. The one listed here is the one that the rules detect.
public struct AttackTechnique: Sendable, Equatable {
  /// Such as `T1110` or `T1110.001`.
  public let id: String
  /// The name in ATT&CK.
  ///
  /// The name of a subtechnique excludes that of its parent.
  public let name: String
  /// Its tactic.
  public let tactic: AttackTactic

  /// The ATT&CK release of the names.
  public static let version = "17.0"

  /// Whether it is a subtechnique.
  public var isSubtechnique: Bool { id.contains(".") }

  /// The parent of a subtechnique; a technique is its own parent.
  public var parent: AttackTechnique {
    guard let stem = id.split(separator: ".").first else { return self }
    return Self[String(stem)] ?? self
  }

  /// The technique of an id; nil for one that no rule names.
  public static subscript(_ id: String) -> AttackTechnique? { byID[id] }

  /// All techniques, in the order of their ids.
  public static let all: [AttackTechnique] = table.flatMap { tactic, rows in
    rows.map { AttackTechnique(id: $0.id, name: $0.name, tactic: tactic) }
  }.sorted { $0.id < $1.id }

  private static let byID = Dictionary(
    all.map { ($0.id, $0) },
    uniquingKeysWith: { first, _ in first }
  )
}

extension AttackTechnique {
  /// Every technique that a rule names has a row here, and so has the parent of a subtechnique.
  private static let table: [(tactic: AttackTactic, rows: [(id: String, name: String)])] = [
    (
      .reconnaissance,
      [
        ("T1595", "Active Scanning"), ("T1595.001", "Scanning IP Blocks"),
        ("T1595.002", "Vulnerability Scanning"),
      ]
    ),
    (
      .initialAccess,
      [
        ("T1078", "Valid Accounts"), ("T1133", "External Remote Services"),
        ("T1190", "Exploit Public-Facing Application"), ("T1199", "Trusted Relationship"),
      ]
    ),
    (
      .persistence,
      [("T1505", "Server Software Component"), ("T1543", "Create or Modify System Process")]
    ),
    (
      .defenseEvasion,
      [("T1562", "Impair Defenses"), ("T1562.008", "Disable or Modify Cloud Logs")]
    ),
    (
      .credentialAccess,
      [
        ("T1110", "Brute Force"), ("T1110.001", "Password Guessing"),
        ("T1110.003", "Password Spraying"), ("T1110.004", "Credential Stuffing"),
      ]
    ),
    (
      .discovery,
      [
        ("T1018", "Remote System Discovery"), ("T1046", "Network Service Discovery"),
        ("T1526", "Cloud Service Discovery"), ("T1580", "Cloud Infrastructure Discovery"),
      ]
    ),
    (
      .lateralMovement,
      [
        ("T1021", "Remote Services"), ("T1021.001", "Remote Desktop Protocol"),
        ("T1021.004", "SSH"), ("T1570", "Lateral Tool Transfer"),
      ]
    ),
    (
      .commandAndControl,
      [
        ("T1071", "Application Layer Protocol"), ("T1071.003", "Mail Protocols"),
        ("T1071.004", "DNS"), ("T1090", "Proxy"), ("T1090.003", "Multi-hop Proxy"),
        ("T1095", "Non-Application Layer Protocol"), ("T1105", "Ingress Tool Transfer"),
        ("T1571", "Non-Standard Port"), ("T1572", "Protocol Tunneling"),
        ("T1573", "Encrypted Channel"),
      ]
    ),
    (
      .exfiltration,
      [
        ("T1029", "Scheduled Transfer"), ("T1030", "Data Transfer Size Limits"),
        ("T1041", "Exfiltration Over C2 Channel"),
        ("T1048", "Exfiltration Over Alternative Protocol"),
        ("T1048.003", "Exfiltration Over Unencrypted Non-C2 Protocol"),
        ("T1537", "Transfer Data to Cloud Account"), ("T1567", "Exfiltration Over Web Service"),
      ]
    ),
    (
      .impact,
      [
        ("T1496", "Resource Hijacking"), ("T1496.001", "Compute Hijacking"),
        ("T1498", "Network Denial of Service"), ("T1498.001", "Direct Network Flood"),
        ("T1498.002", "Reflection Amplification"), ("T1499", "Endpoint Denial of Service"),
      ]
    ),
  ]
}
