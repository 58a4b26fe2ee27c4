import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Beacons with a baseline")
struct BeaconMemoryTests {
  /// A connection every five minutes of a day, always alike.
  private static let clock: ConnectionSeries = {
    var series = Remembered.series()
    let starts = stride(from: Example.start, to: Example.start + 86_400, by: 300).map { $0 }
    series.shape = BeaconShape(
      starts: starts[...],
      sizes: starts.map { _ in 1000 }[...],
      log: Example.start...(Example.start + 86_400)
    )
    (series.connections, series.answered, series.directed) = (288, 288, 288)
    (series.bytesOut, series.packetsOut) = (288_000, 2880)
    return series
  }()

  private static func finding(_ network: NetworkContext) throws -> Finding {
    try #require(Beacon().found(in: .series(clock), network).first)
  }

  @Test("A new destination weighs more; it requires a baseline of a week")
  func never() throws {
    let regularity = try #require(Beacon.regularity(Self.clock, Example.network(own: 20)))
    let weight = 0.7 * min(1, (regularity - 0.7) / 0.3)
    // One host of nine: rare.
    let new = try Self.finding(Remembered.network(Remembered.others(8)))
    #expect(abs(new.exactScore - (40 + 29 * (1 - (1 - weight) * 0.7 * 0.7))) < 1e-9)
    #expect(new.detail.hasSuffix("not seen before"))
    let short = try Self.finding(Remembered.network(days: 6, Remembered.others(8)))
    #expect(abs(short.exactScore - (40 + 29 * (1 - (1 - weight) * 0.7))) < 1e-9)
    #expect(!short.detail.contains("before"))
    let known = Remembered.network(Remembered.others(8) + [Remembered.outward()], seenOn: 1)
    let old = try Self.finding(known)
    #expect(abs(old.exactScore - short.exactScore) < 1e-9)
    #expect(old.detail.hasSuffix("seen on 1 earlier day"))
  }

  @Test(
    "A service that a third of the hosts have used is common",
    arguments: [(2, 1), (4, 0)]
  )
  func common(users: Int, findings: Int) {
    let network = Remembered.network(
      Remembered.others(8) + (0..<users).map { Remembered.outward(Example.own(100 + $0)) }
    )
    #expect(Beacon().found(in: .series(Self.clock), network).count == findings)
  }

  @Test(
    "A service on a port for notifications that the host used for a week is low",
    arguments: [
      (Service.web, 6, Stage.p4), (.web, 7, .p2), (.tcp(8443), 7, .p4), (.tcp(5223), 7, .p2),
    ] as [(Service, UInt32, Stage)]
  )
  func push(service: Service, days: UInt32, stage: Stage) throws {
    var series = Self.clock
    series.service = service
    let entry = BaselineEntry(
      .outward,
      host: series.host,
      peer: IPNetwork(around: series.peer),
      service: service
    )
    let network = Example.network(own: 20).remembering([entry: days], days: 9)
    let finding = try #require(Beacon().found(in: .series(series), network).first)
    #expect(finding.stage == stage)
  }

  /// All addresses are in one autonomous system.
  private struct OneSystem: AddressOrigins {
    var asn: UInt32
    func origin(of address: IPAddress) -> AddressOrigin? { AddressOrigin(asn: asn) }
  }

  @Test(
    "Push services of known networks are low; a database must name the network",
    arguments: [
      (714, Service.tcp(5223), Stage.p2), (15_169, .tcp(5228), .p2), (8075, .web, .p2),
      (714, .tcp(8443), .p4), (64_496, .web, .p4),
    ] as [(UInt32, Service, Stage)]
  )
  func knownNetwork(asn: UInt32, service: Service, stage: Stage) throws {
    var series = Self.clock
    series.service = service
    var network = Example.network(own: 20)
    network.origins = OneSystem(asn: asn)
    let finding = try #require(Beacon().found(in: .series(series), network).first)
    #expect(finding.stage == stage)
  }

  @Test(
    "Polling of a whole network is found unless the baseline has it",
    arguments: [(2, 1), (3, 0)]
  )
  func polling(days: UInt32, findings: Int) {
    let service = Service.tcp(8080)
    var series = ConnectionSeries.connections(6000, over: 600, shape: .scoring(0.9), service)
    series.shape?.busiestTenMinutes = 6000
    series.bytesIn = series.bytesOut - 1
    let entry = BaselineEntry(
      .outward,
      host: series.host,
      peer: IPNetwork(around: series.peer),
      service: service
    )
    let network = Example.network(own: 20).remembering([entry: days])
    var prevalence = Prevalence()
    prevalence.activeHosts = 9
    prevalence.add(9, to: NetworkUse(around: series.peer, service))
    let context = CompleteContext(network, prevalence: prevalence)
    #expect(Beacon().found(in: .series(series), context).count == findings)
  }
}
