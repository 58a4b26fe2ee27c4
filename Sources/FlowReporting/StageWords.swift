package import FlowFindings

extension Stage {
  /// The stage in words.
  package var words: String {
    switch self {
    case .note: "Hygiene and operations"
    case .p1: "Reconnaissance"
    case .p2: "Exposure"
    case .p3: "Brute force"
    case .p4: "Anomaly"
    case .p4s: "Possible compromise"
    case .p5: "Likely compromise"
    case .p6: "Compromise"
    }
  }
}
