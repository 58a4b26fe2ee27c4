import Testing

@testable import FlowModel

@Suite("Login ports: which TCP ports ask for a password")
struct LoginPortsTests {
  @Test(
    "A default port tells its service",
    arguments: [
      (22, LoginService.ssh), (2222, .ssh), (3389, .rdp), (5985, .winrm), (5986, .winrm),
      (139, .smb), (445, .smb), (23, .telnet), (2323, .telnet), (21, .ftp), (5900, .vnc),
      (5910, .vnc), (3306, .mysql), (5432, .postgresql), (1433, .mssql), (1521, .oracle),
      (27017, .mongodb), (6379, .redis), (389, .ldap), (636, .ldap), (110, .mail), (993, .mail),
    ] as [(UInt16, LoginService)]
  )
  func defaults(port: UInt16, service: LoginService) {
    #expect(LoginPorts()[port] == service)
    #expect(LoginPorts().rawValue(port) == service.rawValue)
  }

  @Test(
    "Other ports ask for none",
    arguments: [0, 1, 20, 24, 80, 443, 5899, 5911, 8022, 65_535] as [UInt16]
  )
  func others(port: UInt16) {
    #expect(LoginPorts()[port] == nil)
    #expect(LoginPorts().rawValue(port) == 0)
  }

  @Test("Ports named for SSH speak it, the default ones too")
  func named() {
    let ports = LoginPorts(ssh: [8022, 65_535])
    #expect(ports[8022] == .ssh)
    #expect(ports[65_535] == .ssh)
    #expect(ports[22] == .ssh)
    #expect(ports[3389] == .rdp)
  }

  @Test("A port named for SSH speaks nothing else any more")
  func renamed() {
    #expect(LoginPorts(ssh: [3389])[3389] == .ssh)
  }

  @Test("No port belongs to two services")
  func unique() {
    let all = LoginService.allCases.flatMap(\.ports)
    #expect(Set(all).count == all.count)
  }

  @Test("Every service has a word for rule ids and a name for people")
  func words() {
    let ids = LoginService.allCases.map(\.id)
    #expect(
      ids == [
        "ssh", "rdp", "winrm", "smb", "telnet", "ftp", "vnc", "mysql", "postgresql", "mssql",
        "oracle", "mongodb", "redis", "ldap", "mail",
      ]
    )
    #expect(Set(LoginService.allCases.map(\.name)).count == ids.count)
    #expect(LoginService.mssql.name == "SQL Server")
  }

  @Test("Services are ordered as they are declared, and none has the number 0")
  func order() {
    #expect(LoginService.allCases == LoginService.allCases.sorted())
    #expect(LoginService(rawValue: 0) == nil)
    #expect(LoginService.allCases.map(\.rawValue) == (1...15).map { UInt8($0) })
  }
}
