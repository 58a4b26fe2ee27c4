import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Baseline: what earlier runs recorded")
struct BaselineTests {
  private static let (one, two, three) = (Example.own(1), Example.own(2), Example.own(3))

  @Test("Hosts by external service, and active hosts")
  func users() throws {
    let baseline = Remembered.baseline([
      Remembered.outward(Self.one), Remembered.outward(Self.two),
      Remembered.outward(Self.two, Example.stranger(1)),
      Remembered.outward(Self.three, Example.stranger(1), .ssh),
    ])
    let (near, far) = (IPNetwork(around: Example.other(1)), IPNetwork(around: Example.stranger(1)))
    #expect(baseline.hosts(using: .web, of: near) == 2)
    #expect(baseline.hosts(using: .web, of: far) == 1)
    #expect(baseline.hosts(using: .ssh, of: near) == 0)
    #expect(baseline.activeHosts == 3)
    #expect(baseline.seen(Remembered.outward(Self.one)) != nil)
    #expect(baseline.seen(Remembered.outward(Self.three)) == nil)
  }

  @Test("A host counts once for a service, however many networks it uses it in")
  func services() {
    let baseline = Remembered.baseline(
      (0..<5).map { Remembered.outward(Self.one, IPAddress(v4: 0xc633_0001 + $0 << 8)) }
        + [Remembered.outward(Self.two)]
    )
    #expect(baseline.hosts(using: .web) == 2)
    #expect(baseline.hosts(using: .ssh) == 0)
    #expect(baseline.uses(.web, by: Self.one))
    #expect(!baseline.uses(.web, by: Self.three))
    #expect(!baseline.uses(.udp(443), by: Self.one))
  }

  @Test("Internal sources and destinations")
  func edges() {
    let baseline = Remembered.baseline([
      Remembered.inner(Self.one, Self.two, .ssh), Remembered.inner(Self.one, Self.three, .ssh),
      Remembered.inner(Self.two, Self.three, .ssh), Remembered.inner(Self.one, Self.two, .web),
    ])
    #expect(baseline.targets(of: Self.one, on: .ssh) == 2)
    #expect(baseline.targets(of: Self.three, on: .ssh) == 0)
    #expect(baseline.sources(of: Self.three, on: .ssh) == 2)
    #expect(baseline.sources(of: Self.two, on: .ssh) == 1)
    #expect(baseline.edges(on: .ssh) == 3)
    #expect(baseline.edges(on: .web) == 1)
    #expect(baseline.activeHosts == 0)
  }

  @Test("Every host that did anything is known; one that only looked on is not")
  func hosts() {
    let admin = BaselineEntry(
      .admin,
      host: Example.own(9),
      peer: IPNetwork("203.0.113.0/24"),
      service: .ssh
    )
    let baseline = Remembered.baseline(
      [
        Remembered.outward(Self.one), Remembered.inner(Self.two, Self.three, .ssh),
        Remembered.served(Example.own(4), .web), .interface("eni-1"), admin,
      ],
      volumes: [Example.own(5): [(Remembered.hour - 9, Remembered.volume(1))]]
    )
    #expect(baseline.hosts == Set((1...5).map(Example.own)))
    #expect(baseline.administrators == [IPNetwork("203.0.113.0/24")])
  }

  @Test("Pairs of ranges are /16s and /48s, in one direction, with one service")
  func ranges() throws {
    let (left, right) = (IPAddress(v4: 0x0a00_0001), IPAddress(v4: 0x0a01_0001))
    let baseline = Remembered.baseline([
      Remembered.inner(left, right, .ssh), Remembered.inner(left, IPAddress(v4: 0x0a00_ff01), .web),
    ])
    #expect(baseline.rangePairs.count == 1)
    let neighbour = RangePair(IPAddress(v4: 0x0a00_7777), IPAddress(v4: 0x0a01_7777), .ssh)
    #expect(baseline.rangePairs.contains(neighbour))
    #expect(!baseline.rangePairs.contains(RangePair(right, left, .ssh)))
    #expect(!baseline.rangePairs.contains(RangePair(left, right, .web)))
    #expect(!RangePair(left, IPAddress(v4: 0x0a00_ff01), .web).isCrossing)
    let far = IPAddress(high: 0x2001_0db8_000a_ffff, low: 1)
    #expect(!RangePair(Example.ownV6(1), far, .ssh).isCrossing)
    #expect(RangePair(Example.ownV6(1), Example.strangerV6(1), .ssh).isCrossing)
  }

  @Test("Labels are known by kind, whichever host they belong to")
  func labels() {
    let baseline = Remembered.baseline([
      Remembered.labelled(.origin, Self.one, "NL"), Remembered.labelled(.egress, Self.two, "x"),
    ])
    #expect(baseline.knows("NL", as: .origin))
    #expect(!baseline.knows("NL", as: .awsService))
    #expect(!baseline.knows("BR", as: .origin))
    #expect(baseline.knowsAny(.origin) && baseline.knowsAny(.egress))
    #expect(!baseline.knowsAny(.awsService))
  }

  @Test(
    "Comparisons require seven days",
    arguments: [(0, false), (6, false), (7, true), (90, true)]
  )
  func settled(days: Int, isSettled: Bool) {
    #expect((Remembered.network(days: days).settledBaseline != nil) == isSettled)
  }
}
