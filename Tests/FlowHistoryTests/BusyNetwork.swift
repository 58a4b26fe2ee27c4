import FlowDetection
import FlowModel
import FlowTestSupport

@testable import FlowFindings

/// A network of hosts that do about the same every day, out of a seed.
struct BusyNetwork {
  var hosts = 1_000
  /// Outside networks that each host communicates with, every one every day.
  var outside = 300
  /// Objects that hold a run.
  var objects = 288
  /// Findings of a run.
  var findings = 400
  var seed: UInt64 = 1

  private static let firstDay: UInt32 = 20_000

  /// One run; runs count from 0.
  func historyRun(_ number: Int) -> HistoryRun {
    let midnight = (Self.firstDay + UInt32(number)) * 86_400
    var facts = RunObservations()
    var random = SplitMix(seed &+ UInt64(number) &* 1_000_003)
    facts.baselineEntries.reserveCapacity(hosts * (outside + 12))
    for host in 0..<hosts {
      note(host, midnight, &facts, &random)
      fill(host, midnight / 3600, &facts, &random)
    }
    return HistoryRun(
      firstStart: midnight,
      lastEnd: midnight + 86_399,
      records: UInt64(hosts) * 20_000,
      facts: facts,
      findings: (0..<findings).map { finding($0, midnight) },
      objects: (0..<objects).map { object($0, number) },
      isComplete: true
    )
  }

  func address(_ host: Int) -> IPAddress { IPAddress(v4: 0x0a14_0000 + UInt32(host)) }

  private func note(
    _ host: Int,
    _ midnight: UInt32,
    _ facts: inout RunObservations,
    _ random: inout SplitMix
  ) {
    // The same networks every run, whatever else the run draws.
    var places = SplitMix(seed &+ UInt64(host))
    for _ in 0..<outside {
      let network = IPNetwork(
        IPAddress(v4: UInt32.random(in: 0x1800_0000...0xd000_0000, using: &places)),
        prefixLength: 24
      )
      let service = Service(protocolNumber: 6, port: places.oneIn(4) ? 80 : 443)
      let first = midnight + UInt32(random.below(80_000))
      let seen = Seen(first: first, last: first + 300, bytes: UInt64(random.below(1 << 24)))
      facts.note(
        BaselineEntry(.outward, host: address(host), peer: network, service: service),
        seen
      )
    }
    for other in 1...8 {
      let peer = IPNetwork(address((host + other * 7) % hosts), prefixLength: 32)
      let seen = Seen(first: midnight + 60, last: midnight + 86_000, bytes: 123_456)
      facts.note(
        BaselineEntry(
          .inner,
          host: address(host),
          peer: peer,
          service: Service(protocolNumber: 6, port: 5432)
        ),
        seen
      )
    }
    let seen = Seen(first: midnight + 60, last: midnight + 86_000, bytes: 99_999_999)
    facts.note(BaselineEntry(.egress, host: address(host), label: "nat gateway"), seen)
    facts.note(BaselineEntry(.awsService, host: address(host), label: "S3 eu-west-1"), seen)
    facts.note(
      BaselineEntry(.interface, host: address(host), label: "eni-0123456789abc\(host)"),
      seen
    )
    facts.note(
      BaselineEntry(.interfaceUsed, host: address(host), label: "eni-0123456789abc\(host)"),
      seen
    )
  }

  private func fill(
    _ host: Int,
    _ firstHour: UInt32,
    _ facts: inout RunObservations,
    _ random: inout SplitMix
  ) {
    for hour in firstHour..<(firstHour + 24) {
      var volume = HourVolume()
      volume.bytesOut = UInt64(random.below(1 << 28))
      volume.bytesIn = UInt64(random.below(1 << 31))
      volume.conversations = UInt64(random.below(20_000))
      facts.volumes[HostHour(host: address(host), hour: hour)] = volume
    }
  }

  private func finding(_ rank: Int, _ midnight: UInt32) -> RememberedFinding {
    RememberedFinding(
      id: "f\(seed)-\(rank)-0123456789abcdef",
      rule: "scan.horizontal",
      title: "Horizontal scan",
      actor: "203.0.113.\(rank % 256)",
      score: max(1, 95 - rank),
      targets: UInt64(rank),
      firstSeen: midnight,
      lastSeen: midnight + 86_000,
      since: midnight
    )
  }

  private func object(_ number: Int, _ historyRun: Int) -> ReadObject {
    let name =
      "/data/AWSLogs/123456789012/vpcflowlogs/eu-west-1/day-\(historyRun)/123456789012_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_\(number)_89abcdef.log.gz"
    return ReadObject(name: name, size: 1_000_000 + UInt64(number))
  }
}
