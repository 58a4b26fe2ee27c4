internal import FlowModel
internal import SpillableTable
internal import SystemFiles

/// Determines the fan-in of endpoints and decides the conversations that wait for it.
///
/// If the fan-in does not fit into an eighth of the budget, it is determined in parts. Each part is stored in the
/// waiting conversations before the next one.
struct FanInStage<Address: FlowAddress>: TableStage {
  /// Number of parts of the partitions if there are too many endpoints.
  private static var parts: Int { 16 }

  var table: TableKey<EndpointRow<Address>> { EndpointRow.table }

  func assembler(_ worker: StageWorker<Address>) -> EndpointCollector<Address> {
    EndpointCollector()
  }

  func run(_ runner: inout StageRunner<Address>) throws(SystemError) {
    let reader = runner.reader(table)
    let all = TableReader<EndpointRow<Address>>.partitions
    let most = runner.budget.limit / 8
    let step = FanIn<Address>.bytes(reader.rows) <= most ? all : all / Self.parts
    var gathered: [[EndpointTerm<Address>]] = []
    for start in stride(from: 0, to: all, by: step) {
      if FanIn<Address>.bytes(gathered.reduce(0) { $0 + $1.count }) > most {
        try note(FanIn(gathered), &runner)
        gathered = []
      }
      gathered += try runner.assemble(reader, partitions: start..<start + step) { assembler($0) }
        .map(\.endpoints)
    }
    runner.outcome.fanIn = FanIn(gathered)
    runner.budget.hold(runner.outcome.fanIn.bytes)
  }

  /// Stores a part of the fan-in in all waiting conversations.
  private func note(
    _ fanIn: FanIn<Address>,
    _ runner: inout StageRunner<Address>
  ) throws(SystemError) {
    runner.budget.hold(fanIn.bytes)
    defer { runner.budget.release(fanIn.bytes) }
    let table = PendingRow<Address>.table
    _ = try runner.assemble(table) { PendingMarker(fanIn, $0.tables.table(table)) }
  }
}

/// Stores a part of the fan-in in waiting conversations, which continue to wait.
private struct PendingMarker<Address: FlowAddress>: RowAssembler {
  private let fanIn: FanIn<Address>
  private let marked: RowTable<PendingRow<Address>>

  init(_ fanIn: FanIn<Address>, _ marked: RowTable<PendingRow<Address>>) {
    (self.fanIn, self.marked) = (fanIn, marked)
  }

  func take(_ row: PendingRow<Address>) {
    var row = row
    row.note(fanIn)
    marked.append(row)
  }

  func finishPartition() {}
}
