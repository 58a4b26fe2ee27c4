/// Services that ask for a password, and so get brute-forced at.
public enum LoginService: UInt8, Sendable, CaseIterable, Comparable {
  /// Secure Shell.
  case ssh = 1
  /// Remote Desktop.
  case rdp
  /// Windows Remote Management.
  case winrm
  /// Windows file sharing.
  case smb
  /// Telnet.
  case telnet
  /// File transfer.
  case ftp
  /// VNC remote screens.
  case vnc
  /// MySQL and its kin.
  case mysql
  /// PostgreSQL.
  case postgresql
  /// Microsoft SQL Server.
  case mssql
  /// Oracle Database.
  case oracle
  /// MongoDB.
  case mongodb
  /// Redis.
  case redis
  /// Directories.
  case ldap
  /// Mailboxes and mail submission.
  case mail

  /// The word in rule ids.
  public var id: String { "\(self)" }

  /// What people call it.
  public var name: String {
    switch self {
    case .ssh: "SSH"
    case .rdp: "RDP"
    case .winrm: "WinRM"
    case .smb: "SMB"
    case .telnet: "Telnet"
    case .ftp: "FTP"
    case .vnc: "VNC"
    case .mysql: "MySQL"
    case .postgresql: "PostgreSQL"
    case .mssql: "SQL Server"
    case .oracle: "Oracle"
    case .mongodb: "MongoDB"
    case .redis: "Redis"
    case .ldap: "LDAP"
    case .mail: "Mail"
    }
  }

  /// The ports on which it listens by default.
  public var ports: [UInt16] {
    switch self {
    case .ssh: [22, 2222]
    case .rdp: [3389]
    case .winrm: [5985, 5986]
    case .smb: [139, 445]
    case .telnet: [23, 2323]
    case .ftp: [21]
    case .vnc: Array(5900...5910)
    case .mysql: [3306]
    case .postgresql: [5432]
    case .mssql: [1433]
    case .oracle: [1521]
    case .mongodb: [27017]
    case .redis: [6379]
    case .ldap: [389, 636]
    case .mail: [110, 143, 465, 587, 993, 995]
    }
  }

  /// In the order of declaration.
  public static func < (left: LoginService, right: LoginService) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Which TCP ports ask for a password: the default ones, and those that the user names for SSH.
public struct LoginPorts: Sendable {
  /// The raw value of the service by port, 0 where none is known.
  private let table: [UInt8]

  /// The default ports, with more for SSH.
  public init(ssh: some Sequence<UInt16> = []) {
    var table = [UInt8](repeating: 0, count: 65_536)
    for service in LoginService.allCases {
      for port in service.ports { table[Int(port)] = service.rawValue }
    }
    for port in ssh { table[Int(port)] = LoginService.ssh.rawValue }
    self.table = table
  }

  /// The service that the port is known for.
  @inlinable
  public subscript(port: UInt16) -> LoginService? { LoginService(rawValue: rawValue(port)) }

  /// The raw value of the port's service, 0 where none is known.
  public func rawValue(_ port: UInt16) -> UInt8 { table[Int(port)] }
}
