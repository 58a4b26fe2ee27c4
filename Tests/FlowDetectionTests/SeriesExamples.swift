import FlowModel

@testable import FlowAggregation
@testable import FlowDetection
@testable import FlowFindings

extension BeaconShape {
  /// A shape all of whose scores are the same.
  static func scoring(
    _ score: Double,
    period: UInt32 = 600,
    jitter: UInt32 = 0
  ) -> BeaconShape? {
    guard var shape = BeaconShape(starts: [0, 60, 120, 180], sizes: [1], log: 0...180)
    else {
      return nil
    }
    (shape.timing, shape.sizes) = (score, score)
    (shape.evenness, shape.ownEvenness, shape.persistence) = (score, score, score)
    (shape.period, shape.jitter) = (period, jitter)
    return shape
  }
}

extension ConnectionSeries {
  /// So many answered conversations of 500 bytes in 5 packets each way.
  static func connections(
    _ count: UInt64,
    over span: UInt32 = 86_000,
    shape: BeaconShape? = nil,
    _ service: Service = .web,
    from host: IPAddress = Example.own(3),
    to peer: IPAddress = Example.other(9)
  ) -> ConnectionSeries {
    var series = ConnectionSeries(host: host, peer: peer, service: service, isLateral: false)
    (series.connections, series.answered, series.directed) = (count, count, count)
    (series.bytesOut, series.bytesIn, series.packetsOut) = (count * 500, count * 500, count * 5)
    (series.first, series.last) = (Example.start, Example.start + span)
    series.shape = shape
    series.shape?.connections = count
    series.shape?.span = span
    return series
  }

  /// One conversation that lasts.
  static func lasting(
    _ seconds: UInt32,
    _ service: Service = .tcp(6667),
    out: UInt64 = 120_000,
    back: UInt64 = 240_000,
    from host: IPAddress = Example.own(3),
    to peer: IPAddress = Example.other(9)
  ) -> ConnectionSeries {
    var series = connections(1, over: seconds, service, from: host, to: peer)
    (series.longest, series.longestOut, series.longestIn) = (seconds, out, back)
    (series.bytesOut, series.bytesIn) = (out, back)
    return series
  }

  /// Conversations that sent so much, all of it in one hour unless said.
  static func sending(
    _ bytes: UInt64,
    back: UInt64 = 0,
    hour: UInt64? = nil,
    _ service: Service = .web,
    from host: IPAddress = Example.own(3),
    to peer: IPAddress = Example.other(9)
  ) -> ConnectionSeries {
    var series = connections(2, over: 3000, service, from: host, to: peer)
    (series.bytesOut, series.bytesIn) = (bytes, back)
    (series.busiestHourOut, series.busiestDayOut) = (hour ?? bytes, bytes)
    series.busiestHour = Example.start / 3600
    return series
  }
}

extension HostServicePair {
  /// One host-service pair within an hour, answered unless said.
  static func told(
    _ service: Service,
    _ outcomes: OutcomeCounts = OutcomeCounts(sessions: 1),
    packets: UInt64 = 10,
    bytes: UInt64 = 1000,
    back: UInt64 = 1000,
    hours: Double = 1,
    longest: UInt32 = 60,
    _ trafficDirection: TrafficDirection = .outbound,
    from source: IPAddress = Example.own(3),
    to destination: IPAddress = Example.other(9)
  ) -> HostServicePair {
    var sums = RecordSums(rejected: 0, first: Example.start, hours: hours)
    (sums.records, sums.accepted) = (outcomes.total, outcomes.total - outcomes.blocked)
    (sums.rejected, sums.packets, sums.bytes) = (outcomes.blocked, packets, bytes)
    return HostServicePair(
      source: source,
      destination: destination,
      service: service,
      trafficDirection: trafficDirection,
      outcomes: outcomes,
      sums: sums,
      replyBytes: back,
      longest: longest,
      sure: outcomes.total
    )
  }
}

extension ServedEndpoint {
  /// What external sources did to one service in one hour.
  static func visited(
    _ service: Service,
    sources: UInt64 = 1,
    answered: UInt64 = 0,
    packets: UInt64 = 1000,
    bytes: UInt64 = 60_000,
    back: UInt64 = 0,
    at address: IPAddress = Example.own(1)
  ) -> ServedEndpoint {
    var endpoint = ServedEndpoint(address: address, service: service)
    (endpoint.triedOutside, endpoint.answeredOutside) = (sources, answered)
    (endpoint.packets, endpoint.bytes, endpoint.replyBytes) = (packets, bytes, back)
    (endpoint.first, endpoint.last) = (Example.start, Example.start + 3000)
    endpoint.sample = answered > 0 ? Example.stranger(1) : nil
    endpoint.busiest = Hour(
      hour: Example.start / 3600,
      sources: sources,
      answered: answered,
      packets: packets,
      bytes: bytes,
      replyBytes: back
    )
    endpoint.heaviest = endpoint.busiest
    return endpoint
  }
}

extension OutwardUse {
  /// One session with an external service.
  static func session(
    _ service: Service,
    out: UInt64 = 1000,
    back: UInt64 = 1000,
    paths: UInt8 = 0,
    from host: IPAddress = Example.own(3),
    with peer: IPAddress = Example.other(9)
  ) -> OutwardUse {
    OutwardUse(
      host: host,
      use: NetworkUse(around: peer, service),
      conversations: 1,
      sessions: 1,
      bytesOut: out,
      bytesIn: back,
      first: Example.start,
      last: Example.start + 60,
      paths: paths,
      sample: peer
    )
  }
}

extension NetworkContext {
  /// The network, with so many active hosts that use the service of the peer.
  func used(
    by hosts: Int,
    of active: Int,
    _ service: Service = .web,
    at peer: IPAddress = Example.other(9)
  ) -> CompleteContext {
    var prevalence = Prevalence()
    prevalence.activeHosts = active
    prevalence.add(hosts, to: NetworkUse(around: peer, service))
    return CompleteContext(self, prevalence: prevalence)
  }

  /// The network with a baseline of so many days in which these were seen.
  func remembering(_ seen: [BaselineEntry: UInt32] = [:], days: Int = 7) -> NetworkContext {
    let start = Example.start - UInt32(days) * 86_400
    var network = self
    network.baseline = Baseline(
      days: days,
      firstStart: start,
      lastEnd: Example.start,
      baselineEntries: seen.mapValues { Seen(first: start, last: Example.start, days: $0) },
      volumes: [:]
    )
    return network
  }
}

extension CompleteContext {
  /// The same with a baseline of so many days in which these were seen.
  func remembering(_ seen: [BaselineEntry: UInt32] = [:], days: Int = 7) -> CompleteContext {
    CompleteContext(
      network.remembering(seen, days: days),
      prevalence: prevalence,
      quality: quality
    )
  }
}

extension Detector {
  func found(
    series: [ConnectionSeries],
    _ network: NetworkContext = Example.network(own: 20)
  ) -> [Finding] {
    found(series: series, CompleteContext(network))
  }

  func found(series: [ConnectionSeries], _ context: CompleteContext) -> [Finding] {
    var observations = Observations()
    observations.series = series
    return found(in: observations, context)
  }

  func found(
    servicePairs: [HostServicePair],
    _ network: NetworkContext = Example.network(own: 20)
  ) -> [Finding] {
    var observations = Observations()
    observations.servicePairs = servicePairs
    return found(in: observations, network)
  }

  func found(
    served: [ServedEndpoint],
    _ network: NetworkContext = Example.network(own: 20)
  ) -> [Finding] {
    var observations = Observations()
    observations.served = served
    return found(in: observations, network)
  }

  /// The findings of workers that saw one batch each, merged in every order that two of them have, sorted.
  func merged(
    _ batches: [Observations],
    _ network: NetworkContext = Example.network(own: 20)
  ) -> [[String]] {
    [batches, batches.reversed()].map { batches in
      var whole = self
      for batch in batches {
        var worker = self
        worker.observe(batch, network)
        whole.merge(worker)
      }
      return Ranking.sorted(whole.findings(network).kept.findings).map {
        "\($0.id) \($0.exactScore) \($0.detail) \($0.targets) \($0.counts) \($0.firstSeen)"
      }
    }
  }
}
