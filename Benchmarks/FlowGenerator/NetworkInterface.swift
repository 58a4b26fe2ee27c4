internal import FlowModel

/// What a machine is there for; its open ports follow from it.
enum Role: Sendable {
  case bastion
  case balancer
  case web
  case mail
  case natGateway
  case app
  case database
  case cache
  case idle
  case publicService

  /// The TCP ports that the whole internet may reach.
  var openPorts: [UInt16] {
    switch self {
    case .bastion: [22]
    case .balancer, .web: [80, 443]
    case .mail: [25, 443]
    case .publicService: [443]
    case .natGateway, .app, .database, .cache, .idle: []
    }
  }

  /// Whether the internet can send packets to the machine at all.
  var isPublic: Bool {
    switch self {
    case .bastion, .balancer, .web, .mail, .natGateway, .publicService: true
    case .app, .database, .cache, .idle: false
    }
  }

  /// Whether ping is let in.
  var answersPing: Bool { self == .balancer || self == .web }
}

/// A network interface of the VPC.
struct NetworkInterface: Sendable {
  /// Its place in the network's list.
  let number: Int
  let role: Role
  /// `eni-` and 17 hexadecimal digits.
  let name: String
  let instance: String
  let subnet: String
  /// The primary private address.
  let address: IPAddress
  let addressV6: IPAddress?
  /// Ports that somebody opened to the internet besides those of the role.
  var forgottenPorts: [UInt16] = []

  /// The interface as one end of a conversation.
  func port(_ port: UInt16) -> Endpoint {
    Endpoint(address, port, interface: number)
  }

  /// The interface by its IPv6 address, or by IPv4 if it has no other.
  func portV6(_ port: UInt16) -> Endpoint {
    Endpoint(addressV6 ?? address, port, interface: number)
  }

  /// Whether a SYN from anywhere is answered.
  func isOpen(_ port: UInt16) -> Bool {
    role.openPorts.contains(port) || forgottenPorts.contains(port)
  }
}
