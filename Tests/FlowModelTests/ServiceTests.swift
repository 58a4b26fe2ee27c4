import FlowModel
import Testing

@Suite("A service")
struct ServiceTests {
  @Test(
    "has the name that people say",
    arguments: [
      (Service(protocolNumber: 6, port: 22), "SSH"),
      (Service(protocolNumber: 6, port: 8999), "tcp/8999"),
      (Service(protocolNumber: 17, port: 53), "DNS"),
      (Service(protocolNumber: 17, port: 9999), "udp/9999"),
      (Service(protocolNumber: 1, port: 0), "ICMP"),
      (Service(protocolNumber: 58, port: 0), "ICMPv6"),
      (Service(protocolNumber: 132, port: 0), "Protocol 132"),
    ]
  )
  func name(_ service: Service, _ name: String) {
    #expect(service.name == name)
  }

  @Test("sorts by protocol, then by port")
  func order() {
    let sorted = [(1, 0), (6, 22), (6, 443), (17, 1)].map { number, port in
      Service(protocolNumber: UInt8(number), port: UInt16(port))
    }
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test("that is sensitive, amplifying or well known listens on a server port")
  func servers() {
    #expect(Ports.isServer.count == 65_536)
    for port in Ports.sensitive.union(Ports.amplifying) { #expect(Ports.isServer[Int(port)]) }
    for port in [80, 443, 6667] { #expect(Ports.isServer[port]) }
    for port in [0, 1, 32_768, 49_152, 65_535] { #expect(!Ports.isServer[port]) }
    for port in UInt16.min...UInt16.max
    where Ports.isSensitive(port) != Ports.sensitive.contains(port) {
      Issue.record("port \(port) is sensitive in one table only")
    }
  }
}
