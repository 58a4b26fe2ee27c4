internal import FlowModel
package import SystemFiles

/// A flood in which every packet comes from another forged address, with ten real scanners in it: what must neither
/// fill the memory nor hide anybody.
package struct SpoofedFlood: Sendable {
  private static let flowLog = "fl-0f100d00"
  private static let floodedHosts = 16
  private static let ports: [UInt16] = [22, 80, 443, 3_389]
  private static let scanners = 10
  private static let scannedHosts = 100
  private static let scannedPort: UInt16 = 22
  /// An odd number, so that multiplying by it is a permutation of all 32-bit numbers.
  private static let spread: UInt32 = 2_654_435_761
  private static let firstNumber: UInt32 = 0x0c00_0000

  private let plan: CorpusPlan
  private let network = CorpusNetwork.make()

  /// A flood with one record for each source.
  package init(_ plan: CorpusPlan) {
    self.plan = plan
  }

  /// Writes all files below a folder.
  ///
  /// - Throws: the first `SystemError` of any file.
  package func write(to folder: String, threads: Int) throws(SystemError) -> GeneratedTotals {
    try CorpusOutcome.of(files: plan.files, threads: threads) { number throws(SystemError) in
      try writeFile(number, to: folder)
    }
  }

  private func writeFile(
    _ number: Int,
    to folder: String
  ) throws(SystemError) -> GeneratedTotals {
    var file = LogFile(plan.format, network)
    let slice = plan.slice(ofFile: number)
    addScanners(number, slice, to: &file)
    let first = (0..<number).reduce(0) { $0 + plan.records(inFile: $1) }
    for index in 0..<plan.records(inFile: number) {
      let second = slice.lowerBound + index * slice.count / plan.records(inFile: number)
      file.append(row(source(first + index), first + index, at: second))
    }
    let name = ObjectName(flowLog: Self.flowLog, second: slice.lowerBound, number: number)
    return try file.finish(name, in: folder)
  }

  private func row(_ source: IPAddress, _ index: Int, at second: Int) -> FlowRow {
    let target = network.interfaces[index % Self.floodedHosts]
    let port = Self.ports[(index / Self.floodedHosts) % Self.ports.count]
    return row(source, target, port, sourcePort: UInt16(1_024 + index % 60_000), at: second)
  }

  private func row(
    _ source: IPAddress,
    _ target: NetworkInterface,
    _ port: UInt16,
    sourcePort: UInt16,
    at second: Int
  ) -> FlowRow {
    var row = FlowRow(.rejected, interface: target.number, batch: second...(second + 59))
    (row.source, row.packetSource) = (source, source)
    (row.destination, row.packetDestination) = (target.address, target.address)
    (row.sourcePort, row.destinationPort) = (sourcePort, port)
    row.protocolNumber = ProtocolNumber.tcp
    (row.packets, row.bytes) = (1, Conversation.bareSynSize)
    row.isIngress = true
    return row
  }

  /// Each scanner tries its share of the hosts in every file.
  private func addScanners(_ number: Int, _ slice: Range<Int>, to file: inout LogFile) {
    for scanner in 0..<Self.scanners {
      for host in 0..<Self.scannedHosts where host % plan.files == number {
        let row = row(
          Actor.sweeper(UInt32(10 + scanner)),
          network.interfaces[host],
          Self.scannedPort,
          sourcePort: UInt16(40_000 + host),
          at: slice.lowerBound + host
        )
        file.append(row)
      }
    }
  }

  /// A public address that no other number gives.
  ///
  /// It is a permutation, gone on with while it leads to the network itself or to special ranges. The numbers begin
  /// where none of those lie, so that no two of them meet.
  private func source(_ number: Int) -> IPAddress {
    var bits = Self.firstNumber &+ UInt32(truncatingIfNeeded: number)
    repeat { bits = bits &* Self.spread } while Self.isSpecial(bits >> 24)
    return IPAddress(v4: bits)
  }

  private static func isSpecial(_ first: UInt32) -> Bool {
    first >= 224 || [0, 10, 100, 127, 169, 172, 192, 198, 203].contains(first)
  }
}
