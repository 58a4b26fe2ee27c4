internal import FlowModel
internal import SpillableTable

/// Inbound conversations with services of internal addresses, per hour.
struct ServedStage<Address: FlowAddress>: TableStage {
  var table: TableKey<ServedRow<Address>> { ServedRow.table }

  func assembler(_ worker: StageWorker<Address>) -> ServedAssembler<Address> {
    ServedAssembler(sink: worker.makeSink())
  }
}

/// Combines the hours of each endpoint.
struct ServedAssembler<Address: FlowAddress>: RowAssembler {
  private var last: ServedRow<Address>?
  private var endpoint: ServedEndpoint?
  private var batch: ObservationBatch

  init(sink: any ObservationSink) { batch = ObservationBatch(sink) }

  mutating func take(_ row: ServedRow<Address>) {
    if let last, !last.isSameEndpoint(row) { finishEndpoint() }
    last = row
    if endpoint == nil {
      endpoint = ServedEndpoint(
        address: row.address.ipAddress,
        service: row.rowService.service
      )
    }
    endpoint?.add(row)
  }

  /// Ends the last endpoint of a partition.
  mutating func finishPartition() {
    finishEndpoint()
    batch.flush()
  }

  private mutating func finishEndpoint() {
    guard let done = endpoint else { return }
    batch.add(done)
    batch.flushIfFull()
    endpoint = nil
  }
}

extension ServedEndpoint {
  fileprivate mutating func add<Address: FlowAddress>(_ row: ServedRow<Address>) {
    triedOutside += UInt64(row.triedOutside)
    answeredOutside += UInt64(row.answeredOutside)
    answeredInside += UInt64(row.answeredInside)
    sessionsOutside += UInt64(row.sessionsOutside)
    sessionsInside += UInt64(row.sessionsInside)
    bytes +|= row.bytes
    packets +|= row.packets
    replyBytes +|= row.replyBytes
    first = min(first, row.first)
    last = max(last, row.last)
    activity |= row.activity
    if row.sample != .max { sample = min(sample ?? row.sample.ipAddress, row.sample.ipAddress) }
    if row.insideSample != .max {
      insideSample = min(insideSample ?? row.insideSample.ipAddress, row.insideSample.ipAddress)
    }
    let hour = Hour(
      hour: row.hour,
      sources: UInt64(row.triedOutside),
      answered: UInt64(row.answeredOutside),
      packets: row.packets,
      bytes: row.bytes,
      replyBytes: row.replyBytes
    )
    if hour.sources > busiest.sources, hour.answered * 2 < hour.sources { busiest = hour }
    if hour.packets > heaviest.packets, hour.replyBytes < hour.bytes / 20 { heaviest = hour }
  }
}
