internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// Endpoints on ports without a known service that sources attack like an SSH server.
struct SpeakingStage<Address: FlowAddress>: TableStage {
  var table: TableKey<EndpointRow<Address>> { EndpointRow.guessedTable }

  func assembler(_ worker: StageWorker<Address>) -> SpeakingCollector<Address> {
    SpeakingCollector()
  }

  func finish(
    _ assemblers: [SpeakingCollector<Address>],
    into outcome: inout FamilyOutcome<Address>
  ) {
    outcome.speaksSSH = assemblers.reduce(into: []) { $0.formUnion($1.endpoints) }
  }
}

/// The login attempts of sources.
struct LoginStage<Address: FlowAddress>: TableStage {
  var table: TableKey<LoginRow<Address>> { LoginRow.table }

  func listener(
    _ worker: StageWorker<Address>,
    _ phase: ConversationPhase
  ) -> ConversationListener<Address>? {
    ConversationListener(LoginCollector(worker, phase))
  }

  func assembler(_ worker: StageWorker<Address>) -> LoginAssembler<Address> {
    LoginAssembler(worker.sources, speaksSSH: worker.outcome.speaksSSH, sink: worker.makeSink())
  }

  func finish(_ assemblers: [LoginAssembler<Address>], into outcome: inout FamilyOutcome<Address>) {
    outcome.unjudgedLogins += assemblers.reduce(0) { $0 + $1.leftOut }
  }
}

/// An endpoint on a port without a known service.
struct LoginEndpoint: Hashable, Sendable {
  var address: IPAddress
  var port: UInt16
}

/// Combines the login attempts of each source.
struct LoginAssembler<Address: FlowAddress>: RowAssembler {
  private let settings: SourceSettings
  /// Endpoints on ports without a known service that many sources attack like an SSH server.
  private let speaksSSH: Set<LoginEndpoint>
  /// Targets above the limit of one source, which are not judged.
  private(set) var leftOut: UInt64 = 0
  private var source: LoginSource?
  private var batch: ObservationBatch

  init(_ settings: SourceSettings, speaksSSH: Set<LoginEndpoint>, sink: any ObservationSink) {
    self.settings = settings
    self.speaksSSH = speaksSSH
    batch = ObservationBatch(sink)
  }

  mutating func take(_ row: LoginRow<Address>) {
    let (address, destination) = (row.source.ipAddress, row.destination.ipAddress)
    let key = LoginEndpoint(address: destination, port: row.port)
    guard
      let service = LoginService(rawValue: row.service) ?? (speaksSSH.contains(key) ? .ssh : nil)
    else { return }
    if source?.address != address { begin(address) }
    guard let count = source?.targets.count, count < LoginSource.targetLimit else {
      leftOut += UInt64(row.attempts.attempts)
      return
    }
    source?.targets.append(
      LoginSource.Target(
        address: destination,
        port: row.port,
        service: service,
        isInside: settings.perimeter.isInside(destination),
        attempts: row.attempts
      )
    )
  }

  private mutating func begin(_ address: IPAddress) {
    finishSource()
    source = LoginSource(
      address: address,
      isInternal: settings.perimeter.isInside(address),
      isOwn: settings.perimeter.own.contains(address),
      targets: []
    )
  }

  private mutating func finishSource() {
    if let done = source { batch.add(done) }
    source = nil
    batch.flushIfFull()
  }

  /// Ends the last source of a partition.
  mutating func finishPartition() {
    finishSource()
    batch.flush()
  }
}

/// Collects the endpoints with SSH-like login attempts of at least ten sources.
struct SpeakingCollector<Address: FlowAddress>: RowAssembler {
  /// The number of sources that confirms a port as an SSH service.
  private static var leastSources: UInt32 { 10 }

  private(set) var endpoints: Set<LoginEndpoint> = []
  private var last: EndpointRow<Address>?

  mutating func take(_ row: EndpointRow<Address>) {
    finishPartition()
    last = row
  }

  /// Ends the last endpoint of a partition.
  mutating func finishPartition() {
    if let last, last.fanIn >= Self.leastSources {
      endpoints.insert(.init(address: last.address.ipAddress, port: last.port))
    }
    last = nil
  }
}
