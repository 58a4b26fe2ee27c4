import FlowModel

/// Documents whose members or columns are the fields of a record.
extension DocumentRecord {
  /// When the record is, as the line will show it.
  private enum Times {
    case shown(start: TimeValue, end: TimeValue)
    /// Only days are known.
    case imprecise
  }

  /// One time.
  private enum TimeValue {
    case missing
    /// As the input writes it.
    case asWritten
    case seconds(UInt64)
    /// What the input writes is no time, and the parser will say so.
    case unreadable
  }

  mutating func writeColumns(_ source: Span<UInt8>, to lines: inout LineBlock) {
    deriveFields(source)
    let times = times(source)
    shape.add(touched)
    let isTimed: Bool
    if case .imprecise = times { isTimed = false } else { isTimed = true }
    var isFirst = true
    for field in shape.columns {
      if !isTimed, field == .start || field == .end { continue }
      if !isFirst { lines.bytes.append(UInt8(ascii: " ")) }
      isFirst = false
      if case .shown(let start, let end) = times, field == .start || field == .end {
        write(field == .start ? start : end, field, source, &lines.bytes)
      } else {
        write(field, source, &lines.bytes)
      }
    }
    lines.endLine(
      isTimed ? shape.timed : shape.timeless,
      number: isTimed ? shape.timedNumber : shape.timelessNumber
    )
  }

  // MARK: Times

  private mutating func times(_ source: Span<UInt8>) -> Times {
    var start = time(FieldName.start.index, source)
    var end = time(FieldName.end.index, source)
    if case .missing = start, case .missing = end, has(.eventTime) {
      start = time(Extra.eventTime.slot, source)
      if case .missing = start {
      } else {
        // The place of the value moves to the field's own, so that it can be copied from there.
        values[FieldName.start.index] = values[Extra.eventTime.slot]
        addTimes()
        if !isImprecise(start) { notes.add(.eventTime) }
        end = start
        values[FieldName.end.index] = values[FieldName.start.index]
      }
    } else if case .missing = end, isKnown(start) {
      end = start
      values[FieldName.end.index] = values[FieldName.start.index]
      supplyTime()
    } else if case .missing = start, isKnown(end) {
      start = end
      values[FieldName.start.index] = values[FieldName.end.index]
      supplyTime()
    }
    guard !isImprecise(start), !isImprecise(end) else {
      notes.add(.imprecise)
      return .imprecise
    }
    return .shown(start: start, end: end)
  }

  private mutating func supplyTime() {
    addTimes()
    notes.add(.oneTime)
  }

  private mutating func addTimes() {
    touch(.start)
    touch(.end)
  }

  private func isKnown(_ time: TimeValue) -> Bool {
    switch time {
    case .asWritten: true
    case .seconds(let value): value != Self.imprecise
    case .missing, .unreadable: false
    }
  }

  /// Stands for a day in place of seconds.
  private static let imprecise = UInt64.max

  private func isImprecise(_ time: TimeValue) -> Bool {
    if case .seconds(Self.imprecise) = time { true } else { false }
  }

  private func time(_ slot: Int, _ source: Span<UInt8>) -> TimeValue {
    guard has(slot) else { return .missing }
    return withBytes(slot, source) { bytes, range in
      if range.count <= 10, ValueText.isNumber(bytes, range) { return .asWritten }
      let range = ValueText.trimmed(bytes, range)
      guard !ValueText.isMissing(bytes, range) else { return .missing }
      switch TimeText.read(range.map { bytes[$0] }) {
      case .seconds(let value): return .seconds(value)
      case .imprecise: return .seconds(Self.imprecise)
      case .unreadable: return .unreadable
      }
    }
  }

  private func write(
    _ time: TimeValue,
    _ field: FieldName,
    _ source: Span<UInt8>,
    _ line: inout [UInt8]
  ) {
    switch time {
    case .missing: line.append(UInt8(ascii: "-"))
    case .seconds(let value): ValueText.write(value, to: &line)
    case .asWritten:
      withBytes(field.index, source) { ByteCopy.append($0, $1, to: &line) }
    case .unreadable:
      withBytes(field.index, source) { ValueText.write($0, $1, to: &line) }
    }
  }

  // MARK: Fields that other members stand for

  /// Supplies fields that an export writes under another meaning.
  private mutating func deriveFields(_ source: Span<UInt8>) {
    if has(.sourceInterface) || has(.destinationInterface) { separateEnds(source) }
    if has(.verdict), isMissing(FieldName.action.index, source) {
      copy(Extra.verdict.slot, to: .action)
    }
    if has(.boundary), isMissing(FieldName.trafficPath.index, source) { readBoundary(source) }
    if isMissing(FieldName.logStatus.index, source) { deriveStatus(source) }
  }

  /// In OCSF an endpoint has the packet's address, and the interface's stands beside it where it is another one.
  private mutating func separateEnds(_ source: Span<UInt8>) {
    let ends: [(FieldName, FieldName, Extra)] = [
      (.sourceAddress, .packetSource, .sourceInterface),
      (.destinationAddress, .packetDestination, .destinationInterface),
    ]
    for (plain, packet, interface) in ends {
      if has(plain.index) { copy(plain.index, to: packet) }
      if !isMissing(interface.slot, source) { copy(interface.slot, to: plain) }
    }
  }

  private mutating func readBoundary(_ source: Span<UInt8>) {
    let number = Int(String(decoding: bytes(Extra.boundary.slot, source), as: UTF8.self)) ?? 0
    set(.trafficPath, 4...11 ~= number ? "\(number - 3)" : "-")
  }

  /// An export without `log-status` shows what was recorded; a record without ends is of an idle interval.
  private mutating func deriveStatus(_ source: Span<UInt8>) {
    let isIdle =
      isMissing(FieldName.sourceAddress.index, source)
      && isMissing(FieldName.destinationAddress.index, source)
    guard isIdle || shape.fields.contains(FieldName.logStatus.index) || touchedStatus else {
      return
    }
    set(.logStatus, isIdle ? "NODATA" : "OK")
  }

  private var touchedStatus: Bool { touched.contains(FieldName.logStatus.index) }

  private mutating func set(_ field: FieldName, _ text: String) {
    let range = keep { $0 += Array(text.utf8) }
    values[field.index] = Value(
      start: range.lowerBound,
      end: range.upperBound,
      node: -2,
      document: values[field.index].document,
      isScratch: true
    )
    touch(field)
  }

  private mutating func copy(_ slot: Int, to field: FieldName) {
    values[field.index] = values[slot]
    touch(field)
  }

  // MARK: Values

  private mutating func write(
    _ field: FieldName,
    _ source: Span<UInt8>,
    _ line: inout [UInt8]
  ) {
    guard has(field.index) else { return line.append(UInt8(ascii: "-")) }
    let isDirect = withBytes(field.index, source) { bytes, range in
      ValueText.writeDirectly(field, bytes, range, to: &line)
    }
    if isDirect { return }
    let text = bytes(field.index, source)
    line += ValueText.canonical(field, text, &notes)
  }
}
