package import FlowModel

/// A value of the MaxMind DB format.
package indirect enum MaxMindValue: Sendable, Hashable {
  /// UTF-8.
  case text(String)
  /// A number of at most 16 bits.
  case uint16(UInt16)
  /// A number of at most 32 bits.
  case uint32(UInt32)
  /// A number of at most 64 bits.
  case uint64(UInt64)
  /// A flag.
  case boolean(Bool)
  /// A floating number.
  case double(Double)
  /// Values in order.
  case array([MaxMindValue])
  /// Members in order.
  case map([Member])
  /// Bytes as they shall stand there, for damage on purpose.
  case raw([UInt8])

  /// A member of a map.
  package struct Member: Sendable, Hashable {
    /// The key.
    package var key: String
    /// The value.
    package var value: MaxMindValue

    /// A key with its value.
    package init(_ key: String, _ value: MaxMindValue) { (self.key, self.value) = (key, value) }
  }

  /// A record as in a City or Country file.
  package static func country(_ code: String) -> MaxMindValue {
    .map([
      Member("continent", .map([Member("code", .text("EU"))])),
      Member(
        "country",
        .map([
          Member("geoname_id", .uint32(2_750_405)),
          Member("iso_code", .text(code)),
          Member("names", .map([Member("en", .text("Somewhere"))])),
        ])
      ),
      Member("location", .map([Member("latitude", .double(52.5))])),
    ])
  }

  /// A record as in an ASN file.
  package static func network(_ number: UInt32, _ organization: String) -> MaxMindValue {
    .map([
      Member("autonomous_system_number", .uint32(number)),
      Member("autonomous_system_organization", .text(organization)),
    ])
  }
}

/// Writes small databases in the MaxMind DB format 2.0, so that tests need none of anybody.
///
/// Follows the published specification: a binary search tree, 16 zeros, the data section, a marker, and a map that
/// describes the file. In a tree of version 6, IPv4 lies below `::/96`.
package struct MaxMindWriter: Sendable {
  /// Bits of a record of the tree: 24, 28 or 32.
  package var recordSize = 28
  /// 4 or 6.
  package var ipVersion = 6
  /// Members of the description that replace those of the same name.
  package var description: [MaxMindValue.Member] = []

  private var entries: [(network: IPNetwork, value: MaxMindValue)] = []

  /// An empty database.
  package init(recordSize: Int = 28, ipVersion: Int = 6) {
    (self.recordSize, self.ipVersion) = (recordSize, ipVersion)
  }

  /// Adds a range; a longer prefix within another one counts there.
  package mutating func add(_ network: IPNetwork, _ value: MaxMindValue) {
    entries.append((network, value))
  }

  /// The file.
  package var bytes: [UInt8] {
    var tree = SearchTree()
    var data = DataSection()
    for entry in entries.sorted(by: { $0.network.prefixLength < $1.network.prefixLength }) {
      tree.insert(path(entry.network), data.place(of: entry.value))
    }
    var end = DataSection()
    end.write(.map(metadata(nodes: tree.nodes.count)))
    return tree.bytes(recordSize) + [UInt8](repeating: 0, count: 16) + data.bytes
      + [0xab, 0xcd, 0xef] + Array("MaxMind.com".utf8) + end.bytes
  }

  private func path(_ network: IPNetwork) -> [Bool] {
    let isV4 = network.base.isV4
    let bits = isV4 ? UInt128(network.base.v4) : network.base.bits
    let width = ipVersion == 4 ? 32 : 128
    let length = network.prefixLength + (isV4 && width == 128 ? 96 : 0)
    return (0..<length).map { bits >> UInt128(width - 1 - $0) & 1 == 1 }
  }

  private func metadata(nodes: Int) -> [MaxMindValue.Member] {
    let usual: [MaxMindValue.Member] = [
      .init("binary_format_major_version", .uint16(2)),
      .init("binary_format_minor_version", .uint16(0)),
      .init("build_epoch", .uint64(1_767_225_600)),
      .init("database_type", .text("Weir-Test")),
      .init("description", .map([.init("en", .text("made by a test"))])),
      .init("ip_version", .uint16(UInt16(ipVersion))),
      .init("languages", .array([.text("en")])),
      .init("node_count", .uint32(UInt32(nodes))),
      .init("record_size", .uint16(UInt16(recordSize))),
    ]
    return usual.map { member in description.first { $0.key == member.key } ?? member }
  }
}

/// The tree of a database while it grows.
private struct SearchTree {
  enum Record {
    case empty
    case node(Int)
    case data(Int)
  }

  var nodes: [[Record]] = [[.empty, .empty]]

  mutating func insert(_ path: [Bool], _ data: Int) {
    var node = 0
    for bit in path.dropLast() {
      let side = bit ? 1 : 0
      if case .node(let next) = nodes[node][side] {
        node = next
      } else {
        nodes.append([nodes[node][side], nodes[node][side]])
        nodes[node][side] = .node(nodes.count - 1)
        node = nodes.count - 1
      }
    }
    for side in path.last.map({ [$0 ? 1 : 0] }) ?? [0, 1] { nodes[node][side] = .data(data) }
  }

  func bytes(_ recordSize: Int) -> [UInt8] {
    nodes.flatMap { node in
      let (left, right) = (number(node[0]), number(node[1]))
      switch recordSize {
      case 24: return DataSection.big(left, 3) + DataSection.big(right, 3)
      case 28:
        let middle = UInt8((left >> 24) << 4 | right >> 24)
        return DataSection.big(left, 3) + [middle] + DataSection.big(right, 3)
      default: return DataSection.big(left, 4) + DataSection.big(right, 4)
      }
    }
  }

  private func number(_ record: Record) -> Int {
    switch record {
    case .empty: nodes.count
    case .node(let node): node
    case .data(let offset): nodes.count + 16 + offset
    }
  }
}

/// A data section while it grows; texts that recur are pointed to, as real files do.
private struct DataSection {
  var bytes: [UInt8] = []
  private var texts: [String: Int] = [:]
  private var records: [MaxMindValue: Int] = [:]

  static func big(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
  }

  /// Where a record stands; equal ones stand there once.
  mutating func place(of record: MaxMindValue) -> Int {
    if let known = records[record] { return known }
    let place = bytes.count
    write(record)
    records[record] = place
    return place
  }

  mutating func write(_ value: MaxMindValue) {
    switch value {
    case .text(let text): write(text)
    case .uint16(let number): write(5, UInt64(number))
    case .uint32(let number): write(6, UInt64(number))
    case .uint64(let number): write(9, number)
    case .boolean(let flag): head(14, flag ? 1 : 0)
    case .double(let number):
      head(3, 8)
      bytes += Self.big(Int(bitPattern: UInt(number.bitPattern)), 8)
    case .array(let values):
      head(11, values.count)
      for value in values { write(value) }
    case .map(let members):
      head(7, members.count)
      for member in members {
        write(member.key)
        write(member.value)
      }
    case .raw(let raw): bytes += raw
    }
  }

  private mutating func write(_ text: String) {
    if let place = texts[text] { return point(place) }
    texts[text] = bytes.count
    head(2, text.utf8.count)
    bytes += Array(text.utf8)
  }

  /// A number without its leading zero bytes.
  private mutating func write(_ type: Int, _ number: UInt64) {
    let count = (64 - number.leadingZeroBitCount + 7) / 8
    head(type, count)
    bytes += Self.big(Int(bitPattern: UInt(number)), count)
  }

  private mutating func head(_ type: Int, _ size: Int) {
    let (short, more): (Int, [UInt8]) =
      switch size {
      case ..<29: (size, [])
      case ..<285: (29, Self.big(size - 29, 1))
      case ..<65_821: (30, Self.big(size - 285, 2))
      default: (31, Self.big(size - 65_821, 3))
      }
    bytes += type <= 7 ? [UInt8(type << 5 | short)] : [UInt8(short), UInt8(type - 7)]
    bytes += more
  }

  private mutating func point(_ place: Int) {
    switch place {
    case ..<2048: bytes += [UInt8(0x20 | place >> 8)] + Self.big(place, 1)
    case ..<526_336:
      bytes += [UInt8(0x28 | (place - 2048) >> 16)] + Self.big(place - 2048, 2)
    default: bytes += [0x38] + Self.big(place, 4)
    }
  }
}
