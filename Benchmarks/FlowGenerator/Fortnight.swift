package import SystemFiles

/// Two weeks of runs for a memory to learn from: one folder of flow logs a day, and the truth about them.
package struct Fortnight: Sendable {
  /// The name of the table of what was planted.
  package static let truthName = "truth.tsv"
  private static let flowLog = "fl-0d14f00d"

  private let plan: FortnightPlan
  private let network: FortnightNetwork

  /// The two weeks of a plan.
  package init(_ plan: FortnightPlan) {
    self.plan = plan
    network = FortnightNetwork(hosts: plan.hosts)
  }

  /// Writes a folder for each day, laid out within as in a bucket, and the truth beside them.
  ///
  /// Equal plans give equal bytes. A record lies in the folder of the day on which it ended.
  ///
  /// - Returns: what the logs hold; the truth does not count.
  /// - Throws: `SystemError` when a file cannot be written.
  package func write(to folder: String) throws(SystemError) -> GeneratedTotals {
    var totals = GeneratedTotals()
    var begun: [FlowRow] = []
    for day in FortnightDay.all.prefix(plan.days) {
      let rows = begun + rows(of: day)
      let ended = rows.filter { Int($0.end) < day.span.upperBound }
      begun = rows.filter { Int($0.end) >= day.span.upperBound }
      let logged = plan.isQuiet ? ended : ended + silence(of: day, besides: ended)
      totals += try write(logged, of: day, to: "\(folder)/\(day.date.text)")
    }
    let findings = plan.isQuiet ? [] : FortnightTruth.findings(network)
    let truth = FortnightTruth.table(findings.filter { $0.day <= plan.days })
    try WholeFile.write(Array(truth.utf8).span, to: "\(folder)/\(Self.truthName)")
    return totals
  }

  /// What began on a day; the plants change nothing about the rest.
  private func rows(of day: FortnightDay) -> [FlowRow] {
    var usual = FortnightTraffic(plan, network, day, part: 0)
    usual.addUsual()
    guard !plan.isQuiet else { return usual.recorder.rows }
    var planted = FortnightTraffic(plan, network, day, part: 1)
    planted.addPlants()
    return usual.recorder.rows + planted.recorder.rows
  }

  /// Says of the forgotten interface that nothing happened; the other ones' empty batches would only swell the logs.
  private func silence(of day: FortnightDay, besides rows: [FlowRow]) -> [FlowRow] {
    FortnightTraffic.clock.silence(
      of: network.forgotten.number,
      endingIn: day.span,
      besides: rows
    )
  }

  /// One file an hour, by when the records ended.
  private func write(
    _ rows: [FlowRow],
    of day: FortnightDay,
    to folder: String
  ) throws(SystemError) -> GeneratedTotals {
    var hours = [[FlowRow]](repeating: [], count: GeneratedDay.length / GeneratedDay.hour)
    for row in rows { hours[(Int(row.end) - day.start) / GeneratedDay.hour].append(row) }
    var totals = GeneratedTotals()
    for (hour, rows) in hours.enumerated() {
      var file = LogFile(.v2, network.all)
      for row in rows.inDeliveryOrder { file.append(row) }
      let name = ObjectName(
        flowLog: Self.flowLog,
        second: day.at(hour),
        number: day.number * hours.count + hour,
        day: day.date
      )
      totals += try file.finish(name, in: folder)
    }
    return totals
  }
}
