import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("New service: a port that an internal host did not serve before")
struct NewServiceTests {
  /// The host is known for something else.
  private static let network = Remembered.network([Remembered.served(Remembered.host, .ssh)])

  @Test(
    "One external address or two internal ones, above port 32767 two external ones",
    arguments: [
      (443, 0, 1, 0), (443, 0, 2, 1), (443, 1, 0, 1), (32_767, 1, 0, 1), (32_767, 0, 2, 1),
      (32_768, 1, 0, 0), (32_768, 2, 0, 1), (32_768, 0, 9, 0),
    ] as [(UInt16, UInt64, UInt64, Int)]
  )
  func clients(port: UInt16, outside: UInt64, inside: UInt64, findings: Int) {
    let endpoint = Remembered.endpoint(.tcp(port), outside: outside, inside: inside)
    #expect(NewService().found(in: .served(endpoint), Self.network).count == findings)
  }

  @Test("A protocol without ports serves nothing")
  func withoutPorts() {
    let endpoint = Remembered.endpoint(.icmp, outside: 9, inside: 9)
    #expect(NewService().found(in: .served(endpoint), Self.network).isEmpty)
  }

  @Test("Does not fire without a baseline of a week, and for services known before")
  func silent() {
    let ssh = Observations.served(Remembered.endpoint(.ssh, outside: 5))
    let web = Observations.served(Remembered.endpoint(.web, outside: 5))
    let known = Remembered.served(Remembered.host, .ssh)
    #expect(NewService().found(in: ssh, Self.network).isEmpty)
    #expect(NewService().found(in: web, Self.network).count == 1)
    #expect(NewService().found(in: web, Remembered.network(days: 6, [known])).isEmpty)
    #expect(NewService().found(in: web, Example.network(own: 20)).isEmpty)
    let elsewhere = Observations.served(Remembered.endpoint(.ssh, at: Example.own(4), outside: 5))
    #expect(NewService().found(in: elsewhere, Self.network).count == 1)
  }

  @Test(
    "With external clients of a known host it is unusual behavior, otherwise exposure",
    arguments: [(3, 1, 0, Stage.p4), (3, 0, 2, .p2), (4, 1, 0, .p2)]
      as [(Int, UInt64, UInt64, Stage)]
  )
  func stage(host: Int, outside: UInt64, inside: UInt64, stage: Stage) {
    let endpoint = Remembered.endpoint(
      .web,
      at: Example.own(host),
      outside: outside,
      inside: inside
    )
    #expect(NewService().found(in: .served(endpoint), Self.network).map(\.stage) == [stage])
  }

  @Test("The score combines where it is reached from and what the port is")
  func score() throws {
    func score(_ port: UInt16, outside: UInt64, inside: UInt64) throws -> Double {
      let endpoint = Remembered.endpoint(.tcp(port), outside: outside, inside: inside)
      return try #require(NewService().found(in: .served(endpoint), Self.network).first).exactScore
    }
    // External clients 0.5, sensitive 0.3: 40 + 29 * (1 - 0.5 * 0.7) = 58.85
    #expect(abs(try score(3389, outside: 1, inside: 0) - 58.85) < 1e-9)
    #expect(abs(try score(31_337, outside: 1, inside: 0) - 54.5) < 1e-9)
    // 20 + 19 * 0.3 = 25.7
    #expect(abs(try score(3389, outside: 0, inside: 2) - 25.7) < 1e-9)
    #expect(try score(31_337, outside: 0, inside: 2) == 20)
  }

  @Test("It has the first client and the suppression")
  func words() throws {
    let endpoint = Remembered.endpoint(.tcp(3389), outside: 2, inside: 1)
    let finding = try #require(NewService().found(in: .served(endpoint), Self.network).first)
    #expect(finding.title == "New service RDP")
    #expect(
      finding.detail
        == "sessions of 2 external and 1 internal addresses, e.g. 198.51.100.1; not served before"
    )
    #expect(finding.actor == .address(Remembered.host))
    #expect(finding.targets.count == 3)
    #expect(finding.targets.sample.map(\.address) == [Example.other(1)])
    #expect(
      finding.suppressWith
        == #"- {rule: new.service, source: "192.0.2.3", port: 3389, reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.source == nil)
    #expect(finding.evidenceQuery.isAnySource)
    #expect(finding.evidenceQuery.destination == Remembered.host)
    #expect(finding.evidenceQuery.port == 3389)
    #expect(finding.evidenceQuery.protocols == [6])
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let batches = (0..<4).map {
      Observations.served(
        Remembered.endpoint(.web, at: Example.own($0), outside: 1),
        Remembered.endpoint(.udp(53), at: Example.own($0), inside: 4)
      )
    }
    let answers = NewService().answers(batches, Self.network)
    #expect(answers.count == 1)
    #expect(answers.first?.count == 8)
  }
}
