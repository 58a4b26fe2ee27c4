internal import FlowModel

/// One worker's numbers of observation points, so that the shared ones are asked once per interface and input.
struct PointNumbering: Sendable {
  private struct Known {
    /// The input for which the number holds.
    var input: UInt32 = 0
    var number: UInt32 = 0
  }

  private let points: ObservationPoints
  /// The flow log of the current input; nil if its records are not compared with others.
  private var flowLog: String?
  private var isCompared = false
  private var input: UInt32 = 0
  private var byInterface: [Known] = []
  /// The attachment of each row of the current batch, and the numbers by its code; empty without the column.
  private var attachments: [UInt32] = []
  private var byAttachment: [UInt32] = []

  init(_ points: ObservationPoints) { self.points = points }

  /// Begins an input.
  mutating func begin(_ flowLog: String?) {
    if flowLog != self.flowLog { input &+= 1 }
    (self.flowLog, isCompared) = (flowLog, flowLog != nil)
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
    guard isCompared else { return interface }
    let place = Int(interface)
    if place < byInterface.count, byInterface[place].input == input {
      return byInterface[place].number
    }
    return learn(interface, flowLog ?? "")
  }

  private mutating func learn(_ interface: UInt32, _ flowLog: String) -> UInt32 {
    let place = Int(interface)
    if place >= byInterface.count {
      byInterface += [Known](repeating: Known(), count: place + 1 - byInterface.count)
    }
    byInterface[place] = Known(input: input, number: points.number(interface, flowLog))
    return byInterface[place].number
  }
}
