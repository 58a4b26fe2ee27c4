import FlowModel
import Testing

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

/// Earlier runs, and the observations of the next one.
enum Remembered {
  static let host = Example.own(3)
  /// The first hour of this run, since 1970.
  static let hour = Example.start / 3600
  static let week: UInt32 = 7 * 86_400

  /// A baseline that ends an hour before this run.
  static func baseline(
    days: Int = 7,
    _ baselineEntries: [BaselineEntry] = [],
    seenOn seenDays: UInt32 = 1,
    volumes: [IPAddress: [(hour: UInt32, volume: HourVolume)]] = [:]
  ) -> Baseline {
    let seen = Seen(first: Example.start - week, last: Example.start - 3600, days: seenDays)
    return Baseline(
      days: days,
      firstStart: Example.start - UInt32(days) * 86_400,
      lastEnd: Example.start - 1,
      baselineEntries: Dictionary(baselineEntries.map { ($0, seen) }) { first, _ in first },
      volumes: volumes
    )
  }

  /// Makes the host itself known to the baseline, without its services.
  static let knownHost = BaselineEntry(
    .served,
    host: host,
    service: Service(protocolNumber: 6, port: 9)
  )

  /// A run with a baseline of a week before it.
  static func network(
    days: Int = 7,
    _ baselineEntries: [BaselineEntry] = [],
    seenOn seenDays: UInt32 = 1,
    volumes: [IPAddress: [(hour: UInt32, volume: HourVolume)]] = [:]
  ) -> NetworkContext {
    var network = Example.network(logSeconds: 86_400)
    network.baseline = baseline(days: days, baselineEntries, seenOn: seenDays, volumes: volumes)
    return network
  }

  /// A host that used an external service.
  static func outward(
    _ host: IPAddress = host,
    _ peer: IPAddress = Example.other(1),
    _ service: Service = .web
  ) -> BaselineEntry {
    BaselineEntry(.outward, host: host, peer: IPNetwork(around: peer), service: service)
  }

  /// So many hosts that used an external web service, without `host`.
  static func others(_ count: Int) -> [BaselineEntry] {
    (0..<count).map { outward(Example.own(100 + $0), IPAddress(v4: 0xc633_0001)) }
  }

  static func served(_ host: IPAddress, _ service: Service) -> BaselineEntry {
    BaselineEntry(.served, host: host, service: service)
  }

  static func inner(_ source: IPAddress, _ target: IPAddress, _ service: Service) -> BaselineEntry {
    BaselineEntry(.inner, host: source, peer: IPNetwork(only: target), service: service)
  }

  static func labelled(_ kind: BaselineEntry.Kind, _ host: IPAddress, _ label: String)
    -> BaselineEntry
  {
    BaselineEntry(kind, host: host, label: label)
  }

  /// The hour of this run in the runs before it, the oldest first, with nothing in between.
  static func sameHours(_ bytes: [UInt64]) -> [(hour: UInt32, volume: HourVolume)] {
    bytes.indices.map { (hour - 24 * UInt32(bytes.count - $0), volume(bytes[$0])) }
  }

  /// Bytes of one hour, three quarters of which went out.
  static func volume(_ bytes: UInt64) -> HourVolume {
    var volume = HourVolume()
    (volume.bytesOut, volume.bytesIn) = (bytes - bytes / 4, bytes / 4)
    return volume
  }
}

extension Remembered {
  static func use(
    _ host: IPAddress = host,
    _ peer: IPAddress = Example.other(1),
    _ service: Service = .web,
    out: UInt64 = 1000,
    back: UInt64 = 0,
    sessions: UInt64 = 1,
    paths: UInt8 = 0
  ) -> OutwardUse {
    OutwardUse(
      host: host,
      use: NetworkUse(around: peer, service),
      conversations: max(1, sessions),
      sessions: sessions,
      bytesOut: out,
      bytesIn: back,
      first: Example.start + 60,
      last: Example.start + 3600,
      paths: paths,
      sample: peer
    )
  }

  /// One session unless said.
  static func servicePair(
    _ source: IPAddress,
    _ target: IPAddress,
    _ service: Service,
    _ trafficDirection: TrafficDirection,
    _ outcomes: OutcomeCounts = OutcomeCounts(sessions: 1),
    out: UInt64 = 1000,
    back: UInt64 = 0,
    seconds: UInt32 = 60
  ) -> HostServicePair {
    var sums = RecordSums(rejected: 0, first: Example.start + 60, hours: 1)
    (sums.records, sums.accepted, sums.bytes) = (2, 2, out)
    return HostServicePair(
      source: source,
      destination: target,
      service: service,
      trafficDirection: trafficDirection,
      outcomes: outcomes,
      sums: sums,
      replyBytes: back,
      longest: seconds,
      sure: outcomes.total
    )
  }

  static func endpoint(
    _ service: Service,
    at address: IPAddress = host,
    outside: UInt64 = 0,
    inside: UInt64 = 0
  ) -> ServedEndpoint {
    var endpoint = ServedEndpoint(address: address, service: service)
    (endpoint.sessionsOutside, endpoint.answeredOutside) = (outside, outside)
    (endpoint.sessionsInside, endpoint.answeredInside) = (inside, inside)
    (endpoint.bytes, endpoint.packets, endpoint.replyBytes) = (9000, 90, 4000)
    (endpoint.first, endpoint.last) = (Example.start + 60, Example.start + 3600)
    endpoint.sample = outside > 0 ? Example.other(1) : Example.own(9)
    return endpoint
  }

  /// Bytes in both directions in hours of this run, from the first on.
  static func historyRun(_ host: IPAddress = host, _ bytes: UInt64...) -> HostVolume {
    HostVolume(
      host: host,
      hours: bytes.enumerated().map { index, bytes in
        let volume = volume(bytes)
        return HostVolume.Hour(
          hour: hour + UInt32(index),
          bytesOut: volume.bytesOut,
          bytesIn: volume.bytesIn,
          conversations: 1
        )
      }
    )
  }

  static func series(
    _ host: IPAddress = host,
    _ peer: IPAddress = Example.other(1),
    _ service: Service = .web
  ) -> ConnectionSeries {
    var series = ConnectionSeries(host: host, peer: peer, service: service, isLateral: false)
    (series.connections, series.answered, series.directed) = (1, 1, 1)
    (series.first, series.last) = (Example.start, Example.start + 86_400)
    return series
  }
}

extension Observations {
  static func uses(_ uses: OutwardUse...) -> Observations {
    var observations = Observations()
    observations.uses = uses
    return observations
  }

  static func servicePairs(_ servicePairs: HostServicePair...) -> Observations {
    var observations = Observations()
    observations.servicePairs = servicePairs
    return observations
  }

  static func served(_ served: ServedEndpoint...) -> Observations {
    var observations = Observations()
    observations.served = served
    return observations
  }

  static func volumes(_ volumes: HostVolume...) -> Observations {
    var observations = Observations()
    observations.volumes = volumes
    return observations
  }

  static func series(_ series: ConnectionSeries...) -> Observations {
    var observations = Observations()
    observations.series = series
    return observations
  }
}

extension Detector {
  /// The findings for several splits of the batches: one list for each different result.
  func answers(_ batches: [Observations], _ network: NetworkContext) -> Set<[String]> {
    var answers: Set<[String]> = [told(batches.map { [$0] }, network), told([batches], network)]
    for turn in batches.indices {
      let turned = Array(batches[turn...] + batches[..<turn])
      answers.insert(told(turned.map { [$0] }, network))
      answers.insert(told(turned.reversed().map { [$0] }, network))
      answers.insert(told([turned.reversed()], network))
      answers.insert(told([Array(turned.dropFirst()), Array(turned.prefix(1))], network))
    }
    return answers
  }

  /// One worker for each part.
  private func told(_ parts: [[Observations]], _ network: NetworkContext) -> [String] {
    var all = self
    for part in parts {
      var worker = self
      for batch in part { worker.observe(batch, network) }
      all.merge(worker)
    }
    return all.findings(network).findings.sorted(by: Ranking.isBefore).map { finding in
      let members = finding.members.map { "\($0)" } ?? ""
      return """
        \(finding.id) \(finding.title) \(finding.exactScore) \(finding.stage) \(finding.confidence) \(finding.actor) \
        \(members) \(finding.targets) \(finding.counts) \(finding.firstSeen) \(finding.lastSeen) \(finding.detail) \
        \(finding.suppressWith) \(finding.why)
        """
    }
  }
}
