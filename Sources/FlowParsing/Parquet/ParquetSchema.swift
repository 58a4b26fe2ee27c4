/// A column of values in a Parquet file.
struct ParquetLeaf {
  /// The number of its chunk in each row group.
  var index: Int
  /// The names of its groups and its own with dots between; without the groups that lists and maps are made of.
  var path: String
  var physical: ParquetMetadata.PhysicalType
  /// How many bytes a value of fixed length has.
  var width: Int
  var unit: ParquetMetadata.TimeUnit?
  var isUnsigned: Bool
  /// How many of a decimal number's digits stand behind the point; nil for other values.
  var scale: Int?
  /// The level at which a value is there.
  var definition: Int
  /// How many lists it stands in.
  var repetition: Int
  /// Whether it holds the names or the values of a map.
  var mapPart: MapPart?

  enum MapPart {
    case key, value
  }
}

extension ParquetLeaf {
  /// The columns of a schema, in the order of their chunks.
  ///
  /// - Throws: `ParquetFault` when the schema is damaged.
  static func leaves(
    of schema: [ParquetMetadata.SchemaElement]
  ) throws(ParquetFault) -> [ParquetLeaf] {
    var walk = SchemaWalk(schema: schema)
    try walk.readRoot()
    return walk.leaves
  }
}

extension ParquetLeaf {
  /// A number as its column means it: times become Unix seconds, decimal numbers whole ones.
  @inline(__always)
  func meaning(_ value: Int64) -> Int64 {
    if let scale { return Self.whole(value, scale) }
    return switch unit {
    case nil, .days: value
    case .milliseconds: Self.seconds(value, 1000)
    case .microseconds: Self.seconds(value, 1_000_000)
    case .nanoseconds: Self.seconds(value, 1_000_000_000)
    }
  }

  private static func whole(_ value: Int64, _ scale: Int) -> Int64 {
    guard 0...18 ~= scale else { return ValueDecoder.fraction }
    let unit = (0..<scale).reduce(Int64(1)) { power, _ in power * 10 }
    return value % unit == 0 ? value / unit : ValueDecoder.fraction
  }

  /// Whole units, rounded down.
  static func seconds(_ value: Int64, _ unit: Int64) -> Int64 {
    value / unit - (value % unit < 0 ? 1 : 0)
  }
}

/// Goes through a schema, whose groups stand before their members.
private struct SchemaWalk {
  /// What is known of the groups around an element.
  struct Surroundings {
    var path: [String] = []
    var definition = 0
    var repetition = 0
    var depth = 0
    /// How many of the next names belong to the form of a list alone.
    var unnamed = 0
    var isMap = false
  }

  let schema: [ParquetMetadata.SchemaElement]
  var position = 0
  var leaves: [ParquetLeaf] = []

  private static let damaged = ParquetFault("the schema is damaged")

  mutating func readRoot() throws(ParquetFault) {
    guard let root = schema.first else { throw Self.damaged }
    position = 1
    for _ in 0..<max(0, min(root.children, schema.count)) { try read(Surroundings()) }
  }

  private mutating func read(_ around: Surroundings) throws(ParquetFault) {
    guard position < schema.count, around.depth < ParquetLimits.depth else { throw Self.damaged }
    let element = schema[position]
    position += 1
    var inside = around
    inside.depth += 1
    if element.repetition != .required { inside.definition += 1 }
    if element.repetition == .repeated { inside.repetition += 1 }
    if around.unnamed > 0 {
      inside.unnamed -= 1
    } else {
      inside.path.append(element.name)
    }
    guard element.children > 0 || element.physical == nil else { return add(element, inside) }
    switch element.converted {
    case 1, 2: (inside.isMap, inside.unnamed) = (true, 2)
    case 3: inside.unnamed = 2
    default: break
    }
    for _ in 0..<max(0, min(element.children, schema.count)) { try read(inside) }
  }

  private mutating func add(_ element: ParquetMetadata.SchemaElement, _ around: Surroundings) {
    guard let physical = element.physical else { return }
    leaves.append(
      ParquetLeaf(
        index: leaves.count,
        path: around.path.joined(separator: "."),
        physical: physical,
        width: element.width,
        unit: element.unit,
        isUnsigned: element.isUnsigned,
        scale: element.scale,
        definition: around.definition,
        repetition: around.repetition,
        mapPart: around.isMap ? (element.name == "key" ? .key : .value) : nil
      )
    )
  }
}
