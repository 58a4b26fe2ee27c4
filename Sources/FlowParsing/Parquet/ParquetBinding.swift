import FlowModel

/// Which columns of a schema are read, and what they are.
struct ParquetBinding {
  private struct Bound {
    var leaf: ParquetLeaf
    var slot: Int
    var isWeak: Bool
    var field: ParquetField?
  }

  private var bound: [Bound] = []
  private var pairs: [(keys: ParquetLeaf, values: ParquetLeaf)] = []
  /// The fields that the schema has.
  private(set) var fields = FieldSet()
  /// Whether rows can go into batches without lines.
  private(set) var isDirect: Bool
  let isOCSF: Bool
  private(set) var hasRecords = false
  private let window: TimeWindow?

  init(
    _ leaves: [ParquetLeaf],
    projection: Projection?,
    registry: InterfaceRegistry,
    window: TimeWindow? = nil
  ) {
    isDirect = projection != nil
    self.window = window
    isOCSF = leaves.contains { $0.path == "class_uid" }
    for leaf in leaves { bind(leaf, leaves, projection, registry) }
    settle(projection)
  }

  private mutating func bind(
    _ leaf: ParquetLeaf,
    _ leaves: [ParquetLeaf],
    _ projection: Projection?,
    _ registry: InterfaceRegistry
  ) {
    if leaf.mapPart == .key, leaf.repetition == 1 { return bindMap(leaf, leaves) }
    let role = ColumnRole(leaf.path)
    let isList = leaf.repetition > 0
    if case .intermediate = role {} else if isList { return }
    guard leaf.repetition <= 1, leaf.mapPart == nil, let (slot, isWeak) = role.slot else { return }
    guard bound.count(where: { $0.slot == slot }) < ParquetLimits.columnsOfField else { return }
    var own = Bound(leaf: leaf, slot: slot, isWeak: isWeak)
    if slot < FieldName.allCases.count {
      let field = FieldName.allCases[slot]
      // Of two columns for one field the one that says something counts, which lines find out.
      if bound.contains(where: { $0.slot == slot }) || isList { isDirect = false }
      fields.insert(slot)
      own.field = ParquetField(leaf, field, isWeak: isWeak, registry)
    } else {
      isDirect = false
      for field in Self.derived(from: slot) { fields.insert(field.index) }
    }
    bound.append(own)
  }

  /// The fields that a line gets out of a value that is none.
  private static func derived(from slot: Int) -> [FieldName] {
    switch slot - FieldName.allCases.count {
    case DocumentRecord.Extra.verdict.rawValue: [.action]
    case DocumentRecord.Extra.boundary.rawValue: [.trafficPath]
    case DocumentRecord.Extra.sourceInterface.rawValue: [.packetSource]
    case DocumentRecord.Extra.destinationInterface.rawValue: [.packetDestination]
    default: []
    }
  }

  private mutating func bindMap(_ leaf: ParquetLeaf, _ leaves: [ParquetLeaf]) {
    let next = leaf.index + 1
    guard ["unmapped", "attributes", "fields"].contains(leaf.path.lowercased()),
      next < leaves.count, leaves[next].mapPart == .value, leaves[next].path == leaf.path,
      leaves[next].repetition == 1
    else { return }
    guard pairs.count < ParquetLimits.columnsOfField else { return }
    isDirect = false
    pairs.append((leaf, leaves[next]))
  }

  private mutating func settle(_ projection: Projection?) {
    func has(_ field: FieldName) -> Bool { fields.contains(field.index) }
    let isMessage = bound.contains { $0.slot == DocumentRecord.Extra.message.slot }
    hasRecords =
      isMessage || has(.sourceAddress) && has(.destinationAddress)
      || has(.interfaceId) && has(.logStatus)
    if !has(.start) || !has(.end) || !has(.sourceAddress) || !has(.destinationAddress) {
      isDirect = false
    }
    guard isDirect, let projection else { return }
    // What nobody asked for is not read, but for the fields by which a row is known to be a record.
    let needed = projection.union(ColumnPlan.always)
      .union(Projection([.sourceAddress, .destinationAddress, .interfaceId, .logStatus]))
    bound.removeAll { !needed.contains(FieldName.allCases[$0.slot]) }
  }

  /// The columns of a row group.
  ///
  /// - Throws: `ParquetFault` where one of them cannot be read.
  func columns(
    of group: ParquetMetadata.RowGroup,
    in file: any RandomAccessBytes,
    _ inflate: @escaping PageInflater
  ) throws(ParquetFault) -> [ParquetColumn] {
    var columns: [ParquetColumn] = []
    for own in bound {
      let reader = try Self.reader(own.leaf, group, file, inflate)
      columns.append(
        ParquetColumn(
          reader: reader,
          slot: own.slot,
          isWeak: own.isWeak,
          field: isDirect ? own.field : nil
        )
      )
    }
    return columns
  }

  /// The maps of a row group.
  ///
  /// - Throws: `ParquetFault` where one of them cannot be read.
  func maps(
    of group: ParquetMetadata.RowGroup,
    in file: any RandomAccessBytes,
    _ inflate: @escaping PageInflater
  ) throws(ParquetFault) -> [ParquetMap] {
    var maps: [ParquetMap] = []
    for (keys, values) in pairs {
      let parts = [
        try Self.reader(keys, group, file, inflate), try Self.reader(values, group, file, inflate),
      ].map { ParquetColumn(reader: $0, slot: -1, isWeak: false) }
      maps.append(ParquetMap(keys: parts[0], values: parts[1], path: keys.path))
    }
    return maps
  }

  private static func reader(
    _ leaf: ParquetLeaf,
    _ group: ParquetMetadata.RowGroup,
    _ file: any RandomAccessBytes,
    _ inflate: @escaping PageInflater
  ) throws(ParquetFault) -> ColumnReader {
    do throws(ParquetFault) {
      return try ColumnReader(leaf, of: group, in: file, inflate)
    } catch {
      throw ParquetFault("column \(leaf.path): \(error.description)")
    }
  }
}

// MARK: Time windows

extension ParquetBinding {
  /// Whether rows certainly lie outside of the window, going by the statistics of their times.
  ///
  /// A record has a part in the window if it starts before its end, and starts or ends behind its beginning.
  func excludes(_ start: ParquetMetadata.Statistics, _ end: ParquetMetadata.Statistics) -> Bool {
    guard let window, let startLeaf = leaf(.start), let endLeaf = leaf(.end),
      let start = Self.seconds(start, startLeaf), let end = Self.seconds(end, endLeaf)
    else { return false }
    // A row without a start takes its end for it.
    return min(start.lowerBound, end.lowerBound) >= Int64(window.until)
      || max(start.upperBound, end.upperBound) < Int64(window.since)
  }

  /// The least and the greatest time; nil where they are not told, or where numbers are no seconds.
  private static func seconds(
    _ statistics: ParquetMetadata.Statistics,
    _ leaf: ParquetLeaf
  ) -> ClosedRange<Int64>? {
    guard let least = statistics.least.map(leaf.meaning),
      let greatest = statistics.greatest.map(leaf.meaning),
      least >= 0, least <= greatest, greatest <= Int64(UInt32.max)
    else { return nil }
    return least...greatest
  }

  /// Whether a row group certainly holds nothing of the window.
  func excludes(_ group: ParquetMetadata.RowGroup) -> Bool {
    guard let start = leaf(.start)?.index, let end = leaf(.end)?.index,
      max(start, end) < group.chunks.count
    else { return false }
    return excludes(group.chunks[start].statistics, group.chunks[end].statistics)
  }

  /// The places of start and end among the columns; nil where rows are not chosen by them.
  var timeColumns: (start: Int, end: Int)? {
    guard window != nil, leaf(.start) != nil, leaf(.end) != nil,
      let start = bound.firstIndex(where: { $0.slot == FieldName.start.index }),
      let end = bound.firstIndex(where: { $0.slot == FieldName.end.index })
    else { return nil }
    return (start, end)
  }

  /// The column of a time, if it holds Unix seconds or times of a known unit, and no other column has the field.
  private func leaf(_ field: FieldName) -> ParquetLeaf? {
    let own = bound.filter { $0.slot == field.index }
    guard own.count == 1, let leaf = own.first?.leaf, leaf.repetition == 0, leaf.unit != .days,
      [.int32, .int64].contains(leaf.physical), !leaf.isUnsigned
    else { return nil }
    return leaf
  }
}
