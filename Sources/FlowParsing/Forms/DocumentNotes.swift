/// What a reader of documents has to say about an input as a whole.
package struct DocumentNotes {
  /// What can be lost or supplied between a record and its export, in the order in which it is said.
  enum Kind: Int, CaseIterable {
    case imprecise, eventTime, oneTime, roundedNumber, roundedAccount, queryLimit, unfinished

    var text: String {
      switch self {
      case .imprecise:
        "times are dates or were rounded by a spreadsheet: these records count, but no finding is based on when they were"
      case .eventTime: "records have no start: the time of the event stands for it"
      case .oneTime: "records have only one of start and end: it stands for both"
      case .roundedNumber:
        "numbers were rounded by a spreadsheet (such as 1.7284E+12): packets and bytes are not exact"
      case .roundedAccount:
        "account numbers were rounded by a spreadsheet (such as 6.02E+11) and are left out"
      case .queryLimit:
        "exactly 10,000 rows, the limit of a Logs Insights query: the result is probably not complete"
      case .unfinished: "the query was still running when the result was fetched"
      }
    }
  }

  private var found: Set<Kind> = []

  mutating func add(_ kind: Kind) { found.insert(kind) }

  /// Adds what was found elsewhere in the same input.
  mutating func formUnion(_ other: DocumentNotes) { found.formUnion(other.found) }

  /// The notes as sentences.
  package var texts: [String] { Kind.allCases.filter(found.contains).map(\.text) }
}
