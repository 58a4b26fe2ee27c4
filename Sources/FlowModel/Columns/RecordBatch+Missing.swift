extension RecordBatch {
  /// Whether some row has no value of a field that was asked for.
  public func mayLack(_ field: FieldName) -> Bool {
    missingFields.contains(field) || absent.contains(field)
  }

  /// Whether a row has no value of a field: the record shows `-`, or its format lacks the field.
  public func lacks(_ field: FieldName, _ row: Int) -> Bool {
    absent.contains(field) || missingFields.contains(field) && isMissing(field, row)
  }

  private func isMissing(_ field: FieldName, _ row: Int) -> Bool {
    let place = maskPlaces[field.index]
    return place >= 0 && missingWords[place + row >> 6] >> UInt64(row & 63) & 1 == 1
  }

  /// Notes that a row shows `-`.
  public mutating func setMissing(_ field: FieldName, _ row: Int) {
    let place = maskPlaces[field.index]
    guard place >= 0 else { return }
    missingFields.insert(field)
    missingWords[place + row >> 6] |= 1 << UInt64(row & 63)
  }

  /// The rows that show `-` in one or another of some fields.
  public func missing(_ fields: [FieldName]) -> RowMask {
    var mask = RowMask()
    for field in fields where missingFields.contains(field) {
      let place = maskPlaces[field.index]
      for word in 0..<RowMask.wordCount { mask.words[word] |= missingWords[place + word] }
    }
    return mask
  }

  /// Notes which masks have bits, after a parser wrote into them.
  package mutating func noteMissing() { missingFields = fieldsWithMissing }

  private var fieldsWithMissing: Projection {
    var missing = Projection()
    let words = missingWords.span
    for (place, field) in singleFields.enumerated() {
      var union: UInt64 = 0
      for word in 0..<RowMask.wordCount { union |= words[place * RowMask.wordCount + word] }
      if union != 0 { missing.formUnion(field) }
    }
    return missing
  }
}

extension RecordBatch {
  /// The values of a field that is a number and has no column of its own; none where it was not asked for.
  public func numbers(_ field: FieldName) -> [UInt64] {
    field.storage == .number ? slot(of: field).map { numbers[$0] } ?? [] : []
  }

  /// The dictionary-coded texts of a field; a column without codes where it was not asked for.
  public func texts(_ field: FieldName) -> TextColumn {
    guard field.storage == .text, let slot = slot(of: field) else {
      return TextColumn(capacity: 0)
    }
    return texts[slot]
  }

  /// The place of a field among those of its storage; nil where it was not asked for.
  package func slot(of field: FieldName) -> Int? {
    slots[field.index] >= 0 ? slots[field.index] : nil
  }

  /// Makes the batch ready for other rows.
  public mutating func clear() {
    count = 0
    isClosed = false
    for field in missingFields.fields {
      let place = maskPlaces[field.index]
      for word in 0..<RowMask.wordCount { missingWords[place + word] = 0 }
    }
    missingFields = Projection()
    for index in texts.indices { texts[index].clear() }
  }

  /// Keeps the selected rows that have a part in a window.
  public mutating func keep(_ window: TimeWindow) {
    let (starts, ends) = (start, end)
    selection.keep { window.overlaps(start: starts[$0], end: ends[$0]) }
  }

  /// Keeps the selected rows that have times.
  public mutating func keepTimed() {
    let all = self
    selection.keep { !all.lacks(.start, $0) }
  }

  /// Calls the body for each selected row with log-status OK.
  @inlinable
  public func forEachTraffic(_ body: (Int) -> Void) {
    let statuses = status.span
    for place in 0..<selection.count {
      let row = selection[place]
      if statuses[row] == LogStatus.ok.rawValue { body(row) }
    }
  }
}
