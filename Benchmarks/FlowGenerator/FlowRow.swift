internal import FlowModel

/// What a flow log says about an interface in a batch of time.
enum RowKind: UInt8 {
  case accepted
  case rejected
  /// Nothing was sent or received.
  case noData
  /// Records were lost.
  case skipped
}

/// One record, before it becomes text.
struct FlowRow {
  var source = IPAddress(v4: 0)
  var destination = IPAddress(v4: 0)
  var packetSource = IPAddress(v4: 0)
  var packetDestination = IPAddress(v4: 0)
  var bytes = 0
  var interface: Int32
  var start: UInt32
  var end: UInt32
  var packets: UInt32 = 0
  var sourcePort: UInt16 = 0
  var destinationPort: UInt16 = 0
  var protocolNumber: UInt8 = 0
  var flags: UInt8 = 0
  var kind: RowKind
  var isIngress = false
  /// Whether both ends lie in the VPC.
  var isInside = false

  /// A row that says only what a batch of an interface was.
  init(_ kind: RowKind, interface: Int, batch: ClosedRange<Int>) {
    self.kind = kind
    self.interface = Int32(interface)
    start = UInt32(batch.lowerBound)
    end = UInt32(batch.upperBound)
  }

  /// Whether the row is about packets.
  var hasPackets: Bool { kind == .accepted || kind == .rejected }
}

extension [FlowRow] {
  /// The batches of an interface kept together and put in no order of time, as in real files.
  var inDeliveryOrder: [FlowRow] {
    let keys = map { RandomSource.mix(Int($0.interface), Int($0.start)) }
    return indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { self[$0] }
  }
}
