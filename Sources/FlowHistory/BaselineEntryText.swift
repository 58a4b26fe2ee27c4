internal import FlowFindings
internal import FlowModel
internal import Foundation

/// All baseline entries of a kind and a host as one text, a line for each: a run rewrites ten thousand rows instead of
/// half a million, which takes a tenth of the time.
///
/// A line holds, with a space between: the peer (`-` without one), protocol, port, first, last, last day counted, days,
/// bytes, label. In the label a backslash is `\\`, a line feed `\n` and a NUL `\0`. Lines ascend by peer, service,
/// label.
enum BaselineEntryText {
  private static let space = UInt8(ascii: " ")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let backslash = UInt8(ascii: "\\")
  private static let none = UInt8(ascii: "-")

  /// Bytes of a line in which nothing is longer than it must be: `- 6 1 1 1 1 1 1 `.
  static let shortestLine = 17

  /// The text of lines, which must ascend.
  static func text(_ lines: [BaselineLine]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lines.count * 72)
    for line in lines {
      append(line.peer, &bytes)
      append(UInt64(line.service.protocolNumber), &bytes)
      append(UInt64(line.service.port), &bytes)
      append(UInt64(line.seen.first), &bytes)
      append(UInt64(line.seen.last), &bytes)
      append(UInt64(line.day), &bytes)
      append(UInt64(line.seen.days), &bytes)
      append(line.seen.bytes, &bytes)
      append(line.label, &bytes)
      bytes.append(lineFeed)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(_ peer: IPNetwork?, _ bytes: inout [UInt8]) {
    if let peer {
      if peer.base.isPlainV4 {
        appendV4(peer.base.v4, &bytes)
      } else {
        bytes += peer.base.keyText.utf8
      }
      bytes.append(UInt8(ascii: "/"))
      append(UInt64(peer.prefixLength), &bytes)
    } else {
      bytes.append(none)
      bytes.append(space)
    }
  }

  private static func appendV4(_ address: UInt32, _ bytes: inout [UInt8]) {
    for shift in [UInt32(24), 16, 8] {
      append(UInt64(address >> shift & 255), &bytes, UInt8(ascii: "."))
    }
    append(UInt64(address & 255), &bytes, nil)
  }

  private static func append(_ number: UInt64, _ bytes: inout [UInt8], _ end: UInt8? = space) {
    var rest = number
    repeat {
      bytes.append(48)
      rest /= 10
    } while rest > 0
    var place = bytes.count
    rest = number
    repeat {
      place -= 1
      bytes[place] += UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if let end { bytes.append(end) }
  }

  private static func append(_ label: String, _ bytes: inout [UInt8]) {
    for byte in label.utf8 {
      switch byte {
      case backslash: bytes += [backslash, backslash]
      case lineFeed: bytes += [backslash, UInt8(ascii: "n")]
      case 0: bytes += [backslash, UInt8(ascii: "0")]
      default: bytes.append(byte)
      }
    }
  }

  /// Reads a text; nil for one that no Weir has written.
  static func lines(_ text: Data) -> [BaselineLine]? {
    let bytes = [UInt8](text)
    var reader = Reader(bytes: bytes)
    var lines: [BaselineLine] = []
    lines.reserveCapacity(bytes.count / 48)
    while reader.place < bytes.count {
      guard let line = reader.line() else { return nil }
      lines.append(line)
    }
    return lines
  }

  private struct Reader {
    let bytes: [UInt8]
    var place = 0

    mutating func line() -> BaselineLine? {
      guard let peer = peer(), let protocolNumber: UInt8 = number(), let port: UInt16 = number(),
        let first: UInt32 = number(), let last: UInt32 = number(), let day: UInt32 = number(),
        let days: UInt32 = number(), let sum: UInt64 = number(), let label = label()
      else { return nil }
      return BaselineLine(
        peer: peer.network,
        service: Service(protocolNumber: protocolNumber, port: port),
        label: label,
        seen: Seen(first: first, last: last, days: days, bytes: sum),
        day: day
      )
    }

    private mutating func peer() -> (network: IPNetwork?, Void)? {
      let start = place
      while place < bytes.count, bytes[place] != space, bytes[place] != UInt8(ascii: "/") {
        place += 1
      }
      if place == start + 1, bytes[start] == none, place < bytes.count, bytes[place] == space {
        place += 1
        return (nil, ())
      }
      let end = place
      guard end < bytes.count, bytes[end] == UInt8(ascii: "/"),
        let base = IPAddress(keyText: bytes.span.extracting(start..<end))
      else { return nil }
      place += 1
      guard let length: UInt8 = number(),
        let network = IPNetwork(base, prefixLength: Int(length))
      else { return nil }
      return (network, ())
    }

    /// Digits and the space behind them.
    private mutating func number<Number: FixedWidthInteger>() -> Number? {
      var number: UInt64 = 0
      let start = place
      while place < bytes.count, bytes[place] != space {
        let (tens, isTooMuch) = number.multipliedReportingOverflow(by: 10)
        let (sum, isMore) = tens.addingReportingOverflow(UInt64(bytes[place] &- 48))
        guard 48...57 ~= bytes[place], !isTooMuch, !isMore else { return nil }
        number = sum
        place += 1
      }
      guard place > start, place < bytes.count else { return nil }
      place += 1
      return Number(exactly: number)
    }

    private mutating func label() -> String? {
      let start = place
      guard let end = bytes[start...].firstIndex(of: lineFeed) else { return nil }
      place = end + 1
      guard start < end else { return "" }
      let raw = bytes[start..<end]
      return String(decoding: raw.contains(backslash) ? plain(raw)[...] : raw, as: UTF8.self)
    }

    private func plain(_ raw: ArraySlice<UInt8>) -> [UInt8] {
      var plain: [UInt8] = []
      var isEscaped = false
      for byte in raw {
        if !isEscaped, byte == backslash {
          isEscaped = true
        } else {
          let isNamed = isEscaped && byte != backslash
          plain.append(isNamed ? (byte == UInt8(ascii: "n") ? lineFeed : 0) : byte)
          isEscaped = false
        }
      }
      return plain
    }
  }
}
