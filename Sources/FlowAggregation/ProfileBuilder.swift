internal import FlowModel

/// Builds the profile of one source from its contacts, which come by destination, then service.
struct ProfileBuilder {
  /// Beyond this many first attempts their spread over the hours is not kept.
  private static let hourLimit = 65_536
  private static let sampleLimit = 8

  private let settings: SourceSettings
  private var profile = SourceProfile(address: RecordBatch.unspecified, isInternal: false)
  private var isOwn = false
  private var isWorthJudging = false
  private var places = ServicePlaces()
  private var serviceHours: [HourMark] = []
  private var victim: VictimPorts?
  private var victimHours: [UInt32] = []
  private var lastContact: FailedContact?

  private struct HourMark {
    var place: Int
    var hour: UInt32
  }

  init(_ settings: SourceSettings) {
    self.settings = settings
  }

  /// Begins the next source.
  mutating func begin(_ address: IPAddress) {
    isOwn = settings.own.contains(address)
    profile = SourceProfile(address: address, isInternal: settings.internalRanges.contains(address))
    isWorthJudging = false
    places.clear()
    serviceHours.removeAll(keepingCapacity: true)
    (victim, lastContact) = (nil, nil)
  }

  /// Adds a contact with at least one conversation.
  mutating func add<Address: FlowAddress>(_ row: ContactRow<Address>) {
    guard !isOwn else { return }
    let destination = row.destination.ipAddress
    guard settings.internalRanges.contains(destination) || settings.own.contains(destination) else {
      return
    }
    let service = Service(protocolNumber: row.protocolNumber, port: row.port)
    let contact = FailedContact(destination: destination, service: service)
    let isNew = lastContact != contact
    if victim?.address != destination {
      closeVictim()
      victim = VictimPorts(destination)
      profile.targets += 1
    }
    lastContact = contact
    addToService(row, service, destination, isNew: isNew)
    addToVictim(row, isNew: isNew)
    addToProfile(row, contact, isNew: isNew)
  }

  private mutating func addToProfile<Address: FlowAddress>(
    _ row: ContactRow<Address>,
    _ contact: FailedContact,
    isNew: Bool
  ) {
    profile.outcomes.add(row.outcomes)
    profile.sure += UInt64(row.sure)
    profile.sums.add(row.sums)
    if row.isWorthJudging { isWorthJudging = true }
    guard row.failures > 0, isNew else { return }
    profile.failureCount += 1
    if profile.failures.count < SourceProfile.failureLimit { profile.failures.append(contact) }
  }

  private mutating func addToService<Address: FlowAddress>(
    _ row: ContactRow<Address>,
    _ service: Service,
    _ destination: IPAddress,
    isNew: Bool
  ) {
    let place = places.place(of: service, count: profile.services.count)
    if place == profile.services.count { profile.services.append(ServiceAttempts(service)) }
    profile.services[place].add(row, destination, isNew: isNew, sampleLimit: Self.sampleLimit)
    if isNew, serviceHours.count <= Self.hourLimit {
      serviceHours.append(HourMark(place: place, hour: row.firstAttempt / 3600))
    }
  }

  private mutating func addToVictim<Address: FlowAddress>(_ row: ContactRow<Address>, isNew: Bool) {
    victim?.add(row, isNew: isNew)
    if row.failures > 0, isNew { victimHours.append(row.firstAttempt / 3600) }
  }

  private mutating func closeVictim() {
    if var victim, victim.failedPorts >= SourceProfile.victimFloor {
      victim.busiestHour = Self.busiest(&victimHours)
      profile.victims.append(victim)
    }
    victimHours.removeAll(keepingCapacity: true)
    victim = nil
  }

  private static func busiest(_ hours: inout [UInt32]) -> UInt64 {
    hours.sort()
    var (best, run): (UInt64, UInt64) = (0, 0)
    for index in hours.indices {
      run = index > 0 && hours[index] == hours[index - 1] ? run + 1 : 1
      best = max(best, run)
    }
    return best
  }

  /// The finished profile; nil when no detector can have an interest in it.
  mutating func finish() -> SourceProfile? {
    guard !isOwn, isWorthJudging else { return nil }
    closeVictim()
    if serviceHours.count > Self.hourLimit {
      for place in profile.services.indices { profile.services[place].busiestHour = nil }
    } else {
      markBusiestHours()
    }
    profile.services.sort { $0.service < $1.service }
    return profile
  }

  private mutating func markBusiestHours() {
    serviceHours.sort { ($0.place, $0.hour) < ($1.place, $1.hour) }
    var run: UInt64 = 0
    for index in serviceHours.indices {
      let mark = serviceHours[index]
      let before = index > 0 ? serviceHours[index - 1] : nil
      run = before?.place == mark.place && before?.hour == mark.hour ? run + 1 : 1
      let best = profile.services[mark.place].busiestHour ?? 0
      profile.services[mark.place].busiestHour = max(best, run)
    }
  }
}

extension ContactRow {
  /// Whether a detector may ask about it: something failed, or the service is none that strangers use.
  var isWorthJudging: Bool {
    failures > 0 || !ProtocolNumber.hasPorts(protocolNumber) || Ports.isSensitive(port)
  }

  fileprivate var outcomes: OutcomeCounts {
    var counts = OutcomeCounts()
    counts.blocked = UInt64(blocked)
    counts.silent = UInt64(silent)
    counts.refused = UInt64(refused)
    counts.touched = UInt64(touched)
    counts.sessions = UInt64(sessions)
    return counts
  }

  fileprivate var sums: RecordSums {
    var sums = RecordSums()
    sums.records = UInt64(records) + UInt64(replyRecords)
    sums.accepted = UInt64(accepted)
    sums.rejected = UInt64(rejected) + UInt64(replyRejected)
    sums.packets = packets
    sums.bytes = bytes
    sums.first = first
    sums.last = last
    return sums
  }
}

extension ServiceAttempts {
  fileprivate mutating func add<Address: FlowAddress>(
    _ row: ContactRow<Address>,
    _ destination: IPAddress,
    isNew: Bool,
    sampleLimit: Int
  ) {
    outcomes.add(row.outcomes)
    tiny += UInt64(row.tiny)
    sure += UInt64(row.sure)
    sums.add(row.sums)
    // Two rows of one key occur only past four thousand million records; the first one counts the target.
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
  fileprivate mutating func add<Address: FlowAddress>(_ row: ContactRow<Address>, isNew: Bool) {
    outcomes.add(row.outcomes)
    sure += UInt64(row.sure)
    sums.add(row.sums)
    guard isNew, ProtocolNumber.hasPorts(row.protocolNumber) else { return }
    if row.touched > 0 || row.sessions > 0 { openPorts += 1 }
    guard row.failures > 0 else { return }
    failedPorts += 1
    lowest = min(lowest, row.port)
    highest = max(highest, row.port)
  }
}
