internal import FlowModel

/// Who plays which part in what is planted.
struct FortnightCast {
  /// Port 8088 of a web server opens on day 11, to a customer and to two machines inside.
  static let newPort: UInt16 = 8_088
  /// A search index's port, asked for across the peering on day 13.
  static let crossingPort: UInt16 = 9_200
  /// A remote port that nobody uses until day 13.
  static let unusualPort: UInt16 = 4_444

  static let beaconDays = 8...14
  static let exfiltrationDays = 9...12
  static let visitorDay = 9
  static let edgeDay = 10
  static let newcomerDays = 10...14
  static let serviceDays = 11...14
  static let volumeDay = 12
  static let crossingDay = 13
  static let unusualPortDay = 13
  /// From the day on which a week lies behind.
  static let idleDays = 8...14

  /// Whom the beacon reports to, by an address that nobody knew.
  static let beaconNetwork = OutsideNetwork(0, PublicAddresses.newcomers)
  /// Where the data go.
  static let exfiltrationNetwork = OutsideNetwork(1, PublicAddresses.newcomers)
  /// Where the strange administrator sits.
  static let visitorNetwork = OutsideNetwork(2, PublicAddresses.newcomers)
  /// A customer who uses the new service.
  static let customerNetwork = OutsideNetwork(3, PublicAddresses.newcomers)
  /// A harmless provider that is new.
  static let newProvider = OutsideNetwork(4, PublicAddresses.newcomers)

  private let network: FortnightNetwork

  init(_ network: FortnightNetwork) { self.network = network }

  var beaconHost: NetworkInterface { network.apps[1] }
  /// Already sends much, so that its hours stay below five times the usual ones.
  var exfiltratingHost: NetworkInterface { network.collector }
  var edgeClient: NetworkInterface { network.apps[0] }
  var edgeServer: NetworkInterface { network.apps[2] }
  var newcomersFriend: NetworkInterface { network.web[0] }
  var serviceHost: NetworkInterface { network.web[1] }
  var servicePeers: [NetworkInterface] { Array(network.apps[2...3]) }
  var volumeHost: NetworkInterface { network.synchronizer }
  var crossingClient: NetworkInterface { network.shared[2] }
  var crossingServer: NetworkInterface { network.apps[3] }
  var unusualPortHost: NetworkInterface { network.apps[3] }
  /// A network that the host uses day by day.
  var unusualPortNetwork: OutsideNetwork { Outside.habits(of: unusualPortHost)[0] }
}
