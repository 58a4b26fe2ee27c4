internal import FlowFindings

/// The six tables of a report by the names that machine formats use.
package enum ReportTable: String, CaseIterable, Sendable {
  /// Sources of records to tcp/22.
  case sshSources
  /// Sources and the ports that they tried on one destination.
  case portScans
  /// Sources and the destinations that they tried one service on.
  case hostSweeps
  /// What one address sent to another one.
  case topTalkers
  /// What internal addresses sent to external ones.
  case externalDestinations
  /// Sources of rejected records.
  case rejectedSources
}
