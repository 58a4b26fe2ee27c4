import FlowAggregation
import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("Network context: local addresses by family")
struct NetworkContextTests {
  @Test("Families are counted apart", arguments: [(0, 0), (3, 0), (0, 4), (20, 7)])
  func families(v4: Int, v6: Int) {
    let network = Example.network(own: v4, ownV6: v6)
    #expect(network.ownV4 == v4)
    #expect(network.ownV6 == v6)
    #expect(network.ownCount(like: Example.stranger(1)) == v4)
    #expect(network.ownCount(like: Example.strangerV6(1)) == v6)
  }

  @Test("A mapped IPv4 address is an IPv4 address")
  func mapped() throws {
    let address = try #require(IPAddress("::ffff:192.0.2.1"))
    #expect(NetworkContext(own: [address]).ownV4 == 1)
    #expect(NetworkContext(own: [address]).ownV6 == 0)
  }

  @Test(
    "Half of a small network, at least three, else ten",
    arguments: [
      (0, 3), (1, 3), (2, 3), (5, 3), (6, 3), (7, 4), (8, 4), (18, 9), (19, 10), (20, 10),
      (10_000, 10),
    ]
  )
  func threshold(own: Int, least: UInt64) {
    let sources = [Example.stranger(1), Example.strangerV6(1)]
    for (address, network) in zip(
      sources,
      [Example.network(own: own), Example.network(own: 0, ownV6: own)]
    ) {
      let outside = SourceProfile.trying([], from: address)
      #expect(ScanThreshold.addresses(outside, network) == least)
    }
  }
}
