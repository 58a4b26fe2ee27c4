internal import FlowFindings
internal import Foundation

/// The hours of a host's day in one blob: a day is a row of about 200 bytes instead of 24 rows of 40.
///
/// For every hour with traffic, ascending: the hour of the day as one byte, then bytes out, bytes in and conversations
/// as LEB128: seven bits a byte, the lowest first, the top bit set on all bytes but the last.
enum PackedHours {
  /// Hours of a day, ascending.
  typealias Hours = [(hour: UInt8, volume: HourVolume)]

  /// The last day all of whose hours are numbers of 32 bits, counted from 1970-01-01.
  static let lastDay = UInt32.max / 24 - 1

  /// Bytes of a day at most: 24 hours of a byte and three numbers of ten bytes.
  private static let longest = 24 * (1 + 3 * 10)

  /// Packs hours, which must ascend.
  static func pack(_ hours: Hours) -> Data {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(hours.count * 10)
    for (hour, volume) in hours {
      bytes.append(hour)
      append(volume.bytesOut, &bytes)
      append(volume.bytesIn, &bytes)
      append(volume.conversations, &bytes)
    }
    return Data(bytes)
  }

  private static func append(_ number: UInt64, _ bytes: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Unpacks hours; nil for bytes that are no packed hours.
  static func unpack(_ data: Data) -> Hours? {
    guard data.count <= longest else { return nil }
    let bytes = [UInt8](data)
    var hours: Hours = []
    hours.reserveCapacity(24)
    var place = 0
    while place < bytes.count {
      let hour = bytes[place]
      place += 1
      guard hour < 24, hours.last.map({ $0.hour < hour }) ?? true,
        let bytesOut = number(bytes, &place), let bytesIn = number(bytes, &place),
        let conversations = number(bytes, &place)
      else { return nil }
      var volume = HourVolume()
      (volume.bytesOut, volume.bytesIn) = (bytesOut, bytesIn)
      volume.conversations = conversations
      hours.append((hour, volume))
    }
    return hours
  }

  private static func number(_ bytes: [UInt8], _ place: inout Int) -> UInt64? {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count, shift < 64 {
      let byte = bytes[place]
      place += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    return nil
  }

  /// Two accounts of the same day as one, ascending.
  ///
  /// - Parameters:
  ///   - old: what is recorded.
  ///   - new: what the run says.
  ///   - isReread: the run holds what was read before, in part at least; then the larger number of each stands, and
  ///     nothing is counted twice.
  /// - Returns: every hour of either.
  static func merge(_ old: Hours, _ new: Hours, isReread: Bool) -> Hours {
    var merged = Dictionary(old.map { ($0.hour, $0.volume) }) { first, _ in first }
    for (hour, volume) in new {
      guard var known = merged[hour] else {
        merged[hour] = volume
        continue
      }
      if isReread {
        known.bytesOut = max(known.bytesOut, volume.bytesOut)
        known.bytesIn = max(known.bytesIn, volume.bytesIn)
        known.conversations = max(known.conversations, volume.conversations)
      } else {
        known.add(volume)
      }
      merged[hour] = known
    }
    return merged.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
