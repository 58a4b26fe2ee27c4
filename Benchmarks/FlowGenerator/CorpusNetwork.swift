/// The VPC of the corpus: four hundred interfaces of every role, in the proportions of a large site.
enum CorpusNetwork {
  private static let firstOctets: UInt32 = 10 << 8 | 64
  private static let upperHalfV6: UInt64 = 0x2001_0db8_0064_0000
  private static let hostsPerSubnet = 100
  private static let firstHost = 10

  private static let machines: [(role: Role, count: Int)] = [
    (.bastion, 4), (.balancer, 16), (.web, 120), (.mail, 4), (.publicService, 52),
    (.natGateway, 8), (.app, 136), (.database, 46), (.cache, 10), (.idle, 4),
  ]

  static func make() -> VirtualNetwork {
    var network = VirtualNetwork(firstOctets: firstOctets, upperHalfV6: upperHalfV6)
    for (role, count) in machines {
      for _ in 0..<count {
        let (subnet, host) = network.interfaces.count.quotientAndRemainder(
          dividingBy: hostsPerSubnet
        )
        network.add(
          role,
          subnet: UInt32(subnet),
          host: UInt32(firstHost + host),
          hasV6: role.isPublic && role != .natGateway
        )
      }
    }
    return network
  }
}
