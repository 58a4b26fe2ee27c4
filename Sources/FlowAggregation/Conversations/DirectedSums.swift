internal import FlowModel

/// The packets of one host to another one, summed over all of their records.
struct DirectedSums {
  private(set) var bytes: UInt64 = 0
  private(set) var packets: UInt64 = 0
  private(set) var records: UInt64 = 0
  /// Records, rejected ones and distinct destination ports of TCP and UDP, without reply-shaped records.
  private(set) var portRecords: UInt64 = 0
  private(set) var rejected: UInt64 = 0
  private(set) var distinctPorts: UInt64 = 0

  /// One bit for each port and for each used word, so that clearing costs only the used words.
  private var seenPorts = [UInt64](repeating: 0, count: 1024)
  private var touchedWords: [Int] = []

  /// Adds a tuple's sums under its destination port, if ports count.
  @inline(__always)
  mutating func add(_ sums: TupleSums, port: UInt16?) {
    bytes +|= sums.bytes
    packets +|= sums.packets
    records &+= sums.records
    guard let port else { return }
    portRecords &+= sums.records
    rejected &+= sums.rejected
    note(port)
  }

  private mutating func note(_ port: UInt16) {
    let word = Int(port >> 6)
    let bit = UInt64(1) << UInt64(port & 63)
    guard seenPorts[word] & bit == 0 else { return }
    if seenPorts[word] == 0 { touchedWords.append(word) }
    seenPorts[word] |= bit
    distinctPorts &+= 1
  }

  mutating func clear() {
    for word in touchedWords { seenPorts[word] = 0 }
    touchedWords.removeAll(keepingCapacity: true)
    (bytes, packets, records) = (0, 0, 0)
    (portRecords, rejected, distinctPorts) = (0, 0, 0)
  }
}
