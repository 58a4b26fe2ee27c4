import FlowModel

/// Decodes one line by a plan.
///
/// The loop over the steps takes the same turns for every line of a format, so that the processor predicts them.
struct LineParser {
  var interfaces: InterfaceCache
  var prefix = StandardPrefix()

  init(registry: InterfaceRegistry) {
    interfaces = InterfaceCache(registry: registry)
  }

  /// Decodes the line that begins at the position, which moves behind its line feed when all is well.
  ///
  /// - Returns: nil when the line is a record; else what is wrong with it, the position somewhere inside.
  @inline(__always)
  mutating func parse(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ steps: Span<ColumnStep>,
    into line: inout ParsedLine
  ) -> RejectReason? {
    var index = 0
    while true {
      let fieldStart = position
      if let fault = field(bytes, &position, steps[index], &line) { return fault }
      guard position > fieldStart else { return .tooFewFields }
      index &+= 1
      let separator = bytes[position]
      position &+= 1
      if index == steps.count {
        return separator == UInt8(ascii: "\n") ? nil : .tooManyFields
      }
      guard separator == UInt8(ascii: " ") else { return .tooFewFields }
    }
  }

  @inline(__always)
  private mutating func field(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ step: ColumnStep,
    _ line: inout ParsedLine
  ) -> RejectReason? {
    switch step {
    case .skip:
      FieldScanner.skip(bytes, &position)
    case .interface:
      line.interface = interfaces.number(bytes, &position)
    case .source:
      guard let address = FieldScanner.address(bytes, &position) else { return .badAddress }
      line.source = address
    case .destination:
      guard let address = FieldScanner.address(bytes, &position) else { return .badAddress }
      line.destination = address
    case .sourcePort:
      let value = FieldScanner.number(bytes, &position)
      if value > 65_535 { return port(value, &line) }
      line.sourcePort = UInt16(truncatingIfNeeded: value)
    case .destinationPort:
      let value = FieldScanner.number(bytes, &position)
      if value > 65_535 { return port(value, &line) }
      line.destinationPort = UInt16(truncatingIfNeeded: value)
    case .protocolNumber:
      let value = FieldScanner.number(bytes, &position)
      if value > 255 { return value == FieldScanner.missing ? nil : .badProtocol }
      line.protocolNumber = UInt8(truncatingIfNeeded: value)
    case .packets:
      return counter(FieldScanner.number(bytes, &position), &line.packets)
    case .bytes:
      return counter(FieldScanner.number(bytes, &position), &line.bytes)
    case .start:
      return time(FieldScanner.number(bytes, &position), &line.start)
    case .end:
      return time(FieldScanner.number(bytes, &position), &line.end)
    case .action:
      return action(bytes, &position, &line)
    case .logStatus:
      return logStatus(bytes, &position, &line)
    case .tcpFlags:
      return tcpFlags(FieldScanner.number(bytes, &position), &line)
    case .trafficPath:
      // A way that AWS invents later is none that Weir knows.
      let value = FieldScanner.number(bytes, &position)
      line.trafficPath = value < 16 ? UInt8(truncatingIfNeeded: value) : 0
    }
    return nil
  }

  private func port(_ value: UInt64, _ line: inout ParsedLine) -> RejectReason? {
    line.lacksPort = true
    return value == FieldScanner.missing ? nil : .badPort
  }

  @inline(__always)
  private func counter(_ value: UInt64, _ column: inout UInt64) -> RejectReason? {
    guard value < FieldScanner.missing else {
      return value == FieldScanner.missing ? nil : .badCounter
    }
    column = value
    return nil
  }

  private func tcpFlags(_ value: UInt64, _ line: inout ParsedLine) -> RejectReason? {
    guard value < 256 else { return value == FieldScanner.missing ? nil : .badCounter }
    line.tcpFlags = UInt8(truncatingIfNeeded: value)
    return nil
  }

  /// Seconds; values past the year 5138 are milliseconds, which some exporters write.
  @inline(__always)
  private func time(_ value: UInt64, _ column: inout UInt32) -> RejectReason? {
    let seconds = value > 100_000_000_000 && value < FieldScanner.missing ? value / 1000 : value
    guard seconds <= UInt64(UInt32.max) else { return .badTime }
    column = UInt32(truncatingIfNeeded: seconds)
    return nil
  }

  @inline(__always)
  private func action(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ line: inout ParsedLine
  ) -> RejectReason? {
    let start = position
    FieldScanner.skip(bytes, &position)
    let word = FieldScanner.word(bytes, start) & 0xffff_ffff_ffff
    switch (position &- start, word) {
    case (6, Self.accept): line.action = .accept
    case (6, Self.reject): line.action = .reject
    case (1, _) where bytes[start] == UInt8(ascii: "-"): break
    default: return .badAction
    }
    return nil
  }

  @inline(__always)
  private func logStatus(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ line: inout ParsedLine
  ) -> RejectReason? {
    let start = position
    FieldScanner.skip(bytes, &position)
    if position &- start == 2, bytes[start] == UInt8(ascii: "O"),
      bytes[start &+ 1] == UInt8(ascii: "K")
    {
      return nil
    }
    switch (position - start, FieldScanner.word(bytes, start)) {
    case (6, let word) where word & 0xffff_ffff_ffff == Self.noData: line.status = .noData
    case (8, Self.skipData): line.status = .skipData
    // Cloud WAN: the record is there, only its two ends could not be matched.
    case (14, Self.incomplete): line.status = .ok
    default: return .badLogStatus
    }
    return nil
  }

  private static let accept = letters("ACCEPT")
  private static let reject = letters("REJECT")
  private static let noData = letters("NODATA")
  private static let skipData = letters("SKIPDATA")
  private static let incomplete = letters("INCOMPLE")

  static func letters(_ text: StaticString) -> UInt64 {
    let bytes = Array(text.description.utf8)
    return FieldScanner.word(bytes.span, 0)
  }
}
