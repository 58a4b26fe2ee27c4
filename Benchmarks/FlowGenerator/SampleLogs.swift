package import SystemFiles

/// The sample logs: a day of a small VPC in two flow logs, one file per hour and log.
package enum SampleLogs {
  /// The flow log of the front, the applications and the data, in the default format.
  static let mainLog = "fl-0a17c3d2"
  /// The flow log of the service subnet, in a custom format.
  static let serviceLog = "fl-0be4f691"

  /// Writes the files below a folder, laid out as in a bucket.
  ///
  /// - Throws: `SystemError` when a file cannot be written.
  package static func write(
    to folder: String,
    seed: UInt64
  ) throws(SystemError) -> GeneratedTotals {
    var day = SampleDay(seed: seed)
    let rows = day.rows()
    let isService = day.network.interfaces.map(SampleNetwork.isInServiceSubnet)
    var totals = GeneratedTotals()
    for hour in 0..<(GeneratedDay.length / GeneratedDay.hour) {
      let ended = rows.filter { (Int($0.end) - GeneratedDay.start) / GeneratedDay.hour == hour }
      for (log, format, wanted) in [(mainLog, LineFormat.v2, false), (serviceLog, .v5, true)] {
        var file = LogFile(format, day.network)
        let own = ended.filter { isService[Int($0.interface)] == wanted }
        for row in own.inDeliveryOrder { file.append(row) }
        let start = GeneratedDay.start + hour * GeneratedDay.hour
        let name = ObjectName(flowLog: log, second: start, number: hour)
        totals += try file.finish(name, in: folder)
      }
    }
    return totals
  }
}
