internal import FlowModel

/// What a record may be looked up by, and the findings of each.
///
/// One flat table with open addressing, at most half full; a bit for each hash turns nearly every record away before
/// any lookup. Findings of a key lie side by side.
struct EvidenceKeys: Sendable {
  /// A key: an address or a port in one of its parts.
  struct Key: Hashable, Sendable {
    enum Part: UInt8, Sendable { case source, sourcePrefix, destination, port }

    var part: Part
    var value: IPAddress

    init(_ part: Part, _ value: IPAddress) { (self.part, self.value) = (part, value) }
    init(port: UInt16) { self.init(.port, IPAddress(high: 0, low: UInt64(port))) }

    var hash: UInt64 {
      let mixed =
        (value.high ^ value.low &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(part.rawValue) &<< 56)
        &* 0xff51_afd7_ed55_8ccd
      return mixed ^ mixed >> 29
    }
  }

  private static let bitWords = 1 << 14

  private var keys: [Key] = []
  /// Where the findings of each key begin in `findings`; one more entry than keys.
  private var starts: [Int] = [0]
  private var findings: [Int] = []
  /// Places of keys, plus one; 0 is free.
  private var places: [UInt32]
  private var bits = [UInt64](repeating: 0, count: bitWords)

  /// - Parameter pairs: which finding is to be found by which key, each pair once.
  init(_ pairs: [(key: Key, finding: Int)]) {
    let grouped = Dictionary(grouping: pairs, by: \.key)
    var size = 16
    while size < grouped.count * 2 { size *= 2 }
    places = [UInt32](repeating: 0, count: size)
    // In the order of the findings, so that every run does the same.
    for pair in pairs where place(of: pair.key) == nil {
      insert(pair.key, (grouped[pair.key] ?? []).map(\.finding))
    }
  }

  /// How many keys there are.
  var count: Int { keys.count }

  /// The findings of the key at a place.
  func findings(at place: Int) -> ArraySlice<Int> { findings[starts[place]..<starts[place + 1]] }

  /// The place of a key; nil where no finding is to be found by it.
  @inline(__always)
  func place(of key: Key) -> Int? {
    let hash = key.hash
    guard bits[Int(hash >> 50)] >> (hash >> 44 & 63) & 1 == 1 else { return nil }
    var slot = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while places[slot] != 0 {
      let place = Int(places[slot]) - 1
      if keys[place] == key { return place }
      slot = (slot + 1) & (places.count - 1)
    }
    return nil
  }

  private mutating func insert(_ key: Key, _ found: [Int]) {
    let hash = key.hash
    bits[Int(hash >> 50)] |= 1 << (hash >> 44 & 63)
    var slot = Int(truncatingIfNeeded: hash) & (places.count - 1)
    while places[slot] != 0 { slot = (slot + 1) & (places.count - 1) }
    places[slot] = UInt32(keys.count + 1)
    keys.append(key)
    findings += found
    starts.append(findings.count)
  }
}
