/// How large a corpus is to be; all else follows from the seed.
package struct CorpusPlan: Sendable {
  private static let recordsPerClient = 10
  private static let recordsPerScanner = 130
  private static let fewestClients = 1_000
  private static let fewestScanners = 200

  /// Records in all files together.
  package let records: Int
  /// Files, each of which covers its own slice of the day.
  package let files: Int
  /// Another seed gives another corpus.
  package let seed: UInt64
  /// The columns of the records.
  package let format: LineFormat

  /// Plans a corpus; no count may be below one.
  package init(records: Int, files: Int, seed: UInt64, format: LineFormat) {
    self.records = records
    self.files = files
    self.seed = seed
    self.format = format
  }

  /// How many clients there are in all files; each comes back about twice.
  var clients: Int { max(Self.fewestClients, records / Self.recordsPerClient) }

  /// How many sources of background noise there are.
  var scanners: Int { max(Self.fewestScanners, records / Self.recordsPerScanner) }

  /// The records of one file.
  func records(inFile number: Int) -> Int {
    records * (number + 1) / files - records * number / files
  }

  /// The seconds of the day that one file covers.
  func slice(ofFile number: Int) -> Range<Int> {
    let first = GeneratedDay.start + GeneratedDay.length * number / files
    let next = GeneratedDay.start + GeneratedDay.length * (number + 1) / files
    return first..<max(first + 1, next)
  }
}
