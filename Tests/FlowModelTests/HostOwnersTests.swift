import Testing

@testable import FlowModel

@Suite("Hosts of several owners that have the same private address")
struct HostOwnersTests {
  private static let address = IPAddress(v4: 0x0a00_0005)
  private static let first = HostOwner.account("111122223333")
  private static let second = HostOwner.vpc("vpc-0a1b2c3d4e5f60718")

  private static var hosts: [IPAddress] {
    [address, address.owned(by: first.code), address.owned(by: second.code)]
  }

  @Test("are different and print the same")
  func identity() {
    #expect(Set(Self.hosts).count == 3)
    #expect(Set(Self.hosts.map(\.description)) == ["10.0.0.5"])
    #expect(Set(Self.hosts.map(\.plain)) == [Self.address])
    #expect(Self.hosts.allSatisfy { $0.isV4 && $0.v4 == Self.address.v4 && !$0.isSpecial })
    #expect(Self.hosts.map(\.isPlainV4) == [true, false, false])
    #expect(Self.hosts.map { InternalRanges().contains($0) } == [true, true, true])
  }

  @Test("sort by address, then by owner, all before IPv6")
  func order() {
    let next = IPAddress(v4: 0x0a00_0006)
    let sorted = (Self.hosts + [IPAddress(high: 0, low: 1), next]).sorted()
    #expect(
      sorted.map(\.plain) == [
        Self.address, Self.address, Self.address, next, IPAddress(high: 0, low: 1),
      ]
    )
    #expect(sorted[0] == Self.address)
  }

  @Test("have key texts that give them back, which no log can contain")
  func keyTexts() {
    for host in Self.hosts {
      let text = host.keyText
      #expect(IPAddress(keyText: Array(text.utf8).span) == host)
      #expect(IPAddress(text) == (host == Self.address ? host : nil))
    }
    #expect(Self.address.keyText == "10.0.0.5")
    #expect(IPAddress("64:ff9b::ffff:10.0.0.5") != nil)
  }

  @Test("lie in the networks of their address, and in those of their owner alone")
  func networks() throws {
    let network = try #require(IPNetwork("10.0.0.0/24"))
    #expect(Self.hosts.allSatisfy(network.contains))
    let owned = IPNetwork(around: Self.hosts[1])
    #expect(Self.hosts.map(owned.contains) == [false, true, false])
    #expect(owned.description == "10.0.0.0/24")
    let investigated = InvestigationRanges([network])
    #expect(Self.hosts.allSatisfy(investigated.contains))
    let one = InvestigationRanges([IPNetwork(only: Self.hosts[2])])
    #expect(Self.hosts.map(one.contains) == [false, false, true])
  }

  @Test("have the names and list entries of their address")
  func lists() throws {
    var names = AddressNames()
    names.set("database", for: IPNetwork(only: Self.address))
    #expect(Self.hosts.map { names.name(of: $0) } == ["database", "database", "database"])
    var lists = AddressLists()
    lists.add(name: "list", changed: nil, [IPNetwork(only: Self.address)])
    #expect(Self.hosts.allSatisfy { lists.match($0) != nil })
  }

  @Test(
    "have codes of 48 bits that are the same in every run",
    arguments: [
      HostOwner.account("111122223333"), .account("000000000001"), .account("999999999999"),
      .account("text"), .vpc("vpc-0a1b2c3d"), .vpc("vpc-0a1b2c3d4e5f60718"),
    ]
  )
  func codes(owner: HostOwner) {
    #expect(1..<(1 << 48) ~= owner.code)
    #expect(Self.address.owned(by: owner.code).owner == owner.code)
  }

  private static func owners() -> HostOwners {
    var owners = HostOwners()
    owners.insert(address, of: first)
    owners.insert(address, of: second)
    owners.note(interface: 1, vpc: nil, account: first)
    owners.note(interface: 2, vpc: second, account: first)
    owners.note(interface: 4, vpc: nil, account: .account("444455556666"))
    return owners
  }

  @Test("are told by the VPC of the interface, else by its account, within the /28 of the address")
  func marks() {
    let owners = Self.owners()
    func owner(_ address: UInt32, _ interface: UInt32) -> HostOwner? {
      owners.owner(of: owners.host(IPAddress(v4: address), interface: interface))
    }
    #expect(owner(0x0a00_0005, 1) == Self.first)
    #expect(owner(0x0a00_0005, 2) == Self.second)
    #expect(owner(0x0a00_000f, 2) == Self.second)
    #expect(owner(0x0a00_0010, 2) == nil)
    // Interfaces of others, and those without an owner.
    for interface: UInt32 in [0, 3, 4, 99] { #expect(owner(0x0a00_0005, interface) == nil) }
    let v6 = IPAddress(high: 0x2001_0db8_0000_0000, low: 5)
    #expect(owners.host(v6, interface: 1) == v6)
  }

  @Test("stand in the columns of a batch")
  func batch() {
    var batch = RecordBatch()
    batch.count = 3
    let peer = IPAddress(v4: 0xcb00_7109)
    for row in 0..<3 {
      (batch.source[row], batch.destination[row]) = (Self.address, peer)
      (batch.packetSource[row], batch.packetDestination[row]) = (peer, Self.address)
      batch.interface[row] = UInt32(row)
    }
    Self.owners().mark(&batch)
    #expect(Array(batch.source[..<3]) == Self.hosts)
    #expect(Array(batch.packetDestination[..<3]) == Self.hosts)
    #expect(batch.destination[..<3].allSatisfy { $0 == peer })
  }
}
