import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

extension Example {
  static func sums(_ number: Int, bytes: UInt64 = 1000) -> InvestigationSums {
    var sums = InvestigationSums()
    sums.conversations = UInt64(number + 3)
    (sums.blocked, sums.silent, sums.sessions) = (1, 1, UInt64(number + 1))
    sums.rejected = 1
    (sums.packetsSent, sums.bytesSent) = (UInt64(number) + 4, bytes)
    (sums.packetsReceived, sums.bytesReceived) = (5, 2 * bytes)
    (sums.first, sums.last, sums.longest) = (begin + UInt32(number) * 600, begin + 7000, 90)
    sums.activity = 0b1011 << UInt64(number % 32)
    return sums
  }

  /// An attacker that tried SSH at three local addresses and Telnet at one of them; one of them began something itself.
  static func traffic(_ networks: [IPNetwork], peers: Int = 3) -> InvestigationTraffic {
    var traffic = InvestigationTraffic()
    traffic.networks = networks
    traffic.slices = LogSlices(begin...begin + 7200)
    (traffic.sent.records, traffic.sent.bytes, traffic.sent.packets) = (9, 12_345, 40)
    (traffic.received.records, traffic.received.bytes, traffic.received.packets) = (8, 1 << 21, 30)
    (traffic.sent.first, traffic.sent.last) = (begin, begin + 7000)
    (traffic.received.first, traffic.received.last) = (begin + 1, begin + 7000)
    for number in 0..<peers {
      let peer = own(10 + number)
      var all = InvestigationPeer(address: peer, mainService: Service(protocolNumber: 6, port: 22))
      all.sums = sums(number, bytes: UInt64(5000 - number))
      all.servicePairs = number == 0 ? 2 : 1
      all.began = [UInt64(number + 3), number == 1 ? 1 : 0, 0, 0]
      traffic.peers.offer(all)
      traffic.servicePairs.offer(
        InvestigationContact(
          peer: peer,
          service: Service(protocolNumber: 6, port: 22),
          initiator: .investigated,
          members: 1,
          sums: sums(number)
        )
      )
      traffic.began[0].add(sums(number))
    }
    var latePacket = InvestigationSums()
    (latePacket.conversations, latePacket.first, latePacket.last) = (2, begin, begin + 60)
    traffic.servicePairs.offer(
      InvestigationContact(
        peer: own(10),
        service: Service(protocolNumber: 17, port: 123),
        initiator: .latePacket,
        members: 1,
        sums: latePacket
      )
    )
    traffic.began[3].add(latePacket)
    for (initiator, port) in [(Initiator.investigated, UInt16(22)), (.latePacket, 123)] {
      traffic.services.offer(
        InvestigationService(
          service: Service(protocolNumber: port == 22 ? 6 : 17, port: port),
          initiator: initiator,
          peers: 3,
          sums: initiator == .latePacket ? latePacket : sums(2)
        )
      )
    }
    return traffic
  }

  /// The records of an attacker: four accepted ones in one bin, two rejected ones in another.
  static func tally() -> InvestigationTally {
    var batch = RecordBatch()
    for row in 0..<6 {
      batch.source[row] = stranger(7)
      batch.destination[row] = own(10)
      (batch.packets[row], batch.bytes[row]) = (2, 100)
      batch.start[row] = row < 4 ? begin : begin + 3600
      batch.end[row] = batch.start[row] + 20
      batch.action[row] = row < 4 ? FlowAction.accept.rawValue : FlowAction.reject.rawValue
    }
    batch.count = 6
    var tally = InvestigationTally()
    tally.add(batch, InvestigationQuery(IPNetwork(only: stranger(7))))
    return tally
  }

  /// An investigation with everything in it, about the actor of one finding.
  static func pivot(_ word: String = "203.0.113.7", peers: Int = 3) -> Report {
    let investigated = InvestigationTarget(word) ?? .interface(word)
    var report = emptyReport()
    report.command = ["weir", "pivot", word]
    report.input = fullReport().input
    report.notices = ["tcp-flags is missing"]
    report.own = Set((0..<64).map { own($0) })
    var mine = finding(7, title: "SSH brute force", score: 43)
    mine.why = fullFinding().why
    var later = finding(8, rule: "outbound.sweep", title: "Outbound SSH scan", score: 79)
    later.actor = .address(own(11))
    later.actorIsInternal = true
    (later.firstSeen, later.lastSeen) = (begin + 3000, begin + 9000)
    let other = finding(9, title: "Scan by somebody else")
    report.findings = [later, mine, other]
    let network =
      if case .network(let network) = investigated { network } else {
        IPNetwork(only: own(10))
      }
    report.pivot = Pivot(investigated, tally(), traffic([network], peers: peers), report)
    return report
  }

  /// An investigation of somebody whom no record holds.
  static func absent(_ word: String = "203.0.113.99") -> Report {
    var report = pivot()
    let investigated = InvestigationTarget(word) ?? .interface(word)
    report.pivot = Pivot(investigated, InvestigationTally(), InvestigationTraffic(), report)
    return report
  }
}
