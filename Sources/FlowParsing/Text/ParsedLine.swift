import FlowModel

/// The decoded columns of one line.
struct ParsedLine {
  var source = IPAddress(high: 0, low: 0)
  var destination = IPAddress(high: 0, low: 0)
  var packetSource = IPAddress(high: 0, low: 0)
  var packetDestination = IPAddress(high: 0, low: 0)
  var packets: UInt64 = 0
  var bytes: UInt64 = 0
  var interface: UInt32 = 0
  var start: UInt32 = 0
  var end: UInt32 = 0
  var sourcePort: UInt16 = 0
  var destinationPort: UInt16 = 0
  var protocolNumber: UInt8 = 0
  var tcpFlags: UInt8 = 0
  var trafficPath: UInt8 = 0
  var action = FlowAction.unknown
  var status = LogStatus.ok
  /// The columns that show `-`, one bit for each kind.
  var missing: UInt32 = 0
  /// The values of columns without a place of their own, by slot; nil where the line shows `-`.
  var numbers: [UInt64?] = []
  /// Where the texts stand in the bytes of the line, by slot; empty where the line shows `-`.
  var texts: [Range<Int>] = []

  /// Makes the values ready for another line.
  mutating func clear() {
    var line = ParsedLine()
    swap(&line.numbers, &numbers)
    swap(&line.texts, &texts)
    for slot in line.numbers.indices { line.numbers[slot] = nil }
    for slot in line.texts.indices { line.texts[slot] = 0..<0 }
    self = line
  }

  mutating func setMissing(_ kind: ColumnStep.Kind) { missing |= 1 << UInt32(kind.rawValue) }

  private static let times: UInt32 =
    1 << UInt32(ColumnStep.Kind.start.rawValue) | 1 << UInt32(ColumnStep.Kind.end.rawValue)

  /// Whether the line shows `-` as its start or its end.
  var lacksTime: Bool { missing & Self.times != 0 }

  /// Makes the line one that has neither start nor end.
  mutating func removeTimes() {
    (start, end) = (0, 0)
    missing |= Self.times
  }
}
