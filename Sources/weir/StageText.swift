import FlowFindings
import FlowReporting

extension Stage {
  /// What `weir explain P5` prints.
  var explanation: String {
    let (low, high) = (Int(band.lowerBound), Int(band.upperBound))
    return "\(rawValue)  \(words), scores \(low) to \(high)\n\n    \(meaning)"
  }

  private var meaning: String {
    switch self {
    case .note: "An operational note: a misconfiguration, an unused resource, a gap in the log."
    case .p1: "An external source scans or probes. Nothing beyond that is visible."
    case .p2: "A service is reachable from the internet, or answers sources that scan."
    case .p3: "Credentials are attacked. No success is visible."
    case .p4: "An internal host, or the network, does something unusual that may be an attack."
    case .p4s: "One login attempt differs from the others; it may have succeeded."
    case .p5: "A login very likely succeeded after brute force, or an internal host attacks others."
    case .p6: "A compromise and what the host did afterwards: several findings form a chain."
    }
  }
}
