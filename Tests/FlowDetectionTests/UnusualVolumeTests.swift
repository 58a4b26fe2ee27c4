import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Unusual volume: an hour with far more than usual")
struct UnusualVolumeTests {
  private static let megabyte: UInt64 = 1_000_000

  /// What the hour had in the last seven runs, in megabytes.
  private static func network(days: Int = 7, _ megabytes: [UInt64]) -> NetworkContext {
    let hours = Remembered.sameHours(megabytes.map { $0 * megabyte })
    return Remembered.network(days: days, volumes: [Remembered.host: hours])
  }

  @Test(
    "Fifty megabytes, five times the usual",
    arguments: [
      (1, 49_999_999, 0), (1, 50_000_000, 1), (20, 99_999_999, 0), (20, 100_000_000, 1),
    ] as [(UInt64, UInt64, Int)]
  )
  func amounts(usual: UInt64, bytes: UInt64, findings: Int) {
    let network = Self.network(Array(repeating: usual, count: 7))
    let historyRun = Observations.volumes(Remembered.historyRun(Remembered.host, bytes))
    #expect(UnusualVolume().found(in: historyRun, network).count == findings)
  }

  @Test("A robust z of 3.5", arguments: [(123, 0), (124, 1)] as [(UInt64, Int)])
  func spread(megabytes: UInt64, findings: Int) {
    // Median 20; distances 0, 20, 20, 20, 40, 40, 40: their median is 20. z = 0.6745 * (bytes - 20) / 20, so that 3.5
    // takes 20 + 3.5 * 20 / 0.6745 = 123.78.
    let network = Self.network([0, 60, 0, 20, 60, 0, 60])
    let historyRun = Remembered.historyRun(Remembered.host, megabytes * Self.megabyte)
    #expect(UnusualVolume().found(in: .volumes(historyRun), network).count == findings)
  }

  @Test("Does not fire without a baseline of a week, for other hosts, and for the usual volume")
  func silent() {
    let usual: [UInt64] = Array(repeating: 1, count: 7)
    let historyRun = Observations.volumes(Remembered.historyRun(Remembered.host, 1 << 40))
    #expect(UnusualVolume().found(in: historyRun, Self.network(days: 6, usual)).isEmpty)
    #expect(UnusualVolume().found(in: historyRun, Example.network(own: 20)).isEmpty)
    #expect(UnusualVolume().found(in: historyRun, Self.network(usual)).count == 1)
    let other = Observations.volumes(Remembered.historyRun(Example.own(9), 1 << 40))
    #expect(UnusualVolume().found(in: other, Self.network(usual)).isEmpty)
    let calm = Observations.volumes(Remembered.historyRun(Remembered.host, 1_000_000))
    #expect(UnusualVolume().found(in: calm, Self.network(usual)).isEmpty)
  }

  @Test("The score is how far out the hour lies")
  func score() throws {
    func score(_ bytes: UInt64) throws -> Double {
      let historyRun = Observations.volumes(Remembered.historyRun(Remembered.host, bytes))
      let network = Self.network(Array(repeating: 10, count: 7))
      return try #require(UnusualVolume().found(in: historyRun, network).first).exactScore
    }
    // Nothing ever varied: 117.5 / 10 = 11.75, half of 3.5..20, * 0.6 = 0.3. 40 + 29 * 0.3 = 48.7
    #expect(abs(try score(117_500_000) - 48.7) < 1e-9)
    #expect(abs(try score(200_000_000) - 57.4) < 1e-9)
    #expect(abs(try score(.max) - 57.4) < 1e-9)
  }

  @Test("It has the worst hour, the usual volume and the suppression")
  func words() throws {
    let hours = Remembered.sameHours(Array(repeating: 10_000_000, count: 7))
    let next = hours.map { (hour: $0.hour + 1, volume: $0.volume) }
    let all = zip(hours, next).flatMap { [$0, $1] }
    let network = Remembered.network(volumes: [Remembered.host: all])
    let historyRun = Remembered.historyRun(Remembered.host, 60_000_000, 117_500_000)
    let findings = UnusualVolume().found(in: .volumes(historyRun), network)
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.detail == "~112.0 MiB in both directions in one hour, usually ~9.5 MiB")
    #expect((finding.firstSeen, finding.lastSeen) == (Example.start + 3600, Example.start + 7199))
    #expect(finding.actor == .address(Remembered.host))
    #expect(finding.actorIsInternal)
    #expect(finding.counts.bytes == 117_500_000)
    #expect(finding.stage == .p4)
    #expect(
      finding.suppressWith == #"- {rule: volume.unusual, source: "192.0.2.3", reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.source == IPNetwork("192.0.2.3"))
    #expect(finding.evidenceQuery.isOutward)
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let hours = Remembered.sameHours(Array(repeating: 10_000_000, count: 7))
    let hosts = (0..<5).map(Example.own)
    let network = Remembered.network(
      volumes: Dictionary(hosts.map { ($0, hours) }) { first, _ in first }
    )
    let batches = hosts.map { Observations.volumes(Remembered.historyRun($0, 100_000_000)) }
    let answers = UnusualVolume().answers(batches, network)
    #expect(answers.count == 1)
    #expect(answers.first?.count == 5)
  }
}
