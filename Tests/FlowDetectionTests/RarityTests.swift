import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Rarity: how unusual the use of an external service is")
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
    "Its text has the known facts",
    arguments: [
      (Rarity(hosts: 1, activeHosts: 1, isNew: nil, days: 0), ""),
      (Rarity(hosts: 1, activeHosts: 1, isNew: true, days: 0), "not seen before"),
      (Rarity(hosts: 1, activeHosts: 9, isNew: nil, days: 0), "used by 1 of 9 hosts"),
      (
        Rarity(hosts: 2, activeHosts: 9, isNew: true, days: 0),
        "used by 2 of 9 hosts, not seen before"
      ),
      (
        Rarity(hosts: 2, activeHosts: 9, isNew: false, days: 1),
        "used by 2 of 9 hosts, seen on 1 earlier day"
      ),
      (Rarity(hosts: 1, activeHosts: 0, isNew: false, days: 4), "seen on 4 earlier days"),
    ]
  )
  func words(rarity: Rarity, words: String) {
    #expect(rarity.words == words)
  }

  @Test("The run or the baseline, whichever has more hosts")
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

@Suite("Number text: numbers in finding texts")
struct NumberTextTests {
  @Test(
    "Bytes have binary units and one decimal, rounded down",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1126, "1.0 KiB"),
      (1127, "1.1 KiB"), (187_344, "182.9 KiB"), (1_048_575, "1023.9 KiB"),
      (1_048_576, "1.0 MiB"), (5_000_000_000, "4.6 GiB"), (UInt64.max, "15.9 EiB"),
    ] as [(UInt64, String)]
  )
  func bytes(count: UInt64, text: String) { #expect(NumberText.bytes(count) == text) }

  @Test(
    "Counts have groups of three digits",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (8_409_992, "8,409,992"),
      (UInt64.max, "18,446,744,073,709,551,615"),
    ] as [(UInt64, String)]
  )
  func counts(count: UInt64, text: String) { #expect(NumberText.count(count) == text) }

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
