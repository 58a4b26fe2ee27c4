package import FlowFindings
package import FlowModel

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
    if !query.interfaces.isEmpty { addQuiet(batch, query.interfaces) }
  }

  /// Counts the records without traffic, which name an interface and no address.
  private mutating func addQuiet(_ batch: borrowing RecordBatch, _ interfaces: [UInt32]) {
    for place in 0..<batch.selection.count {
      let row = batch.selection[place]
      guard batch.status[row] != LogStatus.ok.rawValue, interfaces.contains(batch.interface[row]),
        let status = LogStatus(rawValue: batch.status[row])
      else { continue }
      let lacksTimes = batch.lacks(.start, row)
      quiet.count(status, lacksTimes ? nil : (batch.start[row], batch.end[row]))
    }
  }
}
