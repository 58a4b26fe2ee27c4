internal import FlowFindings

/// The incident of each finding.
struct IncidentIndex {
  private let incidents: [Incident]
  private let places: [String: Int]

  /// - Complexity: linear in the parts of all incidents.
  init(_ report: Report) {
    incidents = report.incidents
    var places: [String: Int] = [:]
    for (place, incident) in report.incidents.enumerated() {
      for part in incident.parts { places[part.id] = place }
    }
    self.places = places
  }

  /// The incident that a finding is a part of; nil for none.
  subscript(_ finding: Finding) -> Incident? { places[finding.id].map { incidents[$0] } }
}
