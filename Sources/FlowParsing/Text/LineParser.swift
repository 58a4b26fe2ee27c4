import FlowModel

/// Decodes one line by a plan, in Swift alone.
///
/// It takes every record that there is. The parser in C takes the regular ones, which are nearly all, and gives the
/// same.
struct LineParser {
  var interfaces: InterfaceTable

  init(registry: InterfaceRegistry) {
    interfaces = InterfaceTable(registry: registry)
  }

  /// Decodes the line that begins at the position, which moves behind its line feed when all is well.
  ///
  /// - Returns: nil when the line is a record; else what is wrong with it, the position somewhere inside.
  mutating func parse(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ steps: Span<ColumnStep>,
    into line: inout ParsedLine
  ) -> RejectReason? {
    var index = 0
    // Of a record without traffic nothing counts but its interface and times, whatever else stands in it.
    var firstFault: RejectReason?
    while true {
      let fieldStart = position
      if let fault = field(bytes, &position, steps[index], &line) {
        firstFault = firstFault ?? fault
        position = fieldStart
        FieldScanner.skip(bytes, &position)
        line.setMissing(steps[index].kind)
      }
      guard position > fieldStart else { return firstFault ?? .tooFewFields }
      index &+= 1
      let separator = bytes[position]
      position &+= 1
      if index == steps.count {
        guard separator == UInt8(ascii: "\n") else { return firstFault ?? .tooManyFields }
        return line.status == .ok ? firstFault ?? settleTimes(&line) : settleTimes(&line)
      }
      guard separator == UInt8(ascii: " ") else { return firstFault ?? .tooFewFields }
    }
  }

  /// A record without traffic may lack its times, of which one alone is of no use; any other record has both.
  private func settleTimes(_ line: inout ParsedLine) -> RejectReason? {
    guard line.lacksTime else { return nil }
    guard line.status != .ok else { return .badTime }
    line.removeTimes()
    return nil
  }

  private mutating func field(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ step: ColumnStep,
    _ line: inout ParsedLine
  ) -> RejectReason? {
    switch step.kind {
    case .skip:
      FieldScanner.skip(bytes, &position)
      return nil
    case .interface:
      guard let number = interfaces.number(bytes, &position) else {
        line.setMissing(.interface)
        return nil
      }
      line.interface = number
      return nil
    case .source: return address(bytes, &position, .source, &line, \.source)
    case .destination: return address(bytes, &position, .destination, &line, \.destination)
    case .packetSource: return address(bytes, &position, .packetSource, &line, \.packetSource)
    case .packetDestination:
      return address(bytes, &position, .packetDestination, &line, \.packetDestination)
    case .action: return action(bytes, &position, &line)
    case .logStatus: return logStatus(bytes, &position, &line)
    case .text:
      let start = position
      FieldScanner.skip(bytes, &position)
      let isMissing = position - start == 1 && bytes[start] == UInt8(ascii: "-")
      line.texts[Int(step.slot)] = isMissing ? 0..<0 : start..<position
      return nil
    default: return number(FieldScanner.number(bytes, &position), step, &line)
    }
  }

  private func address(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ kind: ColumnStep.Kind,
    _ line: inout ParsedLine,
    _ column: WritableKeyPath<ParsedLine, IPAddress>
  ) -> RejectReason? {
    switch FieldScanner.address(bytes, &position) {
    case .address(let address): line[keyPath: column] = address
    case .missing: line.setMissing(kind)
    case .malformed: return .badAddress
    }
    return nil
  }

  private func number(
    _ value: UInt64,
    _ step: ColumnStep,
    _ line: inout ParsedLine
  ) -> RejectReason? {
    guard value < FieldScanner.missing else {
      guard value == FieldScanner.missing else { return Self.fault(of: step.kind) }
      if step.kind != .number { line.setMissing(step.kind) }
      return nil
    }
    switch step.kind {
    case .sourcePort where value <= 0xffff: line.sourcePort = UInt16(value)
    case .destinationPort where value <= 0xffff: line.destinationPort = UInt16(value)
    case .protocolNumber where value <= 0xff: line.protocolNumber = UInt8(value)
    case .packets: line.packets = value
    case .bytes: line.bytes = value
    case .start: return time(value, &line.start)
    case .end: return time(value, &line.end)
    case .tcpFlags where value <= 0xff: line.tcpFlags = UInt8(value)
    // A path that AWS adds later is none that Weir knows.
    case .trafficPath: line.trafficPath = value < 16 ? UInt8(value) : 0
    case .number: line.numbers[Int(step.slot)] = value
    default: return Self.fault(of: step.kind)
    }
    return nil
  }

  private static func fault(of kind: ColumnStep.Kind) -> RejectReason? {
    switch kind {
    case .sourcePort, .destinationPort: .badPort
    case .protocolNumber: .badProtocol
    case .start, .end: .badTime
    case .trafficPath: nil
    default: .badCounter
    }
  }

  /// Seconds; values past the year 5138 are milliseconds, which some exporters write.
  private func time(_ value: UInt64, _ column: inout UInt32) -> RejectReason? {
    let seconds = value > 100_000_000_000 ? value / 1000 : value
    guard seconds <= UInt64(UInt32.max) else { return .badTime }
    column = UInt32(seconds)
    return nil
  }
}

// MARK: Words

extension LineParser {
  private func action(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ line: inout ParsedLine
  ) -> RejectReason? {
    let start = position
    FieldScanner.skip(bytes, &position)
    switch (position - start, FieldScanner.word(bytes, start) & 0xffff_ffff_ffff) {
    case (6, Self.accept): line.action = .accept
    case (6, Self.reject): line.action = .reject
    case (1, _) where bytes[start] == UInt8(ascii: "-"): line.setMissing(.action)
    default: return .badAction
    }
    return nil
  }

  private func logStatus(
    _ bytes: Span<UInt8>,
    _ position: inout Int,
    _ line: inout ParsedLine
  ) -> RejectReason? {
    let start = position
    FieldScanner.skip(bytes, &position)
    let word = FieldScanner.word(bytes, start)
    switch position - start {
    case 2 where word & 0xffff == Self.ok: break
    case 6 where word & 0xffff_ffff_ffff == Self.noData: line.status = .noData
    case 8 where word == Self.skipData: line.status = .skipData
    // Cloud WAN: the record is there, only its two ends could not be matched.
    case 14 where word == Self.incomplete: break
    default: return .badLogStatus
    }
    return nil
  }

  private static let ok = letters("OK")
  private static let accept = letters("ACCEPT")
  private static let reject = letters("REJECT")
  private static let noData = letters("NODATA")
  private static let skipData = letters("SKIPDATA")
  private static let incomplete = letters("INCOMPLE")

  private static func letters(_ text: String) -> UInt64 {
    let bytes = Array(text.utf8)
    return FieldScanner.word(bytes.span, 0)
  }
}
