import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

@Suite("Idle interface: without use")
struct IdleInterfaceTests {
  private static let day: UInt32 = 86_400
  private static let address = Example.own(3)

  /// A log of so many seconds with one interface, and a baseline with its first and last use so many days before the
  /// log's end.
  private static func network(
    seconds: UInt32 = day,
    known: UInt32? = nil,
    used: UInt32? = nil,
    address: IPAddress? = address
  ) -> NetworkContext {
    var network = Example.network(logSeconds: seconds)
    network.interfaces = [NetworkContext.Interface(id: "eni-1", address: address)]
    guard known != nil || used != nil else { return network }
    let end = network.logEnd
    var baselineEntries: [BaselineEntry: Seen] = [:]
    if let known {
      baselineEntries[.interface("eni-1")] = Seen(first: end - known * day, last: end - day)
    }
    if let used {
      baselineEntries[.interfaceUsed("eni-1")] = Seen(first: end - 60 * day, last: end - used * day)
    }
    network.baseline = Baseline(
      days: 7,
      firstStart: end - 60 * day,
      lastEnd: end - day,
      baselineEntries: baselineEntries,
      volumes: [:]
    )
    return network
  }

  @Test(
    "A log of a week is sufficient, an hour more or less",
    arguments: [
      (day, 0), (7 * day - 3601, 0), (7 * day - 3600, 1), (7 * day, 1), (30 * day, 1),
    ] as [(UInt32, Int)]
  )
  func log(seconds: UInt32, findings: Int) {
    let network = Self.network(seconds: seconds)
    #expect(IdleInterface().found(in: Observations(), network).count == findings)
  }

  @Test(
    "Or a baseline that contains it for so long without use",
    arguments: [
      (6, nil, 0), (7, nil, 1), (30, 6, 0), (30, 7, 1), (nil, 30, 0),
    ] as [(UInt32?, UInt32?, Int)]
  )
  func memory(known: UInt32?, used: UInt32?, findings: Int) {
    let network = Self.network(known: known, used: used)
    #expect(IdleInterface().found(in: Observations(), network).count == findings)
  }

  @Test("Any initiated or answered conversation is use; failed inbound attempts are none")
  func used() {
    let network = Self.network(known: 30)
    func found(_ observations: Observations) -> Int {
      IdleInterface().found(in: observations, network).count
    }
    #expect(found(.uses(Remembered.use())) == 0)
    #expect(found(.uses(Remembered.use(Example.own(4)))) == 1)
    let inside = { Remembered.servicePair(Self.address, Example.own(4), .ssh, .lateral, $0) }
    #expect(found(.servicePairs(inside(OutcomeCounts(touched: 1)))) == 0)
    #expect(found(.servicePairs(inside(OutcomeCounts(silent: 9)))) == 1)
    let back = Remembered.servicePair(Example.own(4), Self.address, .ssh, .lateral)
    #expect(found(.servicePairs(back)) == 0)
    #expect(found(.served(Remembered.endpoint(.web, at: Self.address, outside: 1))) == 0)
    #expect(found(.served(Remembered.endpoint(.web, at: Self.address, inside: 1))) == 0)
    #expect(found(.served(Remembered.endpoint(.web, at: Self.address))) == 1)
    var tried = Observations()
    tried.sourcePrefixes = SourcePrefix.of([.outbound([.tried(.web, failed: 9)])])
    #expect(found(tried) == 0)
    tried.sourcePrefixes = SourcePrefix.of([.trying([.each(.ssh, blocked: 9)], from: Self.address)]
    )
    #expect(found(tried) == 1)
  }

  @Test("The score is how many days, up to 90")
  func score() throws {
    func score(_ days: UInt32) throws -> Double {
      let findings = IdleInterface().found(in: Observations(), Self.network(known: days))
      return try #require(findings.first).exactScore
    }
    #expect(try score(7) == 1)
    // 1 + 14 * 0.5 = 8
    #expect(abs(try score(90) - 8) < 1e-9)
    #expect(abs(try score(900) - 8) < 1e-9)
    // 25 days: ln (25 / 7) / ln (90 / 7) = 0.4984. 1 + 14 * 0.2492 = 4.489
    #expect(abs(try score(25) - 4.489) < 0.001)
  }

  @Test("It names the interface and since when")
  func words() throws {
    let network = Self.network(known: 30, used: 10)
    let finding = try #require(IdleInterface().found(in: Observations(), network).first)
    #expect(finding.title == "Unused interface")
    #expect(finding.stage == .note)
    #expect(finding.detail == "eni-1, no conversation initiated or answered for 10 days")
    #expect(finding.targets.sample == [Target(address: Self.address, interface: "eni-1")])
    #expect(finding.firstSeen == network.logEnd - 10 * Self.day)
    #expect(finding.lastSeen == network.logEnd)
    #expect(finding.suppressWith == #"- {rule: eni.idle, source: "192.0.2.3", reason: "say why"}"#)
    #expect(finding.evidenceQuery.destination == Self.address)
  }

  @Test("An interface without a known address is named by its id")
  func withoutAddress() throws {
    let network = Self.network(known: 30, address: nil)
    let finding = try #require(IdleInterface().found(in: .uses(Remembered.use()), network).first)
    #expect(finding.actor == .campaign("eni-1"))
    #expect(finding.targets.count == 0)
  }

  @Test("Batches in any order give the same")
  func anyOrder() {
    var network = Self.network(seconds: 8 * Self.day)
    network.interfaces = (0..<8).map {
      NetworkContext.Interface(id: "eni-\($0)", address: Example.own($0))
    }
    let batches = (0..<5).map { Observations.uses(Remembered.use(Example.own($0))) }
    let answers = IdleInterface().answers(batches, network)
    #expect(answers.count == 1)
    #expect(answers.first?.count == 3)
  }
}
