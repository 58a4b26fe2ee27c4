import FlowModel

@testable import FlowAggregation
@testable import FlowFindings

/// A record as a test states it.
struct SampleRecord {
  var source: String
  var destination: String
  var sourcePort: UInt16 = 0
  var port: UInt16 = 0
  var protocolNumber: UInt8 = 6
  var packets: UInt64 = 1
  var bytes: UInt64 = 40
  var start: UInt32 = 1_767_607_200
  var duration: UInt32 = 30
  var action = FlowAction.reject
  var tcpFlags: UInt8 = 0
  var interface: UInt32 = 1
  var trafficPath: UInt8 = 0

  var end: UInt32 { start &+ duration }
}

extension FlowCollector {
  /// Collects records, some thousand at a time.
  mutating func add(_ records: [SampleRecord]) throws {
    var batch = RecordBatch()
    for record in records {
      if batch.isFull {
        add(batch)
        batch.clear()
      }
      let row = batch.count
      batch.source[row] = IPAddress(record.source) ?? RecordBatch.unspecified
      if record.source == "-" { batch.setMissing(.sourceAddress, row) }
      batch.destination[row] = IPAddress(record.destination) ?? RecordBatch.unspecified
      if record.destination == "-" { batch.setMissing(.destinationAddress, row) }
      batch.sourcePort[row] = record.sourcePort
      batch.destinationPort[row] = record.port
      batch.protocolNumber[row] = record.protocolNumber
      batch.packets[row] = record.packets
      batch.bytes[row] = record.bytes
      batch.start[row] = record.start
      batch.end[row] = record.end
      batch.action[row] = record.action.rawValue
      batch.tcpFlags[row] = record.tcpFlags
      batch.interface[row] = record.interface
      batch.trafficPath[row] = record.trafficPath
      batch.count += 1
    }
    add(batch)
  }
}

/// Keeps everything it is shown.
struct ObservationKeeper: ObservationConsumer {
  var all = Observations()
  mutating func observe(_ observations: Observations) {
    all.sourcePrefixes += observations.sourcePrefixes
    all.logins += observations.logins
    all.exposures += observations.exposures
    all.threats += observations.threats
    all.series += observations.series
    all.servicePairs += observations.servicePairs
    all.uses += observations.uses
    all.served += observations.served
    all.volumes += observations.volumes
  }
}

/// What a run over records gives.
struct SampleRun {
  var result: AggregationResult
  var profiles: [SourceProfile]
  var parts: [SourcePrefix]
  var logins: [LoginSource]
  var exposures: [ExposedEndpoint]
  var threats: [ThreatServicePair]
  var series: [ConnectionSeries]
  var servicePairs: [HostServicePair]
  var uses: [OutwardUse]
  var served: [ServedEndpoint]
  var volumes: [HostVolume]

  /// Distributes the records among the workers in turn; `memory` is the budget in bytes before spilling.
  init(
    _ records: [SampleRecord],
    threads: Int = 1,
    memory: Int = 1 << 30,
    threats: AddressLists = AddressLists(),
    keepsHistory: Bool = false,
    investigated: InvestigationQuery? = nil
  ) throws {
    var settings = AggregationSettings(
      internalRanges: InternalRanges(),
      threads: threads,
      memory: memory
    )
    settings.threats = threats
    settings.keepsHistory = keepsHistory
    settings.investigated = investigated
    var collectors: [FlowCollector] = []
    for worker in 0..<threads {
      var collector = FlowCollector(budget: settings.collectorBudget)
      let share = records.enumerated().filter { $0.offset % threads == worker }.map(\.element)
      try collector.add(share)
      collectors.append(collector)
    }
    var aggregation = Aggregation(settings)
    let (result, keepers) = try aggregation.run(&collectors) { _ in ObservationKeeper() }
    self.result = result
    parts = keepers.flatMap(\.all.sourcePrefixes)
    profiles = parts.flatMap(\.sources)
      .sorted {
        ($0.address, $0.trafficDirection.rawValue) < ($1.address, $1.trafficDirection.rawValue)
      }
    logins = keepers.flatMap(\.all.logins).sorted { $0.address < $1.address }
    exposures = keepers.flatMap(\.all.exposures)
      .sorted { ($0.address, $0.service) < ($1.address, $1.service) }
    self.threats = keepers.flatMap(\.all.threats)
      .sorted { ($0.listed, $0.inside, $0.service) < ($1.listed, $1.inside, $1.service) }
    series = keepers.flatMap(\.all.series)
      .sorted { ($0.host, $0.peer, $0.service) < ($1.host, $1.peer, $1.service) }
    servicePairs = keepers.flatMap(\.all.servicePairs)
      .sorted {
        ($0.source, $0.destination, $0.service) < ($1.source, $1.destination, $1.service)
      }
    uses = keepers.flatMap(\.all.uses).sorted { ($0.host, $0.use) < ($1.host, $1.use) }
    served = keepers.flatMap(\.all.served)
      .sorted { ($0.address, $0.service) < ($1.address, $1.service) }
    volumes = keepers.flatMap(\.all.volumes).sorted { $0.host < $1.host }
  }

  func profile(_ address: String) -> SourceProfile? {
    profiles.first { $0.address.description == address }
  }
}

/// A generator of test data that gives the same numbers in every run.
struct Dice {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func roll(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
