internal import FlowFindings
internal import FlowModel

extension EvidenceRecord {
  /// The record of a row; nil where it shows no addresses.
  init?(_ batch: borrowing RecordBatch, _ row: Int, _ registry: InterfaceRegistry) {
    guard !batch.lacks(.sourceAddress, row), !batch.lacks(.destinationAddress, row) else {
      return nil
    }
    self.init(source: batch.source[row], destination: batch.destination[row])
    let number = batch.protocolNumber[row]
    let hasPorts = [FieldName.protocolNumber, .sourcePort, .destinationPort].allSatisfy {
      batch.absent.contains($0) || !batch.lacks($0, row)
    }
    if hasPorts, !batch.absent.contains(.protocolNumber) {
      protocolNumber = number
      if ProtocolNumber.hasPorts(number) {
        (sourcePort, destinationPort) = (batch.sourcePort[row], batch.destinationPort[row])
      }
    }
    action = FlowAction(rawValue: batch.action[row]) ?? .unknown
    if batch.tcpFlags[row] != 0 { tcpFlags = batch.tcpFlags[row] }
    if batch.trafficPath[row] != 0 { trafficPath = batch.trafficPath[row] }
    place = InterfacePlace { field in
      field == .interfaceId ? registry.name(batch.interface[row]) : batch.texts(field)[row]
    }
  }
}
