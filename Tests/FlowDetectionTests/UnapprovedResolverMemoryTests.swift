import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Unapproved resolvers with a baseline")
struct UnapprovedResolverMemoryTests {
  private static let dns = Service.udp(53)

  private static func queries(_ packets: UInt64, _ host: IPAddress = Remembered.host)
    -> Observations
  {
    var servicePair = Remembered.servicePair(
      host,
      Example.other(1),
      dns,
      .outbound,
      OutcomeCounts(touched: 1)
    )
    servicePair.sums.packets = packets
    return .servicePairs(servicePair)
  }

  private static func score(_ network: NetworkContext) throws -> Double {
    try #require(UnapprovedResolver().found(in: queries(1000), network).first).exactScore
  }

  @Test("A new resolver weighs more; it requires a baseline of a week")
  func new() throws {
    // 1000 queries: half of 10..100000 * 0.3 = 0.15; new 0.3. 20 + 19 * (1 - 0.85 * 0.7) = 27.695
    #expect(abs(try Self.score(Remembered.network()) - 27.695) < 1e-6)
    // 20 + 19 * 0.15 = 22.85
    #expect(abs(try Self.score(Remembered.network(days: 6)) - 22.85) < 1e-6)
    #expect(abs(try Self.score(Example.network(own: 20)) - 22.85) < 1e-6)
    let colleague = Remembered.outward(Example.own(9), Example.other(77), Self.dns)
    #expect(abs(try Self.score(Remembered.network([colleague])) - 22.85) < 1e-6)
    let web = Remembered.outward(Example.own(9), Example.other(77), .web)
    #expect(abs(try Self.score(Remembered.network([web])) - 27.695) < 1e-6)
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    let batches = (0..<4).map { Self.queries(UInt64($0 + 1), Example.own($0)) }
    let answers = UnapprovedResolver().answers(batches, Remembered.network())
    #expect(answers.count == 1)
    #expect(answers.first?.count == 4)
  }
}
