package import FlowFindings
package import FlowModel

/// The investigation target as a query of the stages.
package struct InvestigationQuery: Sendable {
  /// The network of the target; empty for an interface without a known local address.
  package private(set) var ranges: InvestigationRanges
  /// The number of the interface whose records count; nil if the records of all interfaces count.
  let interface: UInt32?
  /// Whether other interfaces have the interface's address at the same time.
  private(set) var sharesAddress = false

  /// An address or range.
  package init(_ network: IPNetwork) {
    ranges = InvestigationRanges([network])
    interface = nil
  }

  /// An interface by its number in the run's registry.
  ///
  /// An interface without a number is in no record.
  package init(interface: UInt32?) {
    ranges = InvestigationRanges([])
    self.interface = interface ?? .max
  }

  /// The query with the local addresses of an interface.
  func settled(_ own: LocalAddresses) -> InvestigationQuery {
    guard let interface else { return self }
    var query = self
    query.sharesAddress = own.sharing.contains(interface)
    query.ranges = InvestigationRanges(
      own.addresses(ofInterface: interface).map(IPNetwork.init(only:))
    )
    return query
  }

  /// Whether it is a single address, so that members are not needed.
  var isOneAddress: Bool { ranges.networks.count == 1 && ranges.networks[0].isOneAddress }

  /// Calls the body for each record of a batch about the investigation target.
  package func forEach(in batch: borrowing RecordBatch, _ body: (Int) -> Void) {
    if let interface {
      batch.forEachTraffic { row in if batch.interface[row] == interface { body(row) } }
    } else {
      let hasPacketEnds = batch.hasPacketEnds
      batch.forEachTraffic { row in
        if isEnd(of: row, in: batch) || hasPacketEnds && isPacketEnd(of: row, in: batch) {
          body(row)
        }
      }
    }
  }

  @inline(__always)
  private func isEnd(of row: Int, in batch: borrowing RecordBatch) -> Bool {
    !batch.lacks(.sourceAddress, row) && ranges.contains(batch.source[row])
      || !batch.lacks(.destinationAddress, row) && ranges.contains(batch.destination[row])
  }

  private func isPacketEnd(of row: Int, in batch: borrowing RecordBatch) -> Bool {
    batch.hasOtherPacketEnds(row)
      && (ranges.contains(batch.packetSource[row]) || ranges.contains(batch.packetDestination[row]))
  }
}

extension InvestigationTally {
  /// Counts the records of a batch about the investigation target.
  package mutating func add(_ batch: borrowing RecordBatch, _ query: InvestigationQuery) {
    var (sums, timeline) = (sums, timeline)
    query.forEach(in: batch) { row in
      let action = batch.action[row]
      sums.records += 1
      if action == FlowAction.accept.rawValue { sums.accepted += 1 }
      if action == FlowAction.reject.rawValue { sums.rejected += 1 }
      sums.packets +|= batch.packets[row]
      sums.bytes +|= batch.bytes[row]
      sums.first = min(sums.first, batch.start[row])
      sums.last = max(sums.last, batch.end[row])
      timeline.add(start: batch.start[row], action: action)
    }
    (self.sums, self.timeline) = (sums, timeline)
    if let interface = query.interface { addQuiet(batch, interface) }
  }

  /// Counts the records without traffic, which name an interface and no address.
  private mutating func addQuiet(_ batch: borrowing RecordBatch, _ interface: UInt32) {
    for place in 0..<batch.selection.count {
      let row = batch.selection[place]
      guard batch.status[row] != LogStatus.ok.rawValue, batch.interface[row] == interface,
        let status = LogStatus(rawValue: batch.status[row])
      else { continue }
      let lacksTimes = batch.lacks(.start, row)
      quiet.count(status, lacksTimes ? nil : (batch.start[row], batch.end[row]))
    }
  }
}

extension LocalAddresses {
  /// The local addresses of one interface, at most one of each family.
  func addresses(ofInterface number: UInt32) -> [IPAddress] {
    guard number < v4.count else { return [] }
    return [v4[Int(number)], v6[Int(number)]].filter { $0 != RecordBatch.unspecified }
  }
}
