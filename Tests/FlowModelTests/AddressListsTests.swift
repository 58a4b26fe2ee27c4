import Testing

@testable import FlowModel

@Suite("Address lists: which entry of which list holds an address")
struct AddressListsTests {
  private static func networks(_ texts: String...) throws -> [IPNetwork] {
    try texts.map { try #require(IPNetwork($0)) }
  }

  private static func lists() throws -> AddressLists {
    var lists = AddressLists()
    lists.add(
      name: "first.txt",
      changed: 1_767_607_200,
      try networks("198.51.100.0/24", "198.51.100.7", "2001:db8:bad::/48")
    )
    lists.add(
      name: "second.txt",
      changed: nil,
      try networks("198.51.0.0/16", "198.51.100.0/24", "203.0.113.5")
    )
    return lists
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var address: String
    var list: Int?
    var entry = ""
    var testDescription: String { "\(address) → \(list.map { "list \($0), \(entry)" } ?? "none")" }
  }

  @Test(
    "The longest entry that holds the address counts, whatever list it stands in",
    arguments: [
      Case(address: "198.51.100.7", list: 0, entry: "198.51.100.7/32"),
      Case(address: "198.51.100.8", list: 0, entry: "198.51.100.0/24"),
      Case(address: "198.51.100.255", list: 0, entry: "198.51.100.0/24"),
      Case(address: "198.51.101.0", list: 1, entry: "198.51.0.0/16"),
      Case(address: "203.0.113.5", list: 1, entry: "203.0.113.5/32"),
      Case(address: "2001:db8:bad::1", list: 0, entry: "2001:db8:bad::/48"),
      Case(address: "203.0.113.6", list: nil),
      Case(address: "198.52.0.0", list: nil),
      Case(address: "2001:db8:bae::1", list: nil),
    ]
  )
  func match(_ example: Case) throws {
    let address = try #require(IPAddress(example.address))
    let match = try Self.lists().match(address)
    #expect(match?.list == example.list)
    #expect(match?.network.description ?? "" == example.entry)
  }

  @Test("An entry that two lists have belongs to the earlier one, and counts for both")
  func twice() throws {
    let lists = try Self.lists().lists
    #expect(lists.map(\.name) == ["first.txt", "second.txt"])
    #expect(lists.map(\.entries) == [3, 3])
    #expect(lists.map(\.changed) == [1_767_607_200, nil])
  }

  @Test("Without a list nothing matches; a list without entries is a list all the same")
  func empty() throws {
    let address = try #require(IPAddress("198.51.100.7"))
    var lists = AddressLists()
    #expect(lists.isEmpty)
    #expect(lists.match(address) == nil)
    lists.add(name: "empty.txt", changed: nil, [])
    #expect(!lists.isEmpty)
    #expect(lists.match(address) == nil)
  }

  @Test("A range of length 0 holds every address of its family alone")
  func everything() throws {
    var lists = AddressLists()
    lists.add(name: "all.txt", changed: nil, try Self.networks("0.0.0.0/0"))
    #expect(lists.match(try #require(IPAddress("203.0.113.6")))?.list == 0)
    #expect(lists.match(try #require(IPAddress("2001:db8::1"))) == nil)
  }
}
