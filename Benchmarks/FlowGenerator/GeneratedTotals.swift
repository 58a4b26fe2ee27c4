/// How much was generated.
public struct GeneratedTotals: Sendable {
  /// Objects written.
  public internal(set) var files = 0
  /// Records in them; headers do not count.
  public internal(set) var records = 0
  /// Bytes of text.
  public internal(set) var textBytes = 0
  /// Bytes on the disk.
  public internal(set) var compressedBytes = 0

  static func += (total: inout GeneratedTotals, more: GeneratedTotals) {
    total.files += more.files
    total.records += more.records
    total.textBytes += more.textBytes
    total.compressedBytes += more.compressedBytes
  }
}
