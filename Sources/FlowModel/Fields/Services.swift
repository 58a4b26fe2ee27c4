/// IANA protocol numbers that Weir treats in a way of their own.
public enum ProtocolNumber {
  /// ICMP for IPv4.
  public static let icmp: UInt8 = 1
  /// TCP.
  public static let tcp: UInt8 = 6
  /// UDP.
  public static let udp: UInt8 = 17
  /// ICMP for IPv6.
  public static let icmpV6: UInt8 = 58

  /// The common name, or `protocol-N`.
  public static func name(_ number: UInt8) -> String {
    switch number {
    case icmp: "icmp"
    case tcp: "tcp"
    case udp: "udp"
    case icmpV6: "icmpv6"
    case 41: "6in4"
    case 47: "gre"
    case 50: "esp"
    default: "protocol-\(number)"
    }
  }

  /// The name as a word of a sentence: `GRE`, `ICMPv6`, `6in4`, `Protocol 99`.
  public static func title(_ number: UInt8) -> String {
    switch number {
    case 41: "6in4"
    case icmpV6: "ICMPv6"
    case icmp, tcp, udp, 47, 50: name(number).uppercased()
    default: "Protocol \(number)"
    }
  }

  /// Whether records of the protocol carry ports.
  public static func hasPorts(_ number: UInt8) -> Bool { number == tcp || number == udp }
}

/// A protocol and the port that is asked for; portless protocols have port 0.
public struct Service: Hashable, Sendable, Comparable {
  /// IANA protocol number.
  public var protocolNumber: UInt8
  /// Destination port.
  public var port: UInt16

  /// Names a service.
  public init(protocolNumber: UInt8, port: UInt16) {
    self.protocolNumber = protocolNumber
    self.port = port
  }

  /// By protocol, then port.
  public static func < (left: Service, right: Service) -> Bool {
    (left.protocolNumber, left.port) < (right.protocolNumber, right.port)
  }

  /// What people call it: `SSH`, `RDP`, or `tcp/8443`.
  public var name: String {
    guard ProtocolNumber.hasPorts(protocolNumber) else {
      return ProtocolNumber.title(protocolNumber)
    }
    return Ports.names[port] ?? "\(ProtocolNumber.name(protocolNumber))/\(port)"
  }
}

/// The port tables that direction inference and the detectors share.
///
/// Which ports people run which servers on is common knowledge (IANA registry, vendors' defaults); the
/// groups follow what an intruder gains behind them.
public enum Ports {
  /// Remote administration.
  public static let admin: Set<UInt16> = Set(
    [
      22, 23, 2222, 2323, 135, 139, 445, 3389, 5985, 5986, 4899, 8291, 10000,
    ] + Array(5800...5810) + Array(5900...5910)
  )
  /// Databases and caches.
  public static let database: Set<UInt16> = Set(
    [
      1433, 1434, 1521, 1522, 1526, 3050, 3306, 3307, 5432, 5433, 5984, 7000, 7001, 7199, 8086,
      8123,
      8529, 9042, 9160, 9200, 9300, 11211, 50000,
    ] + Array(6379...6383) + Array(27017...27019)
  )
  /// Services that ask for no password by default.
  public static let open: Set<UInt16> = [
    2375, 2379, 2380, 4243, 5601, 6379, 8088, 9200, 9300, 10250, 10255, 11211, 27017, 50070, 61616,
    8545, 2181, 9092, 15672, 5000,
  ]
  /// UDP services that answer with more than they were sent.
  public static let amplifying: Set<UInt16> = [
    17, 19, 53, 69, 111, 123, 137, 161, 177, 389, 427, 500, 520, 623, 1434, 1604, 1900, 3283, 3702,
    5093, 5351, 5353, 5683, 10001, 11211, 27015, 32414, 37810,
  ]
  /// What an external source has no business to try.
  public static let sensitive: Set<UInt16> = admin.union(database).union(open)

  /// Where names are resolved.
  public static let resolver: Set<UInt16> = [53, 853]
  /// Where mining pools listen; shared with development tools.
  public static let mining: Set<UInt16> = [
    3333, 3334, 4444, 5555, 7777, 8333, 8888, 9999, 14433, 14444, 20535, 45560, 45700,
  ]
  /// Where relays of the Tor network listen.
  public static let tor: Set<UInt16> = [9001, 9030, 9050, 9051, 9150]

  /// Where mail servers take mail.
  public static func isMail(_ port: UInt16) -> Bool {
    port == 25 || port == 26 || port == 465 || port == 587
  }

  private static let otherServers: [UInt16] = [
    20, 21, 25, 26, 67, 68, 79, 80, 81, 88, 110, 113, 119, 143, 179, 443, 465, 512, 513, 514, 515,
    546, 547, 548, 554, 587, 593, 631, 636, 646, 700, 853, 860, 873, 902, 989, 990, 992, 993, 995,
    1080, 1194, 1645, 1646, 1701, 1723, 1812, 1813, 1883, 2049, 2082, 2083, 2086, 2087, 2095, 2096,
    2525, 3000, 3128, 3260, 3268, 3269, 3333, 3478, 4369, 4443, 4444, 4500, 4505, 4506, 4789, 5001,
    5060, 5061, 5222, 5269, 5355, 5555, 5632, 5666, 5671, 5672, 5672, 6000, 6443, 6514, 6881, 7077,
    7443, 7777, 8000, 8008, 8009, 8080, 8081, 8089, 8125, 8161, 8200, 8300, 8301, 8333, 8443, 8500,
    8530, 8531, 8600, 8728, 8834, 8888, 9000, 9001, 9030, 9050, 9051, 9090, 9093, 9100, 9150, 9389,
    9418, 9443, 9999, 10050, 10051, 14433, 14444, 16379, 18080, 20535, 25565, 26379, 45560, 45700,
    51820, 61613,
  ]

  /// Ports on which servers listen; 65,536 places, true where one does.
  public static let isServer: [Bool] = {
    var table = [Bool](repeating: false, count: 65_536)
    let groups = sensitive.union(amplifying).union(otherServers).union(Array(6660...6667))
    for port in groups { table[Int(port)] = true }
    return table
  }()

  private static let isSensitiveTable: [Bool] = {
    var table = [Bool](repeating: false, count: 65_536)
    for port in sensitive { table[Int(port)] = true }
    return table
  }()

  /// Whether an external source has no business to try the port; asked for every host-service pair.
  public static func isSensitive(_ port: UInt16) -> Bool { isSensitiveTable[Int(port)] }

  /// Names that people say instead of the number.
  public static let names: [UInt16: String] = [
    21: "FTP", 22: "SSH", 23: "Telnet", 25: "SMTP", 53: "DNS", 80: "HTTP", 110: "POP3", 123: "NTP",
    135: "RPC", 139: "NetBIOS", 143: "IMAP", 161: "SNMP", 389: "LDAP", 443: "HTTPS", 445: "SMB",
    636: "LDAPS", 1433: "SQL Server", 1521: "Oracle", 1900: "SSDP", 2049: "NFS", 2375: "Docker",
    3306: "MySQL", 3389: "RDP", 5060: "SIP", 5432: "PostgreSQL", 5900: "VNC", 5985: "WinRM",
    5986: "WinRM", 6379: "Redis", 8080: "HTTP-alt", 8443: "HTTPS-alt", 9200: "Elasticsearch",
    10250: "kubelet", 11211: "memcached", 27017: "MongoDB",
  ]
}
