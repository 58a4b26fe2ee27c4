internal import FlowDetection
internal import FlowModel
internal import GRDB

/// How sightings lie in their table.
enum SightingRow {
  /// The columns in the order of `read` and `arguments`.
  static let columns = "kind, host, peer, protocol, port, label, first, last, day, days, bytes"
  /// How many columns there are.
  static let width = 11

  private static let secondsADay: UInt32 = 86_400
  /// So that the sum of two still is a number of SQLite's.
  private static let mostBytes: UInt64 = 1 << 62 - 1

  /// Reads a row.
  ///
  /// - Returns: nil for a kind that this version does not know.
  /// - Throws: `HistoryError` for a row that holds no address where one belongs.
  static func read(
    _ row: Row,
    _ hosts: inout AddressReader,
    _ path: String
  ) throws -> (sighting: Sighting, seen: Seen)? {
    guard let kind = Sighting.Kind(rawValue: row[0]) else { return nil }
    let peerText: String = row[2]
    let peer = peerText.isEmpty ? nil : AddressReader.network(peerText)
    guard let host = hosts.address(row[1]), peerText.isEmpty == (peer == nil) else {
      throw HistoryError.damaged(path, "a sighting without an address")
    }
    let service = Service(
      protocolNumber: UInt8(clamping: row[3] as Int64),
      port: UInt16(clamping: row[4] as Int64)
    )
    let sighting = Sighting(kind, host: host, peer: peer, service: service, label: row[5])
    let seen = Seen(
      first: UInt32(clamping: row[6] as Int64),
      last: UInt32(clamping: row[7] as Int64),
      days: UInt32(clamping: row[9] as Int64),
      bytes: UInt64(clamping: row[10] as Int64)
    )
    return (sighting, seen)
  }

  /// What a row is made of.
  static func values(
    _ sighting: Sighting,
    _ seen: Seen,
    _ hosts: inout AddressWriter
  ) -> [DatabaseValue] {
    [
      sighting.kind.rawValue.databaseValue,
      hosts.text(sighting.host).databaseValue,
      (sighting.peer?.description ?? "").databaseValue,
      Int64(sighting.service.protocolNumber).databaseValue,
      Int64(sighting.service.port).databaseValue,
      sighting.label.storable.databaseValue,
      Int64(seen.first).databaseValue,
      Int64(seen.last).databaseValue,
      Int64(day(of: seen)).databaseValue,
      Int64(max(1, seen.days)).databaseValue,
      Int64(min(seen.bytes, mostBytes)).databaseValue,
    ]
  }

  /// The day that a night counts for: that of the middle of what it saw.
  ///
  /// Nights overlap by the records that straddle midnight; the first record of one is often the last minute of the day
  /// before.
  static func day(of seen: Seen) -> UInt32 {
    (seen.first / 2 + seen.last / 2 + (seen.first & seen.last & 1)) / secondsADay
  }

  /// The statement that takes in so many sightings.
  ///
  /// A night's day counts when it is later than the last one counted or earlier than the first record: neither a second
  /// look at a night nor a late file of a known day counts twice. A day in between is taken for known.
  static func statement(_ count: Int, isReread: Bool) -> String {
    let row = "(" + Array(repeating: "?", count: width).joined(separator: ", ") + ")"
    let rows = Array(repeating: row, count: count).joined(separator: ", ")
    let bytes =
      isReread
      ? "max(bytes, excluded.bytes)" : "min(bytes + excluded.bytes, \(mostBytes))"
    return """
      INSERT INTO sighting (\(columns)) VALUES \(rows)
      ON CONFLICT DO UPDATE SET
        days = days + (excluded.day > day OR excluded.day < first / \(secondsADay)),
        day = max(day, excluded.day),
        first = min(first, excluded.first),
        last = max(last, excluded.last),
        bytes = \(bytes)
      """
  }

  /// The order in which sightings are written.
  ///
  /// Hosts lie together, as in the table. The order is the same in every run, and so is the file.
  static func precedes(_ left: Sighting, _ right: Sighting) -> Bool {
    if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
    if left.host != right.host { return left.host < right.host }
    if left.peer != right.peer { return precedes(left.peer, right.peer) }
    if left.service != right.service { return left.service < right.service }
    return left.label < right.label
  }

  private static func precedes(_ left: IPNetwork?, _ right: IPNetwork?) -> Bool {
    guard let left, let right else { return left == nil && right != nil }
    return left.base == right.base
      ? left.prefixLength < right.prefixLength : left.base < right.base
  }
}
