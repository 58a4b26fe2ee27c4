internal import FlowModel

/// One worker's numbers of observation points, so that the shared ones are asked once per interface and input.
struct PointNumbering: Sendable {
  private let points: ObservationPoints
  private var flowLog: String?
  /// The numbers by interface for the current flow log; `unknown` until asked for.
  private var byInterface: [UInt32] = []
  /// The numbers by code of the attachment column in the current batch; empty without the column.
  private var byAttachment: [UInt32] = []
  private var attachments: [UInt32] = []

  private static let unknown = UInt32.max

  init(_ points: ObservationPoints) { self.points = points }

  /// Begins an input.
  mutating func begin(_ flowLog: String?) {
    if flowLog != self.flowLog { byInterface.removeAll(keepingCapacity: true) }
    self.flowLog = flowLog
  }

  /// Begins a batch.
  mutating func begin(_ batch: borrowing RecordBatch) {
    (attachments, byAttachment) = ([], [])
    guard batch.projection.contains(.tgwAttachmentId), !batch.absent.contains(.tgwAttachmentId)
    else { return }
    let column = batch.texts(.tgwAttachmentId)
    attachments = column.codes
    byAttachment = (0..<UInt32(column.codeCount)).map { code in
      column.text(code).map { points.number(0, $0) } ?? 0
    }
  }

  /// The number for the flow row of a record.
  @inline(__always)
  mutating func number(_ interface: UInt32, _ row: Int) -> UInt32 {
    if interface == 0 {
      return byAttachment.isEmpty ? 0 : byAttachment[Int(attachments[row])]
    }
    guard flowLog != nil else { return interface }
    let place = Int(interface)
    if place < byInterface.count, byInterface[place] != Self.unknown { return byInterface[place] }
    return learn(interface)
  }

  private mutating func learn(_ interface: UInt32) -> UInt32 {
    let place = Int(interface)
    if place >= byInterface.count {
      let missing = place + 1 - byInterface.count
      byInterface += [UInt32](repeating: Self.unknown, count: missing)
    }
    byInterface[place] = points.number(interface, flowLog ?? "")
    return byInterface[place]
  }
}
