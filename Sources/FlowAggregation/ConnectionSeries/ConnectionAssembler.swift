internal import FlowModel
internal import SpillableTable

/// Conversations for series.
struct ConnectionStage<Address: FlowAddress>: TableStage {
  var table: TableKey<ConnectionRow<Address>> { ConnectionRow.table }

  func listener(
    _ worker: StageWorker<Address>,
    _ phase: ConversationPhase
  ) -> ConversationListener<Address>? {
    ConversationListener(ConnectionCollector(worker, phase))
  }

  func assembler(_ worker: StageWorker<Address>) -> ConnectionAssembler<Address> {
    ConnectionAssembler(worker.pairs, sink: worker.makeSink())
  }

  func finish(
    _ assemblers: [ConnectionAssembler<Address>],
    into outcome: inout FamilyOutcome<Address>
  ) {
    outcome.watched = assemblers.reduce(into: []) { $0.formUnion($1.watched) }
  }
}

/// Creates a series of the conversations that a host initiated with one service of one peer.
struct ConnectionAssembler<Address: FlowAddress>: RowAssembler {
  /// The most starts for a shape.
  ///
  /// More of them do not improve the interval, and one per second is a strobe anyway.
  private static var limit: Int { 100_000 }
  /// Minimum of a series for which the prevalence of the service is counted: score, bytes, seconds.
  private static var watchedScore: Double { 0.5 }
  private static var watchedBytes: UInt64 { 20_000_000 }
  private static var watchedSeconds: UInt32 { 3600 }

  private let perimeter: NetworkPerimeter
  private let log: ClosedRange<UInt32>
  /// Length of the log's windows, in seconds.
  private let window: UInt32
  private let slices: LogSlices
  /// The external services whose users are counted.
  private(set) var watched: Set<OutsideService<Address>> = []
  private var key: ConnectionRow<Address>?
  private var series: ConnectionSeries?
  private var starts: [UInt32] = []
  private var sizes: [UInt64] = []
  private var open = OpenConnections<Address>()
  private var hours = HourSums()
  private var batch: ObservationBatch

  init(_ settings: PairSettings, sink: any ObservationSink) {
    (perimeter, log, slices) = (settings.perimeter, settings.log, settings.slices)
    // Conversations end after a pause of two windows, and AWS aggregates over one minute or ten.
    window = settings.gap > 240 ? 600 : 60
    batch = ObservationBatch(sink)
  }

  mutating func take(_ row: ConnectionRow<Address>) {
    if let key, !key.isSameSeries(row) { finishSeries() }
    if series == nil {
      key = row
      series = ConnectionSeries(
        host: row.host.ipAddress,
        peer: row.peer.ipAddress,
        service: row.rowService.service,
        isLateral: perimeter.isInside(row.peer.ipAddress)
      )
    }
    let touched = slices.mask(first: row.first, last: row.last)
    let connection = open.note(row)
    series?.add(row, connection, touched)
    hours.add(row)
    guard row.isDirected, !connection.isContinued, starts.count < Self.limit else { return }
    starts.append(row.first)
    sizes.append(row.clientBytes)
  }

  /// Ends the last series of a partition.
  mutating func finishPartition() {
    finishSeries()
    batch.flush()
  }

  private mutating func finishSeries() {
    guard var done = series, let key else { return }
    done.shape = BeaconShape.best(starts: starts, sizes: sizes, log: log, window: window)
    hours.finish(into: &done)
    if isWatched(done) { watched.insert(OutsideService(key)) }
    batch.add(done)
    batch.flushIfFull()
    starts.removeAll(keepingCapacity: true)
    sizes.removeAll(keepingCapacity: true)
    open.clear()
    series = nil
  }

  private func isWatched(_ series: ConnectionSeries) -> Bool {
    guard !series.isLateral else { return false }
    let shape = series.shape.map { max($0.score, $0.burstScore) } ?? 0
    return shape >= Self.watchedScore || series.bytesOut >= Self.watchedBytes
      || series.longest >= Self.watchedSeconds
  }
}

/// A service of an external network.
struct OutsideService<Address: FlowAddress>: Hashable, Sendable {
  var network: Address
  var service: RowService

  init(_ row: ConnectionRow<Address>) {
    (network, service) = (row.peer.sourcePrefix, row.rowService)
  }

  init(_ row: HostServiceRow<Address>) {
    network = row.destination.sourcePrefix
    service = row.rowService
  }

  /// The service for detectors.
  var use: NetworkUse {
    let address = Address.network(ofSourcePrefix: network)
    return NetworkUse(around: address, service.service)
  }
}

/// Bytes that a series sent in each hour.
private struct HourSums {
  private var sums: [UInt32: (out: UInt64, back: UInt64)] = [:]

  mutating func add<Address: FlowAddress>(_ row: ConnectionRow<Address>) {
    HourSpread.forEach(first: row.first, last: row.last, row.clientBytes, row.serverBytes) {
      hour,
      out,
      back in
      let sum = sums[hour] ?? (0, 0)
      sums[hour] = (sum.out +| out, sum.back +| back)
    }
  }

  /// Sets the busiest hour and the busiest 24 hours of the series, by bytes sent; the earlier one of equals.
  mutating func finish(into series: inout ConnectionSeries) {
    let hours = sums.keys.sorted()
    var day: UInt64 = 0
    var tail = 0
    for hour in hours {
      guard let sum = sums[hour] else { continue }
      if sum.out > series.busiestHourOut {
        (series.busiestHour, series.busiestHourOut, series.busiestHourIn) = (
          hour, sum.out, sum.back
        )
      }
      day = day +| sum.out
      while hours[tail] + 24 <= hour {
        day -= min(day, sums[hours[tail]]?.out ?? 0)
        tail += 1
      }
      series.busiestDayOut = max(series.busiestDayOut, day)
    }
    sums.removeAll(keepingCapacity: true)
  }
}

extension ConnectionSeries {
  fileprivate mutating func add<Address: FlowAddress>(
    _ row: ConnectionRow<Address>,
    _ connection: OpenConnections<Address>.Connection,
    _ touched: UInt64
  ) {
    connections += 1
    activity |= touched
    if row.isAnswered { answered += 1 }
    if row.isRefused { refused += 1 }
    if row.isDirected { directed += 1 }
    bytesOut +|= row.clientBytes
    bytesIn +|= row.serverBytes
    packetsOut +|= UInt64(row.clientPackets)
    first = min(first, row.first)
    last = max(last, row.first, row.last)
    if connection.duration > longest {
      longest = connection.duration
      (longestOut, longestIn) = (connection.bytesOut, connection.bytesIn)
    }
  }
}
