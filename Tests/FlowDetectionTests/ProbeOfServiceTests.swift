import FlowAggregation
import FlowModel
import Testing

@testable import FlowDetection
@testable import FlowFindings

@Suite("Probe: external sources at a sensitive service, too few addresses for a scan")
struct ProbeOfServiceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var what: String
    var own = 20
    var service = Service.ssh
    var blocked = 0
    var touched = 0
    var sessions = 0
    var isInternal = false
    var fires: Bool
    var testDescription: String { "\(what) → \(fires ? "fires" : "silent")" }
  }

  @Test(
    "One inbound attempt at a sensitive TCP service is enough",
    arguments: [
      Case(what: "SSH once", blocked: 1, fires: true),
      Case(what: "SSH answered", touched: 1, fires: true),
      Case(what: "SSH session", sessions: 1, fires: true),
      Case(what: "SSH from an internal host", blocked: 1, isInternal: true, fires: false),
      Case(what: "SSH on 9 of 20", blocked: 9, fires: true),
      Case(what: "SSH on 10 of 20, a scan", blocked: 10, fires: false),
      Case(what: "SSH on 2 of 6", own: 6, blocked: 2, fires: true),
      Case(what: "SSH on 3 of 6, a scan", own: 6, blocked: 3, fires: false),
      Case(what: "SSH sessions on 10, no scan", sessions: 10, fires: true),
      Case(what: "MySQL", service: .tcp(3306), blocked: 1, fires: true),
      Case(what: "kubelet", service: .tcp(10250), blocked: 1, fires: true),
      Case(what: "HTTPS", service: .web, blocked: 5, fires: false),
      Case(what: "HTTP", service: .tcp(80), blocked: 5, fires: false),
      Case(what: "memcached by UDP", service: .udp(11211), blocked: 5, fires: false),
    ]
  )
  func threshold(_ example: Case) {
    let attempts = ServiceAttempts.each(
      example.service,
      blocked: example.blocked,
      touched: example.touched,
      sessions: example.sessions
    )
    let source = SourceProfile.trying([attempts], isInternal: example.isInternal)
    let findings = ProbeOfService().found(in: [source], Example.network(own: example.own))
    #expect(findings.count == (example.fires ? 1 : 0))
  }

  @Test("IPv6 sources are compared with the local IPv6 addresses", arguments: [(9, 1), (10, 0)])
  func addressFamily(blocked: Int, findings: Int) {
    let source = SourceProfile.trying(
      [.each(.ssh, blocked: blocked, own: Example.ownV6)],
      from: Example.strangerV6(1)
    )
    let network = Example.network(own: 2, ownV6: 50)
    #expect(ProbeOfService().found(in: [source], network).count == findings)
  }

  @Test("Each service is a separate finding with its members")
  func groups() throws {
    let findings = Ranking.sorted(
      ProbeOfService().found(in: [
        .trying([.each(.ssh, blocked: 2), .each(.tcp(3389), blocked: 1)]),
        .trying([.each(.ssh, touched: 1)], from: Example.other(1)),
      ])
    )
    #expect(Set(findings.map(\.title)) == ["SSH scan, few addresses", "RDP probes"])
    let ssh = try #require(findings.first { $0.service == .ssh })
    #expect(ssh.actor == .campaign("sources of SSH probes"))
    #expect(ssh.members?.count == 2)
    #expect(ssh.counts.conversations == 3)
    #expect(ssh.detail == "2 without response, 1 answered")
    #expect(ssh.outcome == .touched)
    #expect(ssh.targets.count == 2)
    #expect(ssh.targets.isExact)
    #expect(ssh.evidenceQuery.source == nil)
    #expect(ssh.suppressWith == #"- {rule: scan.probe, port: 22, reason: "say why"}"#)
    let rdp = try #require(findings.first { $0.service == .tcp(3389) })
    #expect(rdp.members?.sample == [Example.stranger(7)])
  }

  @Test("Members stand by activity, then by address")
  func memberOrder() throws {
    let finding = try #require(
      ProbeOfService().found(in: [
        .trying([.each(.ssh, blocked: 2)], from: Example.stranger(9)),
        .trying([.each(.ssh, blocked: 5)], from: Example.stranger(8)),
        .trying([.each(.ssh, blocked: 2)], from: Example.other(3)),
        .trying([.each(.ssh, blocked: 2)], from: Example.strangerV6(1)),
      ]).first
    )
    let members = finding.members?.sample
    #expect(
      members == [
        Example.stranger(8), Example.other(3), Example.stranger(9), Example.strangerV6(1),
      ]
    )
  }

  @Test("The members shown are capped at 1,000, their number is exact", arguments: [1000, 5000])
  func cap(sources: Int) throws {
    // The last source is the busiest one, so a cap by arrival would lose it.
    let profiles = (1...sources).map { number in
      SourceProfile.trying(
        [.each(.ssh, blocked: number == sources ? 2 : 1, own: Example.ownV6)],
        from: Example.strangerV6(number)
      )
    }
    let finding = try #require(
      ProbeOfService().found(in: profiles, Example.network(own: 0, ownV6: 50)).first
    )
    let members = try #require(finding.members)
    #expect(members.count == UInt64(sources))
    #expect(members.sample == ([sources] + Array(1...999)).map(Example.strangerV6))
  }

  @Test("Workers that saw different sources name the same members", arguments: [true, false])
  func mergedCap(reversed: Bool) throws {
    let network = Example.network(own: 0, ownV6: 50)
    func probe(_ numbers: ClosedRange<Int>) -> ProbeOfService {
      var probe = ProbeOfService()
      let sources = numbers.map {
        SourceProfile.trying(
          [.each(.ssh, blocked: 1, own: Example.ownV6)],
          from: Example.strangerV6($0)
        )
      }
      var observations = Observations()
      observations.sourcePrefixes = SourcePrefix.of(sources)
      probe.observe(observations, network)
      return probe
    }
    let (low, high) = (probe(1...800), probe(801...1600))
    var merged = reversed ? high : low
    merged.merge(reversed ? low : high)
    let members = try #require(merged.findings(network).findings.first?.members)
    #expect(members.count == 1600)
    #expect(members.sample == (1...1000).map(Example.strangerV6))
  }

  @Test("More targets than a source could list make the count a lower bound", arguments: [8, 9])
  func lowerBound(targets: Int) throws {
    let source = SourceProfile.trying([.each(.ssh, blocked: targets)])
    let finding = try #require(ProbeOfService().found(in: [source]).first)
    #expect(finding.targets.isExact == (targets == 8))
    #expect(finding.targets.count == 8)
  }

  @Test("The score combines sources and conversations within 5 to 15")
  func score() throws {
    // One source, nine conversations: all at the foot.
    let one = try #require(
      ProbeOfService().found(in: [.trying([.each(.ssh, blocked: 9)])]).first
    )
    #expect(one.exactScore == 5)
    // 10 sources: 0.3 / 3 = 0.1; 100 conversations: 0.15 / 3 = 0.05.
    // 5 + 24 * (1 - 0.9 * 0.95) = 8.48
    let ten = (0..<10).map { number in
      var attempts = ServiceAttempts.each(.ssh, blocked: 1)
      attempts.outcomes = OutcomeCounts(blocked: 10)
      return SourceProfile.trying([attempts], from: Example.stranger(number))
    }
    let some = try #require(ProbeOfService().found(in: ten).first)
    #expect(abs(some.exactScore - 8.48) < 0.0001)
    // 1,000 sources and 10,000 conversations: 5 + 24 * (1 - 0.7 * 0.85) = 14.72
    let crowd = (1...1000).map { number in
      var attempts = ServiceAttempts.each(.ssh, blocked: 1, own: Example.ownV6)
      attempts.outcomes = OutcomeCounts(blocked: 10)
      return SourceProfile.trying([attempts], from: Example.strangerV6(number))
    }
    let most = try #require(ProbeOfService().found(in: crowd).first)
    #expect(abs(most.exactScore - 14.72) < 0.0001)
  }
}
