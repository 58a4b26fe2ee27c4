internal import FlowModel

/// The small VPC of the sample logs: two public subnets, two private ones, one flow log per half.
enum SampleNetwork {
  private static let firstOctets: UInt32 = 10 << 8 | 20
  private static let upperHalfV6: UInt64 = 0x2001_0db8_0020_0000
  private static let frontSubnet: UInt32 = 1
  private static let serviceSubnet: UInt32 = 2
  private static let appSubnet: UInt32 = 10
  private static let dataSubnet: UInt32 = 11

  /// The machine whose security group lets the internet in to SSH and a search index.
  private static let forgottenHost: UInt32 = 50

  /// What runs in the VPC; the numbers are those of the addresses' last octets.
  static func make() -> VirtualNetwork {
    var network = VirtualNetwork(firstOctets: firstOctets, upperHalfV6: upperHalfV6)
    network.add(.bastion, subnet: frontSubnet, host: 10, hasV6: true)
    for host in [21, 22] as [UInt32] {
      network.add(.balancer, subnet: frontSubnet, host: host, hasV6: true)
    }
    for host in [31, 32] as [UInt32] {
      network.add(.web, subnet: frontSubnet, host: host, hasV6: true)
    }
    network.add(.mail, subnet: frontSubnet, host: 40, hasV6: true)
    for host in [11, 12] as [UInt32] {
      network.add(.app, subnet: appSubnet, host: host)
    }
    network.add(.database, subnet: dataSubnet, host: 5)
    network.add(.cache, subnet: dataSubnet, host: 6)
    network.add(.idle, subnet: dataSubnet, host: 99)
    network.add(.natGateway, subnet: serviceSubnet, host: 5)
    for host in [31, 32, 40, 50, 60] as [UInt32] {
      network.add(
        .publicService,
        subnet: serviceSubnet,
        host: host,
        hasV6: true,
        forgottenPorts: host == forgottenHost ? [22, 9_200] : []
      )
    }
    return network
  }

  /// Whether the second flow log, of the service subnet, logs an interface.
  static func isInServiceSubnet(_ interface: NetworkInterface) -> Bool {
    interface.address.v4 >> 8 & 0xff == serviceSubnet
  }
}
