internal import FlowFindings
internal import FlowModel

/// A set of ports with low cost to clear.
struct PortSet {
  private var words = [UInt64](repeating: 0, count: 1024)
  private var touched: [Int] = []
  private(set) var count: UInt64 = 0

  mutating func insert(_ port: UInt16) {
    let word = Int(port >> 6)
    let bit = UInt64(1) << UInt64(port & 63)
    guard words[word] & bit == 0 else { return }
    if words[word] == 0 { touched.append(word) }
    words[word] |= bit
    count += 1
  }

  mutating func clear() {
    guard count > 0 else { return }
    for word in touched { words[word] = 0 }
    touched.removeAll(keepingCapacity: true)
    count = 0
  }
}

/// One source's sums for each of its services.
struct SweepTable {
  private struct Sums {
    var service: Service
    var destinations: UInt64 = 0
    var rejected: UInt64 = 0
    var records: UInt64 = 0
    var conversations: UInt64 = 0
    var packets: UInt64 = 0
    var bytes: UInt64 = 0

    /// Whether only a server's responses are known: no attempt, no reject, and packets with data.
    var areAnswers: Bool { conversations == 0 && rejected == 0 && bytes / 100 >= packets }
  }

  private var sums: [Sums] = []
  private var places = ServicePlaces()

  mutating func add<Address: FlowAddress>(_ row: HostServiceRow<Address>, continuesKey: Bool) {
    let place = places.place(of: row.rowService, count: sums.count)
    if place == sums.count { sums.append(Sums(service: row.service)) }
    if !continuesKey { sums[place].destinations += 1 }
    sums[place].rejected += UInt64(row.rejected)
    sums[place].records += UInt64(row.records)
    sums[place].conversations += UInt64(row.conversations)
    sums[place].packets +|= row.packets
    sums[place].bytes +|= row.bytes
  }

  mutating func finish(
    _ source: IPAddress,
    marksAnswers: Bool,
    into table: inout TopRows<HostSweep>
  ) {
    for sum in sums {
      var sweep = HostSweep(
        source: source,
        service: sum.service,
        distinctDestinations: sum.destinations,
        rejected: sum.rejected,
        records: sum.records
      )
      sweep.isAnswers = marksAnswers && sum.areAnswers
      table.offer(sweep)
    }
    sums.removeAll(keepingCapacity: true)
    places.clear()
  }
}

/// Finds the index of a service in a list: by linear search in a short list, by a dictionary in a long one.
struct ServicePlaces {
  private static let shortList = 8
  private var services: [RowService] = []
  private var index: [RowService: Int] = [:]

  /// The index of the service.
  ///
  /// For a new one it is `count`, which is stored as its index.
  mutating func place(of service: RowService, count: Int) -> Int {
    if services.count <= Self.shortList {
      if let place = services.lastIndex(of: service) { return place }
    } else if let place = index[service] {
      return place
    }
    services.append(service)
    if services.count == Self.shortList + 1 {
      for (place, known) in services.enumerated() { index[known] = place }
    } else if services.count > Self.shortList {
      index[service] = count
    }
    return count
  }

  mutating func clear() {
    services.removeAll(keepingCapacity: true)
    if !index.isEmpty { index.removeAll(keepingCapacity: true) }
  }
}
