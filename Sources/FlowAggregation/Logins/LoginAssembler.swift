internal import FlowFindings
internal import FlowModel
internal import SpillableTable

/// Endpoints on ports that are known for no service, at which sources guess as at an SSH server.
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

/// What sources tried at services that ask for a login.
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

/// An endpoint on a port that is known for no service.
struct LoginEndpoint: Hashable, Sendable {
  var address: IPAddress
  var port: UInt16
}

/// Puts together what each source tried at services that ask for a login.
struct LoginAssembler<Address: FlowAddress>: RowAssembler {
  private let settings: SourceSettings
  /// Endpoints on ports that are known for no service, where many sources guess as at an SSH server.
  private let speaksSSH: Set<LoginEndpoint>
  /// Targets beyond the limit of one source, which nobody judges.
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

/// Gathers the endpoints at which at least ten sources guess.
struct SpeakingCollector<Address: FlowAddress>: RowAssembler {
  /// So many sources make sure that a port is served to many.
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
