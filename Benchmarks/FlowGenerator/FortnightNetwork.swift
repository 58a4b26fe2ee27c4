internal import FlowModel

/// The two peered VPCs of the fortnight: production, and the services that all share.
struct FortnightNetwork: Sendable {
  private static let production: UInt32 = 10 << 8 | 40
  private static let sharedServices: UInt32 = 10 << 8 | 41
  private static let upperHalfV6: UInt64 = 0x2001_0db8_0040_0000
  private static let firstHost = 10
  private static let hostsPerSubnet = 200

  private static let bastionSubnet = 1
  private static let balancerSubnet = 2
  private static let forgottenSubnet = 3
  private static let dataSubnet = 5
  private static let webSubnet = 10
  private static let appSubnet = 20
  private static let sharedSubnet = 30

  /// Everything with an interface.
  let all: VirtualNetwork
  /// The only machine that people log in to from outside.
  let bastion: NetworkInterface
  /// Checks whether the web servers are well; it is Amazon's, and no agent runs on it.
  let balancer: NetworkInterface
  /// Nobody remembers what this public interface was for; a quiet network lacks it.
  let forgotten: NetworkInterface
  let database: NetworkInterface
  let web: [NetworkInterface]
  let apps: [NetworkInterface]
  /// The hosts of the second VPC.
  let shared: [NetworkInterface]

  /// Shares the hosts out to the tiers.
  init(hosts: Int) {
    var network = VirtualNetwork(
      firstOctets: Self.production,
      upperHalfV6: Self.upperHalfV6,
      peers: [Self.sharedServices]
    )
    func add(_ role: Role, _ count: Int, _ subnet: Int, peer: UInt32? = nil) {
      for index in 0..<count {
        let (more, host) = index.quotientAndRemainder(dividingBy: Self.hostsPerSubnet)
        network.add(
          role,
          subnet: UInt32(subnet + more),
          host: UInt32(Self.firstHost + host),
          peer: peer
        )
      }
    }
    let (web, shared) = (hosts / 4, hosts / 3)
    let apps = hosts - web - shared - 1
    add(.bastion, 1, Self.bastionSubnet)
    add(.balancer, 1, Self.balancerSubnet)
    add(.idle, 1, Self.forgottenSubnet)
    add(.web, web, Self.webSubnet)
    add(.database, 1, Self.dataSubnet)
    add(.app, apps, Self.appSubnet)
    add(.app, shared, Self.sharedSubnet, peer: Self.sharedServices)

    all = network
    bastion = network.all(.bastion)[0]
    balancer = network.all(.balancer)[0]
    forgotten = network.all(.idle)[0]
    database = network.all(.database)[0]
    self.web = network.all(.web)
    self.apps = Array(network.all(.app).prefix(apps))
    self.shared = Array(network.all(.app).suffix(shared))
  }
}

extension FortnightNetwork {
  /// Every machine with an operating system of its own.
  var machines: [NetworkInterface] { [bastion, database] + web + apps + shared }

  /// Asks all others how they are.
  var monitor: NetworkInterface { shared[0] }

  /// Exchanges files with external networks all day long.
  var synchronizer: NetworkInterface { shared[1] }

  /// Gathers what others log and ships it.
  var collector: NetworkInterface { shared[shared.count - 1] }

  /// Where people work by way of the bastion.
  var administered: [NetworkInterface] {
    [database, web[0], shared[0], apps[0], apps[2], synchronizer]
  }
}
