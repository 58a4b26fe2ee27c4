internal import SystemFiles

/// The frame of a database: the description at its end and the search tree that it speaks of.
///
/// Checked before the C library opens the file, which trusts some of these numbers.
enum DatabaseFrame {
  /// The description lies within so many bytes before the end.
  private static let longest = 128 << 10
  private static let marker: [UInt8] = [0xab, 0xcd, 0xef] + Array("MaxMind.com".utf8)
  /// Zeros between search tree and data.
  private static let separator = 16

  /// Checks a file.
  ///
  /// - Throws: `GeoDatabaseError` when it cannot be read or is no whole database.
  static func check(_ path: String) throws(GeoDatabaseError) {
    let (tail, size) = try readTail(path)
    guard let start = lastMarker(tail) else {
      throw GeoDatabaseError(
        path: path,
        message:
          "this is not a MaxMind DB, or it is truncated; an unpacked, complete .mmdb file is expected"
      )
    }
    let section = Array(tail[(start + marker.count)...])
    guard isSound(section.span, bytesBefore: size - tail.count + start) else {
      throw GeoDatabaseError(
        path: path,
        message: "the database is damaged or incomplete; download the file again"
      )
    }
  }

  private static func readTail(
    _ path: String
  ) throws(GeoDatabaseError) -> (bytes: [UInt8], size: Int) {
    do throws(SystemError) {
      let file = try OpenFile.reading(path)
      // Pipes and folders have no size; they count as empty files, which are no databases.
      let size = file.size ?? 0
      var bytes = [UInt8](repeating: 0, count: min(size, longest))
      let count = try file.read(rowsInto: &bytes, atByte: size - bytes.count)
      return (Array(bytes[..<count]), size)
    } catch {
      throw GeoDatabaseError(path: path, message: error.reason)
    }
  }

  private static func lastMarker(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= marker.count else { return nil }
    return (0...bytes.count - marker.count).last { place in
      bytes[place] == marker[0] && bytes[place..<place + marker.count].elementsEqual(marker)
    }
  }

  /// Whether the description is whole and the tree fits in what lies before it.
  static func isSound(_ section: Span<UInt8>, bytesBefore: Int) -> Bool {
    var walk = DataWalk()
    guard walk.end(section, at: 0) != nil,
      let nodes = DataWalk.number("node_count", section), nodes <= UInt32.max,
      let bits = DataWalk.number("record_size", section), [24, 28, 32].contains(bits),
      let version = DataWalk.number("ip_version", section), version == 4 || version == 6
    else { return false }
    return Int(nodes) * Int(bits) / 4 + separator <= bytesBefore
  }
}
