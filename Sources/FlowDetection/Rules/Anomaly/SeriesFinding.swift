internal import FlowAggregation
internal import FlowFindings
internal import FlowModel

/// Series that a detector judges after the prevalence of their destinations is known.
///
/// If there are too many, those with the most bytes are kept.
struct SeriesCandidates: Sendable {
  private(set) var series: [ConnectionSeries] = []
  private(set) var dropped: UInt64 = 0

  mutating func add(_ candidate: ConnectionSeries) {
    series.append(candidate)
    trim(from: 2 * Found.limit)
  }

  mutating func add(_ other: SeriesCandidates) {
    series += other.series
    dropped += other.dropped
    trim(from: 2 * Found.limit)
  }

  private mutating func trim(from size: Int) {
    guard series.count >= size else { return }
    series.sort(by: Self.isBefore)
    dropped += UInt64(series.count - Found.limit)
    series.removeLast(series.count - Found.limit)
  }

  private static func isBefore(_ left: ConnectionSeries, _ right: ConnectionSeries) -> Bool {
    if left.bytesOut != right.bytesOut { return left.bytesOut > right.bytesOut }
    if left.connections != right.connections { return left.connections > right.connections }
    return (left.host, left.peer, left.service) < (right.host, right.peer, right.service)
  }

  /// The series that are judged.
  ///
  /// The number of candidates depends on the work split. The series with the most bytes are the same in every run.
  var kept: SeriesCandidates {
    var kept = self
    kept.trim(from: Found.limit + 1)
    return kept
  }

  /// The findings that a judge returns for the candidates.
  func findings(_ judge: (ConnectionSeries) -> Finding?) -> Found {
    let kept = kept
    var found = Found()
    for candidate in kept.series { if let finding = judge(candidate) { found.add(finding) } }
    found.drop(kept.dropped)
    return found
  }
}

extension ConnectionSeries {
  /// NTP and DNS.
  ///
  /// Their clients connect periodically and reuse one pair of ports.
  var isTimeOrName: Bool {
    Ports.resolver.contains(service.port)
      || service == Service(protocolNumber: ProtocolNumber.udp, port: 123)
  }
}

extension FindingDraft {
  /// A finding about the traffic of an internal host with one external service.
  init(_ rule: Rule, title: String, stage: Stage, about series: ConnectionSeries) {
    self.init(rule, title: title, stage: stage, actor: .address(series.host))
    let service = series.service
    note(host: series.host, peer: series.peer, service)
    conversations = series.connections
    outcome =
      series.answered == 0 ? .silent : series.refused == series.connections ? .refused : .open
    confidence = series.directed * 20 >= series.connections * 19 ? .high : .medium
    countsRecords = false
    (sums.packets, sums.bytes) = (series.packetsOut, series.bytesOut)
    (sums.first, sums.last, sums.activity) = (series.first, series.last, series.activity)
  }

  /// A finding about one host-service pair.
  init(_ rule: Rule, title: String, stage: Stage, about servicePair: HostServicePair) {
    let isInbound = servicePair.trafficDirection == .inbound
    self.init(rule, title: title, stage: stage, actor: .address(servicePair.source))
    note(servicePair.outcomes, sure: servicePair.sure)
    note(host: servicePair.source, peer: servicePair.destination, servicePair.service)
    actorIsInternal = !isInbound
    evidence.isOutward = servicePair.trafficDirection == .outbound
    sums = servicePair.sums
  }

  /// Records source, destination and service in all fields that name them.
  mutating func note(host: IPAddress, peer: IPAddress, _ service: Service) {
    key = [peer.keyText, "\(service.protocolNumber)/\(service.port)"]
    self.service = service
    actorIsInternal = true
    targets = Targets(
      count: 1,
      isExact: true,
      sample: [Target(address: peer, service: service)]
    )
    suppression = SuppressionScope(
      source: host.description,
      destination: peer,
      service: service
    )
    let hasPorts = ProtocolNumber.hasPorts(service.protocolNumber)
    evidence = EvidenceQuery(
      source: IPNetwork(only: host),
      destination: peer,
      protocols: [service.protocolNumber],
      port: hasPorts ? service.port : nil
    )
    evidence.isOutward = true
  }
}

/// Numbers in finding texts.
enum NumberText {
  /// `950 B`, `12.0 KiB`, `3.4 MiB`: binary units with one decimal, rounded down.
  static func bytes(_ count: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var (whole, tenths, unit) = (count, UInt64(0), 0)
    while whole >= 1024, unit < units.count - 1 {
      tenths = whole % 1024 * 10 / 1024
      whole /= 1024
      unit += 1
    }
    return unit > 0 ? "\(whole).\(tenths) \(units[unit])" : "\(whole) B"
  }

  /// `8,409,992`: digits in groups of three.
  static func count(_ count: some BinaryInteger) -> String {
    let digits = String(count)
    return digits.enumerated().map { place, digit in
      place > 0 && (digits.count - place) % 3 == 0 ? ",\(digit)" : "\(digit)"
    }.joined()
  }

  /// `450 s`, `12 min`, `5.5 h`, `3 d`.
  static func duration(_ seconds: UInt32) -> String {
    switch seconds {
    case ..<600: return "\(seconds) s"
    case ..<7200: return "\((seconds + 30) / 60) min"
    case ..<172_800:
      let tenths = seconds % 3600 / 360
      return tenths > 0 ? "\(seconds / 3600).\(tenths) h" : "\(seconds / 3600) h"
    default: return "\(seconds / 86_400) d"
    }
  }

  /// Parts that are not empty, with a separator between.
  static func joined(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
