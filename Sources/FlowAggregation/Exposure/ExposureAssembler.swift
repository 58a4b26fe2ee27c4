internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// The exposure of sensitive services of local addresses.
struct ExposureStage<Address: FlowAddress>: TableStage {
  var table: TableKey<ExposureRow<Address>> { ExposureRow.table }

  func assembler(_ worker: StageWorker<Address>) -> ExposureAssembler<Address> {
    ExposureAssembler(sink: worker.makeSink())
  }
}

/// Combines the exposed services of a local address from the rows of external networks.
struct ExposureAssembler<Address: FlowAddress>: RowAssembler {
  private var destination: Address?
  private var endpoints: [UInt16: ExposedEndpoint] = [:]
  private var batch: ObservationBatch

  init(sink: any ObservationSink) { batch = ObservationBatch(sink) }

  mutating func take(_ row: ExposureRow<Address>) {
    if destination != row.destination { finishDestination() }
    destination = row.destination
    let service = row.rowService.service
    endpoints[row.port, default: ExposedEndpoint(row.destination.ipAddress, service)].add(row)
  }

  /// Ends the last address of a partition.
  mutating func finishPartition() {
    finishDestination()
    batch.flush()
  }

  private mutating func finishDestination() {
    for port in endpoints.keys.sorted() {
      guard let endpoint = endpoints[port] else { continue }
      batch.add(endpoint)
    }
    endpoints.removeAll(keepingCapacity: true)
    destination = nil
    batch.flushIfFull()
  }
}

extension ExposedEndpoint {
  fileprivate mutating func add<Address: FlowAddress>(_ row: ExposureRow<Address>) {
    networks += 1
    sources += UInt64(row.sources)
    probers += UInt64(row.probers)
    conversations += UInt64(row.conversations)
    sessionSources += UInt64(row.sessionSources)
    replyBytes +|= row.replyBytes
    var part = RecordSums()
    (part.records, part.rejected) = (UInt64(row.records), UInt64(row.rejected))
    part.accepted = part.records - min(part.records, part.rejected)
    (part.packets, part.bytes) = (row.packets, row.bytes)
    (part.first, part.last, part.activity) = (row.first, row.last, row.activity)
    sums.add(part)
    if row.probers > 0, proberSample.count < Self.networkLimit {
      proberSample.append(row.prober.ipAddress)
    }
    if row.sessionSources > 0 { addSessions(row) }
  }

  /// Keeps the networks with the most response bytes.
  ///
  /// Networks arrive in order, so the smaller ones of equals are kept.
  private mutating func addSessions<Address: FlowAddress>(_ row: ExposureRow<Address>) {
    guard let network = row.networkRange else { return }
    let place =
      sessionNetworks.firstIndex { $0.replyBytes < row.replyBytes } ?? sessionNetworks.count
    guard place < Self.networkLimit else { return }
    sessionNetworks.insert((network, row.replyBytes), at: place)
    if sessionNetworks.count > Self.networkLimit { sessionNetworks.removeLast() }
  }
}

extension ExposureRow {
  /// The /24 of IPv4, the /48 of IPv6.
  fileprivate var networkRange: IPNetwork? {
    let address = Address.network(ofSourcePrefix: network)
    return IPNetwork(address, prefixLength: address.isV4 ? 24 : 48)
  }
}
