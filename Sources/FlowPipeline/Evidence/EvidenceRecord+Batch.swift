internal import FlowDetection
internal import FlowFindings
internal import FlowModel

extension EvidenceRecord {
  /// The record of a row; nil where it shows no addresses.
  ///
  /// - Parameters:
  ///   - batch: holds the row's decoded columns.
  ///   - row: the row.
  ///   - line: the raw line, for the columns that no batch carries.
  ///   - formats: the formats of the input; with several it is not sure which one the line has.
  init?(_ batch: RecordBatch, _ row: Int, line: String, formats: [RecordFormat]) {
    let (source, destination) = (batch.source[row], batch.destination[row])
    guard source != RecordBatch.unspecified, destination != RecordBatch.unspecified else {
      return nil
    }
    self.init(source: source, destination: destination)
    let number = batch.protocolNumber[row]
    if number != RecordBatch.unknownProtocol { protocolNumber = number }
    if ProtocolNumber.hasPorts(number) {
      (sourcePort, destinationPort) = (batch.sourcePort[row], batch.destinationPort[row])
    }
    action = FlowAction(rawValue: batch.action[row]) ?? .unknown
    if batch.tcpFlags[row] != 0 { tcpFlags = batch.tcpFlags[row] }
    if batch.trafficPath[row] != 0 { trafficPath = batch.trafficPath[row] }
    guard formats.count == 1, let format = formats.first else { return }
    place = InterfacePlace(line: line, format: format)
  }
}

extension InterfacePlace {
  /// What a line's columns tell; an exporter's time and stream name may stand before them.
  init(line: String, format: RecordFormat) {
    let words = line.split { $0.isWhitespace }
    let prefix = words.count - format.columns.count
    guard 0...2 ~= prefix else {
      self.init()
      return
    }
    self.init { field in
      format.columns.firstIndex(of: .field(field)).map { String(words[prefix + $0]) }
    }
  }
}
