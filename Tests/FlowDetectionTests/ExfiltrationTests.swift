import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Exfiltration: large uploads without a baseline")
struct ExfiltrationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var bytes: UInt64
    var back: UInt64 = 0
    var hour: UInt64?
    var directed: UInt64 = 2
    var isLateral = false
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "Half a gigabyte in an hour, or five in a day, of which nine tenths go out",
    arguments: [
      Case(what: "just below 500 MB in an hour", bytes: 499_999_999, fires: false),
      Case(what: "500 MB in an hour", bytes: 500_000_000, fires: true),
      Case(what: "4.9 GB in a day", bytes: 4_999_999_999, hour: 400_000_000, fires: false),
      Case(what: "5 GB in a day", bytes: 5_000_000_000, hour: 400_000_000, fires: true),
      // (19 - 1) / (19 + 1) = 0.9
      Case(what: "a share of 0.9", bytes: 1_900_000_000, back: 100_000_000, fires: true),
      Case(what: "a share below", bytes: 1_900_000_000, back: 100_100_000, fires: false),
      Case(what: "a download", bytes: 600_000_000, back: 60_000_000_000, fires: false),
      Case(what: "unknown initiator", bytes: 9_000_000_000, directed: 0, fires: false),
      Case(what: "to an internal host", bytes: 9_000_000_000, isLateral: true, fires: false),
    ]
  )
  func threshold(_ example: Case) {
    var series = ConnectionSeries.sending(example.bytes, back: example.back, hour: example.hour)
    (series.directed, series.isLateral) = (example.directed, example.isLateral)
    #expect(Exfiltration().found(series: [series]).count == (example.fires ? 1 : 0))
  }

  @Test("A baseline of less than a week is not used", arguments: [(6, 0), (7, 1)])
  func memory(days: Int, findings: Int) {
    let network = Example.network(own: 20).remembering(days: days)
    // Enough for a baseline alone.
    #expect(
      Exfiltration().found(series: [.sending(200_000_000)], network).count == findings
    )
  }

  @Test(
    "If half of the hosts upload, it is a common service",
    arguments: [(1, 4, Stage.p4), (2, 4, .p2), (3, 3, .p4)]
  )
  func common(hosts: Int, active: Int, stage: Stage) throws {
    let network = Example.network(own: 20).used(by: hosts, of: active)
    let findings = Exfiltration().found(series: [.sending(600_000_000)], network)
    #expect(findings.map(\.stage) == [stage])
  }

  @Test(
    "The score grows with the bytes of the hour, or of the day, and stays below 60",
    arguments: [
      // 0.5 * ln 10 / ln 1000 = 0.16667. 40 + 29 / 6 = 44.833
      (1_000_000_000, nil, 44.833),
      // Of the day where no hour has 100 MB: 0.5 * ln 100 / ln 1000 = 0.33333. 40 + 29 / 3 = 49.667
      (10_000_000_000, 99_000_000, 49.667),
      // Top: 40 + 29 / 2 = 54.5
      (100_000_000_000, nil, 54.5), (UInt64.max, nil, 54.5),
    ] as [(UInt64, UInt64?, Double)]
  )
  func score(bytes: UInt64, hour: UInt64?, score: Double) throws {
    let findings = Exfiltration().found(series: [.sending(bytes, hour: hour)])
    let finding = try #require(findings.first)
    #expect(abs(finding.exactScore - score) < 0.001)
    #expect(finding.exactScore <= 60)
  }

  @Test("A finding has the volume and the prevalence")
  func content() throws {
    let network = Example.network(own: 20).used(by: 1, of: 10)
    let series = ConnectionSeries.sending(700_000_000, back: 1_000_000, hour: 650_000_000)
    let finding = try #require(Exfiltration().found(series: [series], network).first)
    #expect(finding.rule == "exfil.volume")
    #expect(finding.title == "Large upload")
    #expect(
      finding.detail
        == "667.5 MiB sent, 976.5 KiB received, ~619.8 MiB in the busiest hour; used by 1 of 10 hosts"
    )
    #expect(finding.counts.bytes == 700_000_000)
    #expect(finding.targets.sample == [Target(address: Example.other(9), port: 443)])
    #expect(
      finding.suppressWith
        == #"- {rule: exfil.volume, source: "192.0.2.3", destination: "198.51.100.9", port: 443, reason: "say why"}"#
    )
  }

  @Test("Any split of series among workers gives the same findings")
  func merging() {
    let batches = (0..<4).map { number in
      var observations = Observations()
      observations.series = [.sending(600_000_000, to: Example.other(number))]
      return observations
    }
    let orders = Exfiltration().merged(batches)
    #expect(orders[0].count == 4)
    #expect(orders[0] == orders[1])
  }

  struct Unknown: Sendable, CustomTestStringConvertible {
    var what: String
    var bytes: UInt64 = 20_000_000
    var back: UInt64 = 100_000
    var hour: UInt64?
    var service = Service.tcp(31_337)
    var hosts = 1
    var others = 0
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "20 MB in an hour to a port of no known service, of which nine tenths go out",
    arguments: [
      Unknown(what: "20 MB", fires: true),
      Unknown(what: "less", bytes: 19_999_999, fires: false),
      Unknown(what: "20 MB in two hours", hour: 10_000_000, fires: false),
      // (18 - 2) / (18 + 2) = 0.8
      Unknown(what: "nine tenths", bytes: 180_000_000, back: 20_000_000, fires: true),
      Unknown(what: "less than that", bytes: 180_000_000, back: 20_100_000, fires: false),
      Unknown(what: "no response: a flood", back: 0, fires: false),
      Unknown(what: "UDP", service: .udp(31_337), fires: true),
      Unknown(what: "HTTPS", service: .web, fires: false),
      Unknown(what: "HTTPS-alt", service: .tcp(8443), fires: false),
      Unknown(what: "below 1024", service: .tcp(1023), fires: false),
      Unknown(what: "no port", service: Service(protocolNumber: 47, port: 0), fires: false),
      Unknown(what: "a third of the hosts", hosts: 2, fires: false),
      Unknown(what: "two more services", others: 2, fires: true),
      Unknown(what: "three more: file sharing", others: 3, fires: false),
    ]
  )
  func unknownPort(_ example: Unknown) {
    var first = ConnectionSeries.sending(
      example.bytes,
      back: example.back,
      hour: example.hour,
      example.service
    )
    first.busiestHourIn = example.back
    let others = (0..<example.others).map {
      ConnectionSeries.sending(
        20_000_000,
        back: 100_000,
        .tcp(UInt16(40_000 + $0)),
        to: Example.other(20 + $0)
      )
    }
    let network = Example.network(own: 20).used(by: example.hosts, of: 6, example.service)
    let findings = Exfiltration().found(series: [first] + others, network)
    #expect(findings.contains { $0.service == example.service } == example.fires)
    #expect(findings.allSatisfy { $0.exactScore <= 60 })
  }

  @Test(
    "An upload to an unknown port on three earlier days is expected",
    arguments: [(2, 1), (3, 0)]
  )
  func unknownPortBefore(days: UInt32, findings: Int) {
    let series = ConnectionSeries.sending(20_000_000, back: 100_000, .tcp(31_337))
    let entry = BaselineEntry(
      .outward,
      host: series.host,
      peer: IPNetwork(around: series.peer),
      service: series.service
    )
    let network = Example.network(own: 20).remembering([entry: days])
    #expect(Exfiltration().found(series: [series], network).count == findings)
  }
}
