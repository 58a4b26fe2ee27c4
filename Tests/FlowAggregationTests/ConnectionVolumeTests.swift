import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowFindings

@Suite("Connection series: sent bytes and prevalence")
struct ConnectionVolumeTests {
  @Test("The busiest hour and the busiest 24 hours, by what was sent")
  func busiest() throws {
    func upload(_ bytes: UInt32, hour: UInt32) -> [SampleRecord] {
      let shape = LoginShape(
        clientPackets: 2000,
        clientBytes: bytes,
        serverPackets: 90,
        serverBytes: bytes / 10
      )
      return SampleRecord.conversation(
        "10.0.0.1",
        ConnectionSeriesTests.peer,
        from: UInt16(40_000 + hour),
        to: 443,
        shape,
        at: noon + hour * 3600 + 100
      )
    }
    let records =
      upload(2_000_000, hour: 0) + upload(3_000_000, hour: 20) + upload(4_000_000, hour: 24)
      + upload(2_000_000, hour: 43)
    let one = try #require(try ConnectionSeriesTests.run(records).first)
    #expect(one.busiestHour == noon / 3600 + 24)
    #expect([one.busiestHourOut, one.busiestHourIn] == [4_000_000, 400_000])
    // Hours 20 to 43 are 24 hours.
    #expect(one.busiestDayOut == 9_000_000)
    #expect(abs(one.uploadShare - 9.0 / 11) < 1e-12)
  }

  @Test(
    "The upload share is what went out more, of all",
    arguments: [
      (0, 0, 0), (5, 5, 0), (5, 9, 0), (9, 0, 1), (9, 1, 0.8), (.max, .max, 0), (.max, 0, 1),
    ] as [(UInt64, UInt64, Double)]
  )
  func uploadShare(out: UInt64, back: UInt64, share: Double) {
    #expect(ConnectionSeries.uploadShare(out, back) == share)
  }

  @Test("The prevalence of a service counts the hosts that use its network")
  func prevalence() throws {
    // Both internal hosts use the /24: one periodically, the other one once.
    let visit = SampleRecord.conversation(
      "10.0.0.2",
      "203.0.113.77",
      from: 41_000,
      to: 443,
      .greeting,
      interface: 2
    )
    let elsewhere = SampleRecord.conversation(
      "10.0.0.3",
      "198.51.100.7",
      from: 41_000,
      to: 443,
      .greeting,
      interface: 2
    )
    let records =
      SampleRecord.background + ConnectionSeriesTests.connections(144) + visit + elsewhere
    let prevalence = try SampleRun(records).result.prevalence
    let peer = try #require(IPAddress(ConnectionSeriesTests.peer))
    let web = Service(protocolNumber: 6, port: 443)
    #expect(prevalence.activeHosts == 3)
    #expect(prevalence.hosts(NetworkUse(around: peer, web)) == 2)
    // The prevalence of other ones is not counted.
    let other = try #require(IPAddress("198.51.100.7"))
    #expect(prevalence.hosts(NetworkUse(around: other, web)) == 0)
    #expect(
      prevalence.hosts(NetworkUse(around: peer, Service(protocolNumber: 17, port: 443))) == 0
    )
  }
}
