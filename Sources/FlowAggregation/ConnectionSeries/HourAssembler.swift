internal import FlowModel
internal import SpillableTable

/// External traffic of internal hosts per hour; only with a history.
struct HourStage<Address: FlowAddress>: TableStage {
  var table: TableKey<HourRow<Address>> { HourRow.table }

  func listener(
    _ worker: StageWorker<Address>,
    _ phase: ConversationPhase
  ) -> ConversationListener<Address>? {
    worker.pairs.tellsAll ? ConversationListener(HourCollector(worker)) : nil
  }

  func assembler(_ worker: StageWorker<Address>) -> HourAssembler<Address> {
    HourAssembler(sink: worker.makeSink())
  }
}

/// Emits the hours of hosts, all hours of a host at once.
struct HourAssembler<Address: FlowAddress>: RowAssembler {
  private var host: Address?
  private var hours: [HostVolume.Hour] = []
  private var batch: ObservationBatch

  init(sink: any ObservationSink) { batch = ObservationBatch(sink) }

  mutating func take(_ row: HourRow<Address>) {
    if host != row.host { finishHost() }
    host = row.host
    hours.append(
      HostVolume.Hour(
        hour: row.hour,
        bytesOut: row.bytesOut,
        bytesIn: row.bytesIn,
        conversations: UInt64(row.conversations)
      )
    )
  }

  /// Ends the last host of a partition.
  mutating func finishPartition() {
    finishHost()
    batch.flush()
  }

  private mutating func finishHost() {
    guard let host else { return }
    batch.add(HostVolume(host: host.ipAddress, hours: hours))
    batch.flushIfFull()
    hours.removeAll(keepingCapacity: true)
    self.host = nil
  }
}
