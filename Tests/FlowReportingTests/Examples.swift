import FlowModel

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings
@testable import FlowReporting

enum Example {
  /// 2026-01-05T10:00:07Z.
  static let begin: UInt32 = 1_767_607_207
  static func own(_ number: Int) -> IPAddress { IPAddress(v4: 0xc000_0200 + UInt32(number)) }
  static func stranger(_ number: Int) -> IPAddress { IPAddress(v4: 0xcb00_7100 + UInt32(number)) }
  /// An IPv6 address with the longest text there is.
  static func longV6(_ number: Int) -> IPAddress {
    IPAddress(high: 0x2001_0db8_aaaa_bbbb, low: 0xcccc_dddd_eeee_f000 + UInt64(number))
  }

  static func finding(
    _ number: Int = 7,
    rule: RuleID = "scan.vertical",
    title: String = "Port scan",
    score: Double = 12.4,
    outcome: FindingOutcome = .blocked
  ) -> Finding {
    Finding(
      id: "id-\(rule)-\(title)-\(number)",
      rule: rule,
      title: title,
      exactScore: score,
      confidence: .high,
      stage: .p1,
      outcome: outcome,
      service: nil,
      actor: .address(stranger(number)),
      actorIsInternal: false,
      members: nil,
      targets: Targets(
        count: 1,
        isExact: true,
        sample: [Target(address: own(10), port: nil, interface: nil)]
      ),
      firstSeen: begin,
      lastSeen: begin + 3600,
      counts: FindingCounts(
        conversations: 20,
        records: 21,
        accepted: 1,
        rejected: 20,
        packets: 22,
        bytes: 880
      ),
      isSlow: false,
      why: [],
      detail: "20 closed ports",
      next: "Look.",
      techniques: [],
      suppressWith: "- {}",
      evidenceQuery: EvidenceQuery()
    )
  }

  /// A finding with every member that there is.
  static func fullFinding() -> Finding {
    var finding = finding(rule: "scan.horizontal", title: "SSH scan", score: 41.5)
    finding.id = "edf417b052464c14"
    finding.confidence = .medium
    finding.service = Service(protocolNumber: 6, port: 22)
    finding.actorIsInternal = true
    finding.members = Members(count: 1234, sample: [stranger(7), longV6(1)])
    finding.targets = Targets(
      count: 2345,
      isExact: false,
      sample: [
        Target(address: own(10), port: 22, interface: "eni-0a"),
        Target(address: own(11), port: nil, interface: nil),
      ]
    )
    if let network = IPNetwork("203.0.113.0/24") { finding.actor = .prefix(network) }
    finding.lastSeen = begin + 65 * 3600
    finding.isSlow = true
    finding.why = [
      Reason(
        measure: "local addresses tried",
        value: 2345,
        from: 10,
        to: 1000,
        weight: 0.6,
        contribution: 0.6
      ),
      Reason(
        measure: "hours",
        value: 65.5,
        from: 24,
        to: 720,
        weight: 0.2,
        contribution: 0.058_586
      ),
    ]
    finding.evidence = [Evidence(path: "a.log.gz", line: 3, text: "2 1234 \"eni\"")]
    finding.techniques = ["T1595.001", "T1046"]
    finding.suppressWith = #"- {rule: scan.horizontal, source: "203.0.113.7", reason: "say why"}"#
    return finding
  }

  /// One row in each table.
  static func tables() -> Tables {
    var tables = Tables()
    let (source, destination) = (stranger(7), own(10))
    tables.sshSources.offer(
      SSHSource(
        source: source,
        records: 1200,
        distinctDestinations: 1,
        accepted: 1,
        rejected: 1199,
        bytes: 48_000,
        first: begin,
        last: begin + 60
      )
    )
    tables.portScans.offer(
      PortScan(
        source: source,
        destination: destination,
        distinctPorts: 20,
        rejected: 20,
        records: 21
      )
    )
    tables.hostSweeps.offer(
      HostSweep(
        source: source,
        service: Service(protocolNumber: 17, port: 161),
        distinctDestinations: 6,
        rejected: 6,
        records: 7
      )
    )
    tables.topTalkers.offer(
      Talker(source: destination, destination: source, bytes: 1536, packets: 3, records: 1)
    )
    tables.externalDestinations.offer(
      Talker(source: destination, destination: longV6(2), bytes: 1023, packets: 1, records: 2)
    )
    tables.rejectedSources.offer(
      RejectedSource(source: source, records: 21, distinctDestinations: 1, distinctPorts: 20)
    )
    return tables
  }

  static func counts() -> LineCounts {
    var counts = LineCounts()
    counts.lines = 1008
    counts.headers = 1
    (counts.records.ok, counts.records.noData, counts.records.skipData) = (1000, 4, 1)
    counts.reject(.badPort, line: 9)
    counts.reject(.badPort, line: 7)
    counts.cover(start: begin, end: begin + 65 * 3600)
    return counts
  }

  static func source(_ path: String, fault: String? = nil) -> SourceSummary {
    SourceSummary(
      path: path,
      form: "gzip",
      formats: [],
      counts: LineCounts(),
      fault: fault,
      isTruncated: false,
      compressedBytes: 0,
      bytes: 0
    )
  }

  /// A report of nothing.
  static func emptyReport() -> Report {
    Report(
      command: [],
      input: InputSummary(sources: [], skipDataWindows: 0, isComplete: true),
      findings: [],
      tables: Tables(),
      notices: [],
      isInterrupted: false
    )
  }

  /// A report with every member that there is, each once.
  static func fullReport() -> Report {
    var faulty = source("b.log.gz", fault: "ends in the middle of a gzip stream")
    faulty.formats = [
      RecordFormat(names: "srcaddr dstaddr", origin: .header), .init(names: "odd", origin: .option),
    ]
    faulty.counts = counts()
    faulty.isTruncated = true
    (faulty.compressedBytes, faulty.bytes) = (1000, 250_000)
    return Report(
      command: ["weir", "analyze", "b.log.gz"],
      input: InputSummary(
        sources: [faulty, source("a.log.gz")],
        skipDataWindows: 1,
        isComplete: false
      ),
      findings: [fullFinding()],
      tables: tables(),
      notices: ["tcp-flags is missing"],
      isInterrupted: true
    )
  }
}

extension [UInt8] {
  var text: String { String(decoding: self, as: UTF8.self) }
}
