internal import FlowFindings
internal import FlowModel

/// Builds the profile of one source on one side of the network perimeter from its host-service pairs, which arrive by
/// destination, then service.
struct ProfileBuilder {
  /// The most first attempts for which the distribution over hours is kept.
  private static let markLimit = 1 << 20
  private static let sampleLimit = 8

  private var profile = SourceProfile(
    address: RecordBatch.unspecified,
    isInternal: false,
    trafficDirection: .inbound
  )
  private var isWorthJudging = false
  private var isEmpty = true
  private var places = ServicePlaces()
  private var serviceMarks: [Mark] = []
  private var victim: VictimPorts?
  private var victimMarks: [UInt32] = []
  /// The first failed attempt at each address and at each service; only for outbound traffic.
  private var peerMarks: [UInt32] = []
  private var firstServiceMarks: [UInt32] = []
  private var heavy: HeavyTarget?
  private var lastServicePair: FailedServicePair?

  /// The time of the first attempt at a service of a target.
  private struct Mark {
    var place: Int
    var time: UInt32
  }

  /// Starts the next source.
  mutating func begin(_ address: IPAddress, isInternal: Bool, trafficDirection: TrafficDirection) {
    profile = SourceProfile(
      address: address,
      isInternal: isInternal,
      trafficDirection: trafficDirection
    )
    (isWorthJudging, isEmpty) = (false, true)
    places.clear()
    serviceMarks.removeAll(keepingCapacity: true)
    peerMarks.removeAll(keepingCapacity: true)
    firstServiceMarks.removeAll(keepingCapacity: true)
    (victim, lastServicePair, heavy) = (nil, nil, nil)
  }

  /// Whether any attempt of the source failed.
  var hasFailed: Bool { profile.failureCount > 0 }

  /// Adds a host-service pair with at least one conversation.
  mutating func add<Address: FlowAddress>(_ row: HostServiceRow<Address>) {
    let destination = row.destination.ipAddress
    let service = row.service
    let servicePair = FailedServicePair(destination: destination, service: service)
    let isNew = lastServicePair != servicePair
    if victim?.address != destination {
      closeVictim()
      victim = VictimPorts(destination)
      if profile.trafficDirection == .outbound {
        heavy = HeavyTarget(address: destination, service: service)
      }
      profile.targets += 1
    }
    lastServicePair = servicePair
    addToService(row, destination, isNew: isNew)
    addToVictim(row, isNew: isNew)
    heavy?.add(row, service)
    if profile.trafficDirection != .inbound { noteRejections(row, servicePair) }
    addToProfile(row, servicePair, isNew: isNew)
  }

  private mutating func addToProfile<Address: FlowAddress>(
    _ row: HostServiceRow<Address>,
    _ servicePair: FailedServicePair,
    isNew: Bool
  ) {
    isEmpty = false
    profile.outcomes.add(row.outcomes)
    profile.sure += UInt64(row.sure)
    profile.sums.add(row.sums)
    if row.isWorthJudging { isWorthJudging = true }
    guard row.failures > 0, isNew else { return }
    profile.failureCount += 1
    if profile.failures.count < SourceProfile.failureLimit { profile.failures.append(servicePair) }
  }

  private mutating func noteRejections<Address: FlowAddress>(
    _ row: HostServiceRow<Address>,
    _ servicePair: FailedServicePair
  ) {
    guard UInt64(row.rejected) >= RejectedService.floor,
      profile.rejectedServices.count < SourceProfile.listLimit
    else { return }
    profile.rejectedServices.append(
      RejectedService(
        destination: servicePair.destination,
        service: servicePair.service,
        outcomes: row.outcomes,
        sums: row.sums,
        rejectedAtSource: UInt64(row.rejectedAtSource)
      )
    )
  }

  /// For external sources every first attempt counts.
  ///
  /// For internal sources only failed ones count, because they have legitimate traffic.
  private func isMarked<Address: FlowAddress>(_ row: HostServiceRow<Address>) -> Bool {
    profile.trafficDirection == .inbound || row.failures > 0
  }

  private mutating func addToService<Address: FlowAddress>(
    _ row: HostServiceRow<Address>,
    _ destination: IPAddress,
    isNew: Bool
  ) {
    let place = places.place(of: row.rowService, count: profile.services.count)
    if place == profile.services.count { profile.services.append(ServiceAttempts(row.service)) }
    profile.services[place].add(row, destination, isNew: isNew, sampleLimit: Self.sampleLimit)
    if isNew, isMarked(row), serviceMarks.count <= Self.markLimit {
      serviceMarks.append(Mark(place: place, time: row.firstAttempt))
    }
  }

  private mutating func addToVictim<Address: FlowAddress>(
    _ row: HostServiceRow<Address>,
    isNew: Bool
  ) {
    victim?.add(row, isNew: isNew)
    if row.failures > 0, isNew { victimMarks.append(row.firstAttempt) }
  }

  private mutating func closeVictim() {
    if let victim, victim.failedPorts > 0, profile.trafficDirection == .outbound {
      profile.failedPeers += 1
      if let first = victimMarks.min(), peerMarks.count <= Self.markLimit {
        peerMarks.append(first)
      }
    }
    if var victim, victim.failedPorts >= SourceProfile.victimMinimum {
      victimMarks.sort()
      victim.busiestHour = UInt64(SlidingWindow.most(victimMarks, within: 3599))
      victim.busiestDay = UInt64(SlidingWindow.most(victimMarks, within: 86_399))
      profile.victims.append(victim)
    }
    if let heavy, profile.heavyTargets.count < SourceProfile.listLimit,
      HeavyTarget.isFloodLike(
        packets: heavy.sums.packets,
        bytes: heavy.sums.bytes,
        replyBytes: heavy.replyBytes
      )
    {
      profile.heavyTargets.append(heavy)
    }
    victimMarks.removeAll(keepingCapacity: true)
    (victim, heavy) = (nil, nil)
  }

  /// The finished profile; nil if it is irrelevant for all detectors.
  mutating func finish() -> SourceProfile? {
    closeVictim()
    guard !isEmpty, isWorthJudging || !profile.heavyTargets.isEmpty else { return nil }
    if serviceMarks.count > Self.markLimit {
      for place in profile.services.indices {
        (profile.services[place].busiestHour, profile.services[place].busiestDay) = (nil, nil)
      }
      (profile.failedPeersOfDay, profile.failedServicesOfDay) = (nil, nil)
    } else {
      markBusiestTimes()
      profile.failedPeersOfDay = Self.busiestDay(&peerMarks)
      profile.failedServicesOfDay = Self.busiestDay(&firstServiceMarks)
    }
    profile.services.sort { $0.service < $1.service }
    return profile
  }

  private mutating func markBusiestTimes() {
    serviceMarks.sort { ($0.place, $0.time) < ($1.place, $1.time) }
    var start = 0
    for index in 0...serviceMarks.count {
      guard index < serviceMarks.count else {
        if start < index { markBusiestTimes(start..<index) }
        break
      }
      if serviceMarks[index].place != serviceMarks[start].place {
        markBusiestTimes(start..<index)
        start = index
      }
    }
  }

  private static func busiestDay(_ marks: inout [UInt32]) -> UInt64 {
    marks.sort()
    return UInt64(SlidingWindow.most(marks, within: 86_399))
  }

  private mutating func markBusiestTimes(_ range: Range<Int>) {
    let place = serviceMarks[range.lowerBound].place
    let times = serviceMarks[range].lazy.map(\.time)
    if profile.trafficDirection == .outbound,
      ProtocolNumber.hasPorts(profile.services[place].service.protocolNumber)
    {
      firstServiceMarks.append(serviceMarks[range.lowerBound].time)
    }
    profile.services[place].busiestHour = UInt64(SlidingWindow.most(times, within: 3599))
    profile.services[place].busiestDay = UInt64(SlidingWindow.most(times, within: 86_399))
  }
}

extension HostServiceRow {
  /// Whether it is relevant for a detector: an attempt failed, or the service is not a public one.
  var isWorthJudging: Bool {
    failures > 0 || !transport.hasPorts || Ports.isSensitive(port)
      || Ports.isMail(port)
      || HeavyTarget.isFloodLike(
        packets: UInt64(packets),
        bytes: bytes,
        replyBytes: UInt64(replyBytes)
      )
  }

  var outcomes: OutcomeCounts {
    var counts = OutcomeCounts()
    counts.blocked = UInt64(blocked)
    counts.silent = UInt64(silent)
    counts.refused = UInt64(refused)
    counts.touched = UInt64(touched)
    counts.sessions = UInt64(sessions)
    return counts
  }

  var sums: RecordSums {
    var sums = RecordSums()
    sums.records = UInt64(records) + UInt64(replyRecords)
    sums.accepted = UInt64(accepted)
    sums.rejected = UInt64(rejected) + UInt64(replyRejected)
    sums.packets = packets
    sums.bytes = bytes
    // Probes that look like replies have no records here. Their times are known.
    sums.first = min(first, firstAttempt)
    sums.last = last > 0 ? last : firstAttempt
    sums.activity = activity
    return sums
  }
}

extension ServiceAttempts {
  fileprivate mutating func add<Address: FlowAddress>(
    _ row: HostServiceRow<Address>,
    _ destination: IPAddress,
    isNew: Bool,
    sampleLimit: Int
  ) {
    outcomes.add(row.outcomes)
    tiny += UInt64(row.tiny)
    sure += UInt64(row.sure)
    sums.add(row.sums)
    replyBytes +|= row.replyBytes
    // Two rows of one key only occur above 2^32 records. The first one counts the target.
    guard isNew else { return }
    targets += 1
    if row.failures > 0 { failedTargets += 1 }
    if row.failures > 0 || row.touched > 0 { probedTargets += 1 }
    if row.touched > 0 || row.sessions > 0 { openTargets += 1 }
    if row.tiny > 0, row.silent > 0 || row.blocked > 0 { tinyTargets += 1 }
    if sample.count < sampleLimit { sample.append(destination) }
  }
}

extension VictimPorts {
  fileprivate mutating func add<Address: FlowAddress>(_ row: HostServiceRow<Address>, isNew: Bool) {
    outcomes.add(row.outcomes)
    sure += UInt64(row.sure)
    sums.add(row.sums)
    guard isNew, row.transport.hasPorts else { return }
    if row.touched > 0 || row.sessions > 0 { openPorts += 1 }
    guard row.failures > 0 else { return }
    failedPorts += 1
    lowest = min(lowest, row.port)
    highest = max(highest, row.port)
  }
}

extension HeavyTarget {
  fileprivate mutating func add<Address: FlowAddress>(
    _ row: HostServiceRow<Address>,
    _ service: Service
  ) {
    outcomes.add(row.outcomes)
    sums.add(row.sums)
    replyBytes +|= row.replyBytes
    guard row.packets > servicePackets else { return }
    (self.service, servicePackets) = (service, row.packets)
  }
}
