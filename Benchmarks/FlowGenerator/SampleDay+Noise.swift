internal import FlowModel

extension SampleDay {
  private static let sourceCount = 1_500
  private static let ports: [UInt16] = [
    23, 22, 445, 3_389, 6_379, 8_080, 5_060, 80, 8_443, 2_323, 1_433, 5_900, 81, 3_306, 9_200,
  ]
  private static let portWeights = [22, 16, 12, 9, 7, 8, 5, 4, 4, 4, 3, 3, 2, 2, 1]
  private static let telephonePort: UInt16 = 5_060
  private static let telephoneQuestionSize = 438

  /// What reaches every public address all day: sources that send one packet each.
  mutating func addBackgroundNoise() {
    let targets = network.publicInterfaces
    for party in 0..<Self.sourceCount {
      let address = PublicAddresses.v4(party, group: PublicAddresses.scanners)
      let source = Endpoint(address, random.ephemeralPort())
      let port = Self.ports[random.weighted(Self.portWeights)]
      let (target, second) = (random.pick(targets), anySecond())
      if port == Self.telephonePort {
        let own = target.port(port)
        probeByDatagram(source, own, at: second, size: Self.telephoneQuestionSize)
      } else {
        probe(source, target, port, at: second)
      }
    }
  }

  /// One UDP packet, turned away.
  mutating func probeByDatagram(_ source: Endpoint, _ own: Endpoint, at second: Int, size: Int) {
    record(.refused(source, own, at: second, size: size, protocolNumber: ProtocolNumber.udp))
  }
}
