import Testing

@testable import FlowModel

@Suite("Address names: what people call hosts, ranges and services")
struct AddressNamesTests {
  private static func names(_ entries: [(String, String)]) throws -> AddressNames {
    var names = AddressNames()
    for (range, name) in entries { names.set(name, for: try #require(IPNetwork(range))) }
    return names
  }

  @Test(
    "The smallest range that holds an address names it",
    arguments: [
      ("10.20.1.10", "bastion"), ("10.20.1.11", "web"), ("10.20.2.1", "production"),
      ("10.21.0.1", nil), ("2001:db8:a::1", "office"), ("2001:db8:b::1", nil),
    ] as [(String, String?)]
  )
  func smallest(address: String, name: String?) throws {
    let entries = [
      ("10.20.0.0/16", "production"), ("10.20.1.10", "bastion"), ("10.20.1.0/24", "web"),
      ("2001:db8:a::/48", "office"),
    ]
    let asked = try #require(IPAddress(address))
    #expect(try Self.names(entries).name(of: asked) == name)
    #expect(try Self.names(entries.reversed()).name(of: asked) == name)
  }

  @Test("Of two names of one range the last one counts")
  func lastCounts() throws {
    let names = try Self.names([("10.20.1.0/24", "old"), ("10.20.1.9/24", "new")])
    #expect(names.name(of: try #require(IPAddress("10.20.1.1"))) == "new")
    #expect(names.all.count == 1)
  }

  @Test("Added names count over those that were there, range by range")
  func added() throws {
    var names = try Self.names([("10.20.1.0/24", "old"), ("10.20.1.10", "bastion")])
    names.add(try Self.names([("10.20.1.0/24", "new"), ("2001:db8::/32", "office")]))
    #expect(names.all.map(\.name) == ["new", "bastion", "office"])
    #expect(names.name(of: try #require(IPAddress("2001:db8::1"))) == "office")
    #expect(names.name(ofRange: try #require(IPNetwork("10.20.1.0/24"))) == "new")
    #expect(names.name(ofRange: try #require(IPNetwork("10.20.1.0/25"))) == nil)
  }

  @Test("All names come by range, IPv4 first, the wider range before the narrower")
  func all() throws {
    let names = try Self.names([
      ("2001:db8:a::/48", "office"), ("10.20.1.10", "bastion"), ("10.20.1.0/24", "web"),
      ("10.20.0.0/16", "production"), ("10.20.0.0/24", "first"),
    ])
    #expect(names.all.map(\.name) == ["production", "first", "web", "bastion", "office"])
    #expect(names.all.first?.network.description == "10.20.0.0/16")
  }

  @Test("No names name nothing")
  func none() throws {
    #expect(AddressNames().isEmpty)
    #expect(AddressNames().all.isEmpty)
    #expect(AddressNames().name(of: try #require(IPAddress("10.20.1.1"))) == nil)
    #expect(try !Self.names([("10.20.1.1", "")]).isEmpty)
  }

  @Test(
    "A service has the name that the user gave its port, else the common one",
    arguments: [
      (Service(protocolNumber: 6, port: 8443), "intranet"),
      (Service(protocolNumber: 17, port: 8443), "intranet"),
      (Service(protocolNumber: 6, port: 22), "door"),
      (Service(protocolNumber: 6, port: 3389), "RDP"),
      (Service(protocolNumber: 6, port: 4711), "tcp/4711"),
      // A protocol without ports has no port 0 to be named.
      (Service(protocolNumber: 1, port: 0), "ICMP"),
    ]
  )
  func services(service: Service, name: String) {
    let names = Names(
      hosts: AddressNames(),
      services: [8443: "intranet", 22: "door", 0: "nothing"]
    )
    #expect(names.name(of: service) == name)
    #expect(Names().name(of: service) == service.name)
  }
}
