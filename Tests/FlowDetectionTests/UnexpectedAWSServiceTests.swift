import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Unexpected AWS service: a service or region that a host never used")
struct UnexpectedAWSServiceTests {
  /// 198.51.100.0/24 is S3 in Ireland, 203.0.113.0/24 in Tokyo.
  private static func network(days: Int = 7, _ known: [BaselineEntry]) throws -> NetworkContext {
    var network = Remembered.network(days: days, known)
    network.awsPrefixes = AWSPrefixes([
      AWSPrefix(
        network: try #require(IPNetwork("198.51.100.0/24")),
        service: "S3",
        region: "eu-west-1"
      ),
      AWSPrefix(
        network: try #require(IPNetwork("203.0.113.0/24")),
        service: "S3",
        region: "ap-northeast-1"
      ),
    ])
    return network
  }

  private static let ireland = Remembered.labelled(.awsService, Remembered.host, "S3 eu-west-1")
  private static let tokyo = Observations.uses(
    Remembered.use(Remembered.host, Example.stranger(1), out: 1000, back: 500)
  )

  @Test("Does not fire for services in use before, and for networks outside AWS")
  func known() throws {
    let network = try Self.network([Self.ireland])
    let ireland = Observations.uses(Remembered.use())
    #expect(UnexpectedAWSService().found(in: ireland, network).isEmpty)
    #expect(UnexpectedAWSService().found(in: Self.tokyo, network).count == 1)
    let elsewhere = Observations.uses(Remembered.use(Remembered.host, IPAddress(v4: 0x0808_0808)))
    #expect(UnexpectedAWSService().found(in: elsewhere, network).isEmpty)
  }

  @Test("Does not fire without a baseline of a week with the ranges, and without the ranges")
  func silent() throws {
    func found(_ network: NetworkContext) -> Int {
      UnexpectedAWSService().found(in: Self.tokyo, network).count
    }
    #expect(try found(Self.network(days: 6, [Self.ireland])) == 0)
    #expect(try found(Self.network(days: 7, [Remembered.outward()])) == 0)
    #expect(try found(Self.network(days: 7, [Self.ireland])) == 1)
    #expect(found(Remembered.network([Self.ireland])) == 0)
    #expect(found(Example.network(own: 20)) == 0)
  }

  @Test("Unusual if no other host uses it, otherwise exposure", arguments: [false, true])
  func stage(isKnownToOthers: Bool) throws {
    let other = Remembered.labelled(.awsService, Example.own(9), "S3 ap-northeast-1")
    let network = try Self.network([Self.ireland] + (isKnownToOthers ? [other] : []))
    let use = Remembered.use(Remembered.host, Example.stranger(1), out: 10_000_000_000)
    let finding = try #require(UnexpectedAWSService().found(in: .uses(use), network).first)
    #expect(finding.stage == (isKnownToOthers ? .p2 : .p4))
    // 1e10 bytes: 0.4; no other host 0.3. 40 + 29 * (1 - 0.6 * 0.7) = 56.82, 20 + 19 * 0.4 = 27.6
    #expect(abs(finding.exactScore - (isKnownToOthers ? 27.6 : 56.82)) < 1e-9)
  }

  @Test("All networks of a service and region are one finding")
  func joined() throws {
    let uses = Observations.uses(
      Remembered.use(Remembered.host, Example.stranger(1), out: 1000, back: 500),
      Remembered.use(Remembered.host, Example.stranger(1), .ssh, out: 20_000, back: 0)
    )
    let findings = UnexpectedAWSService().found(in: uses, try Self.network([Self.ireland]))
    let finding = try #require(findings.first)
    #expect(findings.count == 1)
    #expect(finding.title == "New AWS service")
    #expect(
      finding.detail == "S3 ap-northeast-1, 20.5 KiB sent, 500 B received, not used before"
    )
    #expect(finding.counts.conversations == 2)
    #expect(finding.actor == .address(Remembered.host))
    #expect(finding.targets.sample == [Target(address: Example.stranger(1), port: 443)])
    #expect(
      finding.suppressWith
        == #"- {rule: aws-service.unexpected, source: "192.0.2.3", destination: "203.0.113.1", port: 443, reason: "say why"}"#
    )
    #expect(finding.evidenceQuery.destinationNetwork == IPNetwork("203.0.113.0/24"))
    #expect(finding.evidenceQuery.destination == nil)
  }

  @Test("Batches in any order give the same")
  func anyOrder() throws {
    let batches = (0..<5).map {
      Observations.uses(Remembered.use(Example.own($0), Example.stranger(1), out: UInt64($0)))
    }
    let answers = UnexpectedAWSService().answers(batches, try Self.network([Self.ireland]))
    #expect(answers.count == 1)
    #expect(answers.first?.count == 5)
  }
}
