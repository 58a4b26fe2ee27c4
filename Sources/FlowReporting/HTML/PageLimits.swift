internal import FlowFindings

/// What a page holds at most, whatever was found: it is mailed, and opened on telephones.
///
/// The page says where a limit was reached and how to get the rest.
enum PageLimits {
  /// Bytes of the whole page.
  static let bytes = 1_950_000
  /// Bytes of all finding cards together, if the rest of the page leaves them.
  static let bytesOfCards = 1_200_000
  /// Lines of findings, folded ones counted once.
  static let lines = 300
  /// Findings listed in a folded line.
  static let foldedFindings = 40
  /// Findings of an incident, each with a step of the timeline and a card.
  static let steps = 30
  /// Rows of a table of an investigation, and their bytes.
  static let rows = 200
  static let bytesOfTable = 130_000
  /// Bytes of any text without a limit of its own.
  static let bytesOfText = 500
  /// Bytes of names, titles, labels and notes in pictures.
  static let bytesOfLabel = 140
  /// Raw lines of a finding.
  static let evidence = 8
  /// Members of an actor, and targets.
  static let addresses = 12
  /// Inputs, faults, notices, gaps and facts: each list.
  static let listed = 40
  /// Bytes of the command line.
  static let bytesOfCommand = 4000
}
