package import FlowModel
internal import SpillableTable
package import SystemFiles

/// The first stage of one worker: receives batches and stores their packets as flow rows.
///
/// Constant time for each record and no lookups: rows are appended to the partition of their pair of hosts, which is
/// the cheapest memory operation. The second stage groups related rows.
package struct FlowCollector: Sendable {
  /// The longest interval between start and end that is counted separately, in seconds.
  static let longestDuration = 3600

  /// The tables with the result of filling them.
  let tables: WorkerTables
  let v4: RowTable<FlowRow<UInt32>>
  let v6: RowTable<FlowRow<UInt128>>
  /// The candidates for the local addresses of interfaces.
  private(set) var localAddresses = LocalAddressCollector()
  /// Number of records by duration in seconds.
  var durations = [UInt64](repeating: 0, count: longestDuration + 1)
  var firstStart = UInt32.max
  var lastEnd: UInt32 = 0
  /// The minutes with at least one record.
  var covered = CoveredMinutes()
  /// Accepted and rejected records over time.
  var timeline = TrafficTimeline()
  /// Records by the raw value of their action.
  var actions = [UInt64](repeating: 0, count: 4)
  /// Records without an address on either side.
  ///
  /// They count as records but are in no table.
  var withoutAddresses: UInt64 = 0
  /// The addresses of AWS services that records name.
  private(set) var services = ServiceAddresses()
  /// The interfaces whose packets have other ends than their records.
  private(set) var translations = Translations()
  /// Distinguishes flow logs of one interface and attachments of transit gateways.
  private var numbering: PointNumbering
  /// Whether addresses may have owners, which 32 bits cannot hold.
  ///
  /// All rows are then in the table of IPv6, so that all hosts that a source contacts are in one table.
  private let hasOwners: Bool

  /// - Parameters:
  ///   - budget: bytes that the rows may take before they are spilled.
  ///   - points: numbers the observation points of the run.
  ///   - hasOwners: whether addresses may have owners.
  package init(
    budget: Int,
    points: ObservationPoints = ObservationPoints(),
    hasOwners: Bool = false
  ) {
    numbering = PointNumbering(points)
    self.hasOwners = hasOwners
    tables = WorkerTables(MemoryBudget(share: budget))
    v4 = tables.table(FlowRow.table)
    v6 = tables.table(FlowRow.table)
  }

  /// The error that stopped the spilling, if any.
  package var failure: SystemError? { tables.failure }
  /// Bytes written to temporary files.
  package var spilledBytes: Int { tables.spilledBytes }

  /// Begins an input.
  ///
  /// - Parameter flowLog: identifies the flow log that delivered it; nil if its records are compared with no others.
  package mutating func begin(flowLog: String?) { numbering.begin(flowLog) }

  /// Adds the records of a batch.
  package mutating func add(_ batch: borrowing RecordBatch) {
    let sources = batch.source.span
    let destinations = batch.destination.span
    let sourcePorts = batch.sourcePort.span
    let destinationPorts = batch.destinationPort.span
    let protocols = batch.protocolNumber.span
    let flags = batch.tcpFlags.span
    let paths = batch.trafficPath.span
    let actions = batch.action.span
    let interfaces = batch.interface.span
    let packets = batch.packets.span
    let bytes = batch.bytes.span
    let starts = batch.start.span
    let ends = batch.end.span
    let statuses = batch.status.span
    let unknown = Self.rowsOfUnknownProtocol(batch)
    let withoutAddresses = Self.rowsWithoutAddresses(batch)
    let selection = batch.selection
    let (hasPacketEnds, hasOwners) = (batch.hasPacketEnds, hasOwners)
    numbering.begin(batch)
    services.add(batch)
    var actionCounts = SIMD4<UInt64>()
    for place in 0..<selection.count {
      let row = selection[place]
      guard statuses[row] == LogStatus.ok.rawValue else { continue }
      if let withoutAddresses, withoutAddresses[row] {
        self.withoutAddresses += 1
        continue
      }
      let source = sources[row]
      let destination = destinations[row]
      let interface = interfaces[row]
      localAddresses.add(interface, source, destination, at: (starts[row], ends[row]))
      observeTimes(starts[row], ends[row])
      actionCounts[Int(actions[row] & 3)] &+= 1
      timeline.add(start: starts[row], action: actions[row])
      let record = PlainRecord(
        bytes: bytes[row],
        packets: packets[row],
        interface: numbering.number(interface, row),
        start: starts[row],
        end: ends[row],
        sourcePort: sourcePorts[row],
        destinationPort: destinationPorts[row],
        transport: unknown?[row] == true ? .unknown : TransportProtocol(protocols[row]),
        tcpFlags: flags[row],
        purpose: paths[row] > 8 ? 0 : paths[row] << 4,
        action: actions[row]
      )
      if hasPacketEnds, batch.hasOtherPacketEnds(row) {
        let ends = (batch.packetSource[row], batch.packetDestination[row])
        addTranslated(record, source, destination, packets: ends)
      } else if source.isPlainV4, destination.isPlainV4, !hasOwners {
        Self.append(record, source.v4, destination.v4, to: v4)
      } else {
        Self.append(record, source.bits, destination.bits, to: v6)
      }
    }
    for action in 0..<4 { self.actions[action] &+= actionCounts[action] }
  }

  /// The rows without a protocol or with `-` for a port; nil if all rows have both.
  private static func rowsOfUnknownProtocol(_ batch: borrowing RecordBatch) -> RowMask? {
    if batch.absent.contains(.protocolNumber) { return RowMask.all }
    let mask = batch.missing([.protocolNumber, .sourcePort, .destinationPort])
    return mask.isEmpty ? nil : mask
  }

  /// The rows without a source or destination; nil if all rows have both.
  private static func rowsWithoutAddresses(_ batch: borrowing RecordBatch) -> RowMask? {
    if batch.absent.contains(.sourceAddress) || batch.absent.contains(.destinationAddress) {
      return RowMask.all
    }
    let mask = batch.missing([.sourceAddress, .destinationAddress])
    return mask.isEmpty ? nil : mask
  }

  private struct PlainRecord {
    var bytes: UInt64
    var packets: UInt64
    var interface: UInt32
    var start: UInt32
    var end: UInt32
    var sourcePort: UInt16
    var destinationPort: UInt16
    var transport: TransportProtocol
    var tcpFlags: UInt8
    /// The `traffic-path`, or what the row is for, as in the tag of a row.
    var purpose: UInt8
    var action: UInt8

    func ends(_ source: IPAddress, _ destination: IPAddress) -> Translations.Record {
      Translations.Record(
        source: source,
        destination: destination,
        sourcePort: sourcePort,
        destinationPort: destinationPort,
        transport: transport
      )
    }
  }

  @inline(__always)
  private mutating func observeTimes(_ start: UInt32, _ end: UInt32) {
    let duration = end > start ? Int(end &- start) : 0
    durations[min(duration, Self.longestDuration)] &+= 1
    if start < firstStart { firstStart = start }
    if end > lastEnd { lastEnd = end }
    covered.insert(start: start, end: end)
  }

  /// Adds a record whose packets have other ends.
  @inline(never)
  private mutating func addTranslated(
    _ record: PlainRecord,
    _ source: IPAddress,
    _ destination: IPAddress,
    packets: (source: IPAddress, destination: IPAddress)
  ) {
    translations.add(record.ends(source, destination), packets: packets)
    var record = record
    record.purpose = FlowRow<UInt32>.conversationsOnly
    append(record, packets.source, packets.destination)
    record.purpose = FlowRow<UInt32>.sumsOnly
    append(record, source, destination)
  }

  private func append(_ record: PlainRecord, _ source: IPAddress, _ destination: IPAddress) {
    if source.isPlainV4, destination.isPlainV4, !hasOwners {
      Self.append(record, source.v4, destination.v4, to: v4)
    } else {
      Self.append(record, source.bits, destination.bits, to: v6)
    }
  }

  @inline(__always)
  private static func append<Address: FlowAddress>(
    _ record: PlainRecord,
    _ source: Address,
    _ destination: Address,
    to table: RowTable<FlowRow<Address>>
  ) {
    let sentByUpper =
      source > destination || source == destination && record.sourcePort > record.destinationPort
    var row = FlowRow(
      lower: sentByUpper ? destination : source,
      upper: sentByUpper ? source : destination,
      lowerPort: sentByUpper ? record.destinationPort : record.sourcePort,
      upperPort: sentByUpper ? record.sourcePort : record.destinationPort,
      transport: record.transport,
      interface: record.interface,
      tag: (sentByUpper ? 1 : 0) | record.action << 1 | record.purpose
    )
    (row.first, row.last, row.tcpFlags) = (record.start, record.end, record.tcpFlags)
    (row.bytes, row.packets) = (record.bytes, UInt32(truncatingIfNeeded: record.packets))
    row.records = 1
    table.append(row)
    // A row counts packets in 32 bits. The higher bits go into a separate row that counts no record.
    let high = UInt32(truncatingIfNeeded: record.packets >> 32)
    guard high > 0 else { return }
    row.packets = high
    row.tag |= FlowRow<Address>.highPackets
    (row.bytes, row.records) = (0, 0)
    table.append(row)
  }
}
