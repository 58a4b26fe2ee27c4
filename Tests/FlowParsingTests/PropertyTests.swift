import FlowModel
import FlowTestSupport
import Testing

@testable import FlowParsing

@Suite("Any records")
struct PropertyTests {
  @Test("are the same after being printed and parsed", arguments: 1...12 as ClosedRange<UInt64>)
  func roundTrip(seed: UInt64) {
    var random = SplitMix(seed)
    let fields = FieldName.allCases.shuffled(using: &random).filter {
      $0 == .start || $0 == .end || !random.oneIn(3)
    }
    let format = RecordFormat(columns: fields.map(FormatColumn.field), origin: .header)
    var lines = [format.header]
    var expected: [Row] = []
    for index in 0..<200 {
      let (row, line) = Self.record(&random, format)
      var numbered = row
      numbered.line = UInt64(index + 2)
      expected.append(numbered)
      lines.append(line.text(format))
    }
    let parsed = Parsed(lines)
    #expect(parsed.counts.rejectedTotal == 0)
    #expect(parsed.rows == expected)
  }

  @Test(
    "that are damaged never crash the parser, and every line is counted once",
    arguments: 1...10 as ClosedRange<UInt64>
  )
  func mutations(seed: UInt64) {
    var random = SplitMix(seed)
    let formats = [RecordFormat.standard] + RecordFormat.presets
    var bytes: [UInt8] = []
    for _ in 0..<4 {
      let format = formats[random.below(formats.count)]
      var lines = random.oneIn(3) ? [] : [format.header]
      for _ in 0..<random.below(12) { lines.append(Self.record(&random, format).line.text(format)) }
      if random.oneIn(2) { lines.append("# comment") }
      bytes += Parsed.bytes(lines)
    }
    for _ in 0..<40 {
      var damaged = bytes
      for _ in 0..<(1 + random.below(10)) where damaged.count > 1 {
        Self.damage(&damaged, &random)
      }
      damaged.append(10)
      for wanted in [Projection.analysis, .all, [.sourceAddress]] {
        expectEveryLineCounted(Parsed(blocks: [damaged], wanted: wanted), damaged)
      }
    }
  }

  private func expectEveryLineCounted(_ parsed: Parsed, _ bytes: [UInt8]) {
    let lines = bytes.dropLast().split(separator: 10, omittingEmptySubsequences: false)
    let silent = lines.count { line in
      // Longer lines are rejected, whatever they hold.
      let first = LineTokens(Array(line).span).words.first
      return line.count <= 65_536 && first?.hasPrefix("#") != false
    }
    let counts = parsed.counts
    #expect(counts.lines == UInt64(lines.count))
    #expect(
      counts.lines
        == counts.headers + counts.records.total + counts.rejectedTotal + UInt64(silent)
    )
    #expect(UInt64(parsed.rows.count) == counts.records.ok)
    #expect(Set(counts.firstRejects.keys) == Set(counts.rejected.keys))
    #expect(counts.firstRejects.values.allSatisfy { 1...counts.lines ~= $0 })
  }

  private static let favourites = Array(" \n\t\r\0#-.:0129\u{1b}[AZ/%".utf8) + [0xff, 0xef, 0x80]

  private static func damage(_ bytes: inout [UInt8], _ random: inout SplitMix) {
    let place = random.below(bytes.count)
    let byte =
      random.oneIn(4)
      ? UInt8(truncatingIfNeeded: random.next()) : favourites[random.below(favourites.count)]
    switch random.below(6) {
    case 0: bytes.remove(at: place)
    case 1: bytes.insert(byte, at: place)
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + random.below(40)))
    case 3:
      let end = min(bytes.count, place + random.below(200))
      bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
    default: bytes[place] = byte
    }
  }

  /// A random record: the row that it must become, and its line.
  private static func record(
    _ random: inout SplitMix,
    _ format: RecordFormat
  ) -> (row: Row, line: RecordLine) {
    var (row, line) = (Row(), RecordLine())
    func set(_ field: FieldName, _ text: String, _ apply: (inout Row) -> Void) {
      line[field] = text
      if format.contains(field) { apply(&row) }
    }
    let (source, destination) = (address(&random), address(&random))
    set(.sourceAddress, source.description) { $0.source = source }
    set(.destinationAddress, destination.description) { $0.destination = destination }
    let ports = (UInt16.random(in: 0...65_535, using: &random), UInt16(random.below(1024)))
    set(.sourcePort, "\(ports.0)") { $0.sourcePort = ports.0 }
    set(.destinationPort, "\(ports.1)") { $0.destinationPort = ports.1 }
    let (number, flags) = (UInt8(random.below(256)), UInt8(random.below(256)))
    set(.protocolNumber, "\(number)") { $0.protocolNumber = number }
    set(.tcpFlags, "\(flags)") { $0.tcpFlags = flags }
    let path = UInt8(random.below(20))
    set(.trafficPath, "\(path)") { $0.trafficPath = path < 16 ? path : 0 }
    let (packets, bytes) = (counter(&random), counter(&random))
    set(.packets, "\(packets)") { $0.packets = packets }
    set(.bytes, "\(bytes)") { $0.bytes = bytes }
    let times = (UInt32.random(in: .min ... .max, using: &random), UInt32(random.below(2_000_000)))
    set(.start, "\(times.0)") { $0.start = times.0 }
    set(.end, "\(times.1)") { $0.end = times.1 }
    let action = [FlowAction.accept, .reject, .unknown][random.below(3)]
    let actionText = ["-", "ACCEPT", "REJECT"][Int(action.rawValue)]
    set(.action, actionText) {
      $0.action = action
      if action == .unknown { $0.missing.insert(.action) }
    }
    let interface = "eni-" + String(random.next(), radix: 16)
    set(.interfaceId, interface) { $0.interface = interface }
    if random.oneIn(5), format.contains(.sourcePort) {
      line[.sourcePort] = "-"
      (row.sourcePort, row.missing) = (0, row.missing.union([.sourcePort]))
    }
    return (row, line)
  }

  private static func address(_ random: inout SplitMix) -> IPAddress {
    random.oneIn(3)
      ? IPAddress(high: 0x2001_0db8_0000_0000, low: random.next() >> UInt64(random.below(64)))
      : IPAddress(v4: UInt32(truncatingIfNeeded: random.next()))
  }

  /// Numbers of one to twenty digits, each length as likely as the others.
  private static func counter(_ random: inout SplitMix) -> UInt64 {
    min(random.next() >> UInt64(random.below(64)), 18_446_744_073_709_551_613)
  }
}
