import FlowTestSupport
import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Baseline recorder: entries of one run")
struct BaselineRecorderTests {
  private static let (host, other) = (Example.own(3), Example.own(4))

  private static func learned(
    _ observations: [Observations],
    _ network: NetworkContext = Example.network(logSeconds: 86_400),
    without findings: [Finding] = []
  ) -> RunObservations {
    var recorder = BaselineRecorder(network)
    for batch in observations { recorder.observe(batch) }
    return recorder.facts(without: findings)
  }

  /// A finding about `host` at some hours, counted from the beginning of this run.
  private static func finding(
    _ score: Double,
    from first: UInt32 = 0,
    to last: UInt32 = 0,
    actor: IPAddress = Example.stranger(1),
    target: IPAddress = host
  ) -> Finding {
    var draft = FindingDraft(NewAdministrator.rule, title: "x", stage: .p6, actor: .address(actor))
    draft.targets = Targets(count: 1, isExact: true, sample: [Target(address: target)])
    (draft.sums.first, draft.sums.last) = (
      Example.start + first * 3600, Example.start + last * 3600
    )
    var finding = draft.finding
    finding.exactScore = score
    return finding
  }

  @Test("External services of a host: host, network and service")
  func outward() throws {
    let facts = Self.learned([
      .uses(Remembered.use(out: 900, back: 100)), .uses(Remembered.use(out: 5)),
    ])
    let baselineEntry = Remembered.outward()
    #expect(Set(facts.baselineEntries.keys) == [baselineEntry])
    let seen = try #require(facts.baselineEntries[baselineEntry])
    #expect(seen == Seen(first: Example.start + 60, last: Example.start + 3600, bytes: 1005))
  }

  @Test("Services of a host with at least one session", arguments: [(0, 0), (1, 0), (0, 1)])
  func served(outside: UInt64, inside: UInt64) {
    let endpoint = Remembered.endpoint(.ssh, outside: outside, inside: inside)
    let facts = Self.learned([.served(endpoint)])
    let expected: Set = [Remembered.served(Self.host, .ssh)]
    #expect(Set(facts.baselineEntries.keys) == (outside + inside > 0 ? expected : []))
  }

  @Test("Internal host pairs with answered conversations")
  func inner() {
    func facts(_ outcomes: OutcomeCounts) -> RunObservations {
      Self.learned([
        .servicePairs(Remembered.servicePair(Self.host, Self.other, .web, .lateral, outcomes))
      ])
    }
    let expected: Set = [Remembered.inner(Self.host, Self.other, .web)]
    #expect(Set(facts(OutcomeCounts(touched: 1)).baselineEntries.keys) == expected)
    #expect(facts(OutcomeCounts(silent: 9)).baselineEntries.isEmpty)
  }

  @Test("External administration")
  func admin() {
    func facts(_ service: Service, _ seconds: UInt32) -> RunObservations {
      Self.learned([
        .servicePairs(
          Remembered.servicePair(Example.other(1), Self.host, service, .inbound, seconds: seconds)
        )
      ])
    }
    let expected = BaselineEntry(
      .admin,
      host: Self.host,
      peer: IPNetwork("198.51.100.0/24"),
      service: .ssh
    )
    #expect(Set(facts(.ssh, 130).baselineEntries.keys) == [expected])
    #expect(facts(.ssh, 129).baselineEntries.isEmpty)
    #expect(facts(.web, 9999).baselineEntries.isEmpty)
  }

  @Test("By which ways hosts leave, which services of AWS and which countries they deal with")
  func labels() throws {
    var network = Example.network(logSeconds: 86_400)
    network.awsPrefixes = AWSPrefixes([
      AWSPrefix(network: try #require(IPNetwork("198.51.100.0/24")), service: "S3", region: "eu")
    ])
    network.origins = TwoOrigins()
    // Values 2 and 7 of the field, and 1, which is no way out.
    let large = Remembered.use(out: 1_000_000, paths: 0b0100_0011)
    let small = Remembered.use(Self.other, out: 999_999)
    let visitor = Remembered.servicePair(
      Example.stranger(1),
      Self.host,
      .ssh,
      .inbound,
      seconds: 130
    )
    var observations = Observations.uses(large, small)
    observations.servicePairs = [visitor]
    let baselineEntries = Set(Self.learned([observations], network).baselineEntries.keys)
    #expect(baselineEntries.filter { $0.kind == .egress }.map(\.label).sorted() == Self.ways)
    let aws = baselineEntries.filter { $0.kind == .awsService }
    #expect(
      aws == [
        Remembered.labelled(.awsService, Self.host, "S3 eu"),
        Remembered.labelled(.awsService, Self.other, "S3 eu"),
      ]
    )
    // Less than a megabyte is no dealing, and administration always is.
    let origins = baselineEntries.filter { $0.kind == .origin }
    #expect(
      origins
        == Set(
          ["AS64500", "NL", "AS64501", "BR"].map { Remembered.labelled(.origin, Self.host, $0) }
        )
    )
  }

  private static let ways = ["gateway endpoint", "internet gateway"]

  @Test("How much hosts exchange, hour by hour")
  func volumes() {
    let facts = Self.learned([
      .volumes(Remembered.historyRun(Self.host, 100, 200)),
      .volumes(Remembered.historyRun(Self.host, 8)),
    ])
    var first = Remembered.volume(100)
    first.add(Remembered.volume(8))
    first.conversations = 2
    var second = Remembered.volume(200)
    second.conversations = 1
    #expect(
      facts.volumes == [
        HostHour(host: Self.host, hour: Remembered.hour): first,
        HostHour(host: Self.host, hour: Remembered.hour + 1): second,
      ]
    )
  }

  @Test("Which interfaces there are, and which are in use")
  func interfaces() {
    var network = Example.network(logSeconds: 86_400)
    network.interfaces = [
      NetworkContext.Interface(id: "eni-used", address: Self.host),
      NetworkContext.Interface(id: "eni-idle", address: Self.other),
      NetworkContext.Interface(id: "eni-unknown", address: nil),
    ]
    let facts = Self.learned([.uses(Remembered.use())], network)
    let seen = facts.baselineEntries.filter { $0.key.kind != .outward }
    #expect(
      Set(seen.keys) == [
        .interface("eni-used"), .interface("eni-idle"), .interface("eni-unknown"),
        .interfaceUsed("eni-used"),
      ]
    )
    #expect(seen.values.allSatisfy { $0.first == network.logStart && $0.last == network.logEnd })
  }

  @Test("Nothing from the hours of a finding of 70 or more", arguments: [(69.4, 3), (69.5, 2)])
  func tainted(score: Double, hours: Int) {
    let historyRun = Observations.volumes(Remembered.historyRun(Self.host, 100, 200, 300))
    let finding = Self.finding(score, from: 1, to: 1)
    let facts = Self.learned([historyRun], without: [finding])
    #expect(facts.volumes.count == hours)
    let tainted = HostHour(host: Self.host, hour: Remembered.hour + 1)
    #expect((facts.volumes[tainted] == nil) == (hours == 2))
  }

  @Test("The finding's actor and its targets are meant, no other host")
  func meant() {
    let historyRun = Observations.volumes(
      Remembered.historyRun(Self.host, 1),
      Remembered.historyRun(Self.other, 1),
      Remembered.historyRun(Example.own(5), 1)
    )
    let finding = Self.finding(90, actor: Self.other)
    let facts = Self.learned([historyRun], without: [finding])
    #expect(facts.volumes.keys.map(\.host) == [Example.own(5)])
  }

  @Test(
    "Traffic that such a host initiated within those hours is not recorded, however long it lasts",
    arguments: [(0, 1, true), (0, 0, true), (1, 1, false), (0, 9, true)]
      as [(UInt32, UInt32, Bool)]
  )
  func habits(from first: UInt32, to last: UInt32, isForgotten: Bool) {
    // From one minute into the first hour to the beginning of the second one.
    let use = Remembered.use()
    let finding = Self.finding(80, from: first, to: last)
    let facts = Self.learned([.uses(use)], without: [finding])
    #expect(facts.baselineEntries.isEmpty == isForgotten)
  }

  @Test("A run above the limit records the same part in any order")
  func bounded() {
    let uses = (0..<400).map { Remembered.use(Example.own($0), out: UInt64($0)) }
    func facts(_ uses: [OutwardUse], workers: Int) -> RunObservations {
      var learners = (0..<workers).map { _ in BaselineRecorder(Example.network(own: 20), limit: 50)
      }
      for (place, use) in uses.enumerated() { learners[place % workers].observe(.uses(use)) }
      var all = learners[0]
      for recorder in learners.dropFirst() { all.merge(recorder) }
      return all.facts(without: [])
    }
    let expected = facts(uses, workers: 1)
    #expect(expected.baselineEntries.count == 50)
    var random = SeededNumbers(7)
    for workers in 1...5 {
      let shuffled = uses.shuffled(using: &random)
      #expect(facts(shuffled, workers: workers).baselineEntries == expected.baselineEntries)
    }
    // Below the limit nothing is left out.
    #expect(facts(Array(uses.prefix(50)), workers: 3).baselineEntries.count == 50)
  }

  @Test("Workers in any order leave the same")
  func merge() {
    let parts = (0..<6).map { number -> Observations in
      var part = Observations.uses(Remembered.use(Example.own(number % 2), out: UInt64(number)))
      part.volumes = [Remembered.historyRun(Self.host, UInt64(number), 7)]
      part.servicePairs = [Remembered.servicePair(Self.host, Example.own(number), .ssh, .lateral)]
      return part
    }
    let expected = Self.learned(parts)
    var random = SeededNumbers(3)
    for _ in 0..<5 {
      var all = BaselineRecorder(Example.network(logSeconds: 86_400))
      for part in parts.shuffled(using: &random) {
        var recorder = BaselineRecorder(Example.network(logSeconds: 86_400))
        recorder.observe(part)
        all.merge(recorder)
      }
      let facts = all.facts(without: [])
      #expect(facts.baselineEntries == expected.baselineEntries)
      #expect(facts.volumes == expected.volumes)
    }
  }
}

/// 198.51.100.0/24 is Dutch, everything else Brazilian.
struct TwoOrigins: AddressOrigins {
  func origin(of address: IPAddress) -> AddressOrigin? {
    IPNetwork(around: address) == IPNetwork("198.51.100.0/24")
      ? AddressOrigin(country: "NL", asn: 64_500) : AddressOrigin(country: "BR", asn: 64_501)
  }
}
