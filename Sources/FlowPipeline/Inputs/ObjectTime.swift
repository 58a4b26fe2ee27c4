internal import FlowModel

/// The time in the name of an S3 object: `..._20260105T1005Z_1a2b3c4d.log.gz`; its records ended at about that time,
/// and late ones before it.
struct ObjectTime {
  /// Unix seconds.
  let seconds: UInt32

  /// Late delivery, and clocks that differ: objects further away than this from a window hold nothing of it.
  static let lag: UInt32 = 86_400

  /// Reads the time; nil when the name is none that AWS gives.
  init?(_ path: String) {
    let name = path.split(separator: "/").last ?? ""
    let parts = name.split(separator: "_")
    guard parts.count >= 5, parts[1] == "vpcflowlogs", let time = Self.time(parts[parts.count - 2])
    else { return nil }
    seconds = time
  }

  private static func time(_ text: Substring) -> UInt32? {
    let bytes = Array(text.utf8)
    guard bytes.count == 14, bytes[8] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: "Z") else {
      return nil
    }
    func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
    guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8),
      let hour = number(9..<11), let minute = number(11..<13), 0...23 ~= hour, 0...59 ~= minute,
      let start = CivilDay(year: year, month: month, day: day)?.start
    else { return nil }
    return start + UInt32(hour * 3600 + minute * 60)
  }
}
