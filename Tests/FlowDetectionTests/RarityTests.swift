import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Rarity: how unusual it is to use an outside service")
struct RarityTests {
  @Test(
    "Rare is two in a hundred, or one alone of four; common is half of four or more",
    arguments: [
      (1, 3, false, false), (1, 4, true, false), (2, 4, false, true), (2, 5, false, false),
      (3, 6, false, true), (2, 99, false, false), (2, 100, true, false), (3, 3, false, false),
      (0, 0, true, false), (1, 1, false, false),
    ]
  )
  func shares(hosts: Int, active: Int, isRare: Bool, isCommon: Bool) {
    let rarity = Rarity(hosts: hosts, activeHosts: active, isNew: nil, days: 0)
    #expect(rarity.isRare == isRare)
    #expect(rarity.isCommon == isCommon)
  }

  @Test("Three hosts share it; three days establish it", arguments: 0...5)
  func three(number: Int) {
    let rarity = Rarity(hosts: number, activeHosts: 9, isNew: false, days: UInt32(number))
    #expect(rarity.isShared == (number >= 3))
    #expect(rarity.isEstablished == (number >= 3))
  }

  @Test(
    "Its words name what is known",
    arguments: [
      (Rarity(hosts: 1, activeHosts: 1, isNew: nil, days: 0), ""),
      (Rarity(hosts: 1, activeHosts: 1, isNew: true, days: 0), "never before"),
      (Rarity(hosts: 1, activeHosts: 9, isNew: nil, days: 0), "1 of 9 hosts talks there"),
      (
        Rarity(hosts: 2, activeHosts: 9, isNew: true, days: 0),
        "2 of 9 hosts talk there, never before"
      ),
      (
        Rarity(hosts: 2, activeHosts: 9, isNew: false, days: 1),
        "2 of 9 hosts talk there, seen on 1 earlier day"
      ),
      (Rarity(hosts: 1, activeHosts: 0, isNew: false, days: 4), "seen on 4 earlier days"),
    ]
  )
  func words(rarity: Rarity, words: String) {
    #expect(rarity.words == words)
  }

  @Test("Tonight and the memory, whichever knows more hosts")
  func memory() {
    let (peer, hosts) = (Example.other(9), (1...5).map(Example.own))
    let seen = hosts.map {
      BaselineEntry(.outward, host: $0, peer: IPNetwork(around: peer), service: .web)
    }
    let thisRun = Example.network(own: 20).used(by: 2, of: 3)
    let network = thisRun.remembering(Dictionary(uniqueKeysWithValues: seen.map { ($0, 2) }))
    // The /24 counts, not the address.
    let known = network.rarity(of: hosts[0], Example.other(200), .web)
    #expect([known.hosts, known.activeHosts, Int(known.days)] == [5, 5, 2])
    #expect(known.isNew == false)
    #expect(network.rarity(of: Example.own(9), peer, .web).isNew == true)
    #expect(network.rarity(of: hosts[0], peer, .ssh).isNew == true)
    let without = thisRun.rarity(of: hosts[0], peer, .web)
    #expect([without.hosts, without.activeHosts, Int(without.days)] == [2, 3, 0])
    #expect(without.isNew == nil)
    let short = thisRun.remembering([seen[0]: 2], days: 6).rarity(of: hosts[0], peer, .web)
    #expect(short.isNew == nil)
  }
}

@Suite("Words: numbers in sentences")
struct TextFormatTests {
  @Test(
    "Bytes have two figures at least and are rounded down",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1099, "1.0 kB"), (9999, "9.9 kB"),
      (10_000, "10 kB"), (999_999, "999 kB"), (1_000_000, "1.0 MB"), (3_450_000, "3.4 MB"),
      (5_000_000_000, "5.0 GB"), (UInt64.max, "18 EB"),
    ] as [(UInt64, String)]
  )
  func bytes(count: UInt64, text: String) { #expect(NumberText.bytes(count) == text) }

  @Test(
    "Durations have the unit that suits them",
    arguments: [
      (0, "0 s"), (599, "599 s"), (600, "10 min"), (629, "10 min"), (630, "11 min"),
      (7199, "120 min"), (7200, "2 h"), (19_800, "5.5 h"), (86_400, "24 h"),
      (172_799, "47.9 h"), (172_800, "2 d"), (UInt32.max, "49710 d"),
    ] as [(UInt32, String)]
  )
  func durations(seconds: UInt32, text: String) { #expect(NumberText.duration(seconds) == text) }

  @Test("Empty parts leave no separator")
  func joined() {
    #expect(NumberText.joined(["a", "", "b"]) == "a; b")
    #expect(NumberText.joined(["", ""]).isEmpty)
  }
}
