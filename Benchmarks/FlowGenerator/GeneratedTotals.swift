/// How much was generated.
package struct GeneratedTotals: Sendable {
  /// Objects written.
  package internal(set) var files = 0
  /// Records in them; headers do not count.
  package internal(set) var records = 0
  /// Bytes of text.
  package internal(set) var textBytes = 0
  /// Bytes on the disk.
  package internal(set) var compressedBytes = 0

  static func += (total: inout GeneratedTotals, more: GeneratedTotals) {
    total.files += more.files
    total.records += more.records
    total.textBytes += more.textBytes
    total.compressedBytes += more.compressedBytes
  }
}
