import FlowDetection
import FlowModel
import FlowTestSupport
import Testing

@testable import FlowFindings
@testable import FlowHistory

@Suite("What goes into the history comes out of it")
struct RoundTripTests {
  private static let baselineEntries: [BaselineEntry] = [
    .outward("10.0.0.1", "198.51.100.0/24"),
    .outward("fd00::1", "2001:db8:5::/48"),
    .outward("10.0.0.1", "0.0.0.0/0"),
    .outward("10.0.0.1", "::/0"),
    .outward("10.0.0.1", "2001:db8::5/128"),
    BaselineEntry(.served, host: .of("10.0.0.1"), service: Service(protocolNumber: 17, port: 53)),
    BaselineEntry(
      .served,
      host: .of("10.0.0.1"),
      service: Service(protocolNumber: 255, port: 65_535)
    ),
    BaselineEntry(
      .inner,
      host: .of("10.0.0.1"),
      peer: IPNetwork("10.0.0.2/32"),
      service: Service(protocolNumber: 1, port: 0)
    ),
    BaselineEntry(
      .admin,
      host: .of("2001:db8::22"),
      peer: IPNetwork("2001:db8:77::/48"),
      service: Service(protocolNumber: 6, port: 22)
    ),
    BaselineEntry(.egress, host: .of("10.0.0.1"), label: "nat gateway"),
    BaselineEntry(.awsService, host: .of("10.0.0.1"), label: "S3 eu-west-1"),
    BaselineEntry(.origin, host: .of("10.0.0.1"), label: "Côte d’Ivoire 🇨🇮"),
    BaselineEntry(.origin, host: .of("10.0.0.1"), label: "'; DROP TABLE sighting; --"),
    BaselineEntry(.origin, host: .of("10.0.0.1"), label: "\"\\\n\t\u{1b}[31m%s?:x$1@y"),
    BaselineEntry(.origin, host: .of("10.0.0.1"), label: "\\n \\\\ \0 \r\n \n\\"),
    BaselineEntry(.interface, host: .of("::"), label: "eni-0123456789abcdef0"),
    BaselineEntry(
      .interface,
      host: .of("255.255.255.255"),
      label: String(repeating: "é", count: 5000)
    ),
    BaselineEntry(.interfaceUsed, host: .of("::ffff:10.1.2.3"), label: "-"),
  ]

  @Test("Every kind of baseline entry", arguments: baselineEntries)
  func baselineEntry(_ baselineEntry: BaselineEntry) throws {
    let place = try Place()
    let seen = Seen(first: 1, last: .max, days: 1, bytes: .max)
    try place.open().remember(.of([baselineEntry: seen]))
    let baseline = try #require(try place.open().baseline())
    #expect(baseline.baselineEntries == [baselineEntry: seen])
  }

  @Test("All kinds are tried, and all baseline entries at once")
  func together() throws {
    #expect(Set(Self.baselineEntries.map(\.kind)) == Set(BaselineEntry.Kind.allCases))
    let place = try Place()
    let all = Dictionary(
      uniqueKeysWithValues: Self.baselineEntries.enumerated().map { number, baselineEntry in
        (baselineEntry, Seen.noon(ofDay: 0, bytes: UInt64(number)))
      }
    )
    try place.open().remember(.of(all))
    #expect(try place.open().baseline()?.baselineEntries == all)
  }

  @Test("More baseline entries than one statement takes, random ones")
  func many() throws {
    var random = SplitMix(7)
    var all: [BaselineEntry: Seen] = [:]
    for _ in 0..<1000 {
      let isV6 = random.oneIn(3)
      let bits: UInt128 =
        isV6
        ? UInt128(random.next()) << 64 | UInt128(random.next())
        : 0xffff_0000_0000 | UInt128(random.next() >> 32)
      let host = IPAddress(bits: bits)
      let length = random.below(host.isV4 ? 33 : 129)
      let baselineEntry = BaselineEntry(
        BaselineEntry.Kind.allCases[random.below(9)],
        host: IPAddress(v4: UInt32(random.below(20))),
        peer: random.oneIn(5) ? nil : IPNetwork(host, prefixLength: length),
        service: Service(
          protocolNumber: UInt8(random.below(256)),
          port: UInt16(random.below(65_536))
        ),
        label: random.oneIn(2) ? "" : "label \(random.below(50))"
      )
      all[baselineEntry] = .noon(ofDay: 0, bytes: UInt64(random.below(1 << 40)))
    }
    let place = try Place()
    try place.open().remember(.of(all))
    #expect(try place.open().baseline()?.baselineEntries == all)
  }

  @Test("Hours of volume, ascending, with gaps and over days")
  func volumes() throws {
    let place = try Place()
    let (first, second) = (IPAddress.of("10.0.0.1"), IPAddress.of("2001:db8::1"))
    let hour = dayZero / 3600
    try place.open().remember(
      .of(volumes: [
        HostHour(host: first, hour: hour + 25): .of(5, 6, 7),
        HostHour(host: first, hour: hour): .of(.max, 0, .max),
        HostHour(host: first, hour: hour + 23): .of(1, 2, 3),
        HostHour(host: second, hour: hour + 1): .of(127, 128, 16_384),
      ])
    )
    let baseline = try #require(try place.open().baseline())
    #expect(baseline.volumes.count == 2)
    let hours = try #require(baseline.volumes[first])
    #expect(hours.map(\.hour) == [hour, hour + 23, hour + 25])
    #expect(hours.map(\.volume) == [.of(.max, 0, .max), .of(1, 2, 3), .of(5, 6, 7)])
    #expect(baseline.volumes[second]?.map(\.volume) == [.of(127, 128, 16_384)])
    // The second day has a volume, but no run with an hour of records.
    #expect(baseline.days == 1)
  }

  @Test("Runs, and the findings of each by rank")
  func runs() throws {
    let place = try Place()
    let history = try place.open()
    let findings = [100, 90, 89, 70, 69, 40, 39, 1, 0].enumerated().map { rank, score in
      RememberedFinding.of("'f\(rank)\"", score: score)
    }
    try history.remember(.of(day: 0, findings: findings))
    try history.remember(.of(day: 1, findings: [.of("g", day: 1)], isComplete: false))
    #expect(
      try history.runs() == [
        RememberedRun(
          number: 1,
          firstStart: dayZero,
          lastEnd: dayZero + aDay - 1,
          records: 1000,
          findings: [.critical: 2, .high: 2, .medium: 2, .low: 2, .info: 1],
          isComplete: true
        ),
        RememberedRun(
          number: 2,
          firstStart: dayZero + aDay,
          lastEnd: dayZero + 2 * aDay - 1,
          records: 1000,
          findings: [.medium: 1],
          isComplete: false
        ),
      ]
    )
    #expect(try history.lastRun == history.runs().last)
    #expect(try history.lastFindings() == [.of("g", day: 1)])
    #expect(try history.findings(run: 1) == findings)
    #expect(try history.findings(run: nil) == [.of("g", day: 1)])
    #expect(try history.findings(run: 7).isEmpty)
  }

  @Test("Which inputs were read: name and size together")
  func objects() throws {
    let history = try Place().open()
    let read = ["/logs/a.gz", "-6b86", "/logs/it's \u{202e}odd.gz"]
    try history.remember(.of(objects: read))
    let known = read.map { ReadObject(name: $0, size: 10) }
    let strangers = [
      ReadObject(name: "/logs/a.gz", size: 11), ReadObject(name: "/logs/b.gz", size: 10),
    ]
    #expect(try history.known(among: known + strangers) == Set(known))
    #expect(try history.known(among: []).isEmpty)
  }

  @Test("A new memory knows nothing")
  func new() throws {
    let history = try Place().open()
    #expect(try history.baseline() == nil)
    #expect(try history.lastRun == nil)
    #expect(try history.lastFindings().isEmpty)
    #expect(try history.runs().isEmpty)
    #expect(try history.known(among: [ReadObject(name: "a", size: 1)]).isEmpty)
    #expect(try history.summary().runs == 0)
  }

  @Test("A run without anything is a run")
  func empty() throws {
    let history = try Place().open()
    try history.remember(.of(objects: []))
    let baseline = try #require(try history.baseline())
    #expect(baseline.days == 1)
    #expect(baseline.baselineEntries.isEmpty)
    #expect((baseline.firstStart, baseline.lastEnd) == (dayZero, dayZero + aDay - 1))
  }

  @Test("What the numbers of the summary count")
  func summary() throws {
    let place = try Place()
    let history = try place.open()
    let volumes = [
      HostHour(host: .of("10.0.0.9"), hour: dayZero / 3600): HourVolume.of(1, 1, 1),
      HostHour(host: .of("10.0.0.9"), hour: dayZero / 3600 + 1): HourVolume.of(1, 1, 1),
    ]
    let baselineEntries = [
      BaselineEntry.outward(): Seen.noon(ofDay: 0),
      BaselineEntry(.egress, host: .of("10.0.0.1"), label: "nat gateway"): Seen.noon(ofDay: 0),
    ]
    try history.remember(
      .of(baselineEntries, volumes: volumes, objects: ["a", "b"], findings: [.of("f")])
    )
    let summary = try history.summary()
    #expect(summary.fileSize > 4096)
    #expect(
      summary
        == HistorySummary(
          hosts: 2,
          baselineEntries: [.outward: 1, .egress: 1],
          days: 1,
          hours: 2,
          objects: 2,
          runs: 1,
          findings: 1,
          fileSize: summary.fileSize
        )
    )
  }
}
