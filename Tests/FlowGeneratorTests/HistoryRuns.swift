import FlowGenerator
import FlowModel
import FlowParsing
import FlowTestSupport
import LogInput
import SystemFiles

/// One side's row, as far as the tests look at it.
struct Record: Sendable {
  let source: Endpoint
  let destination: Endpoint
  let protocolNumber: UInt8
  let packets: Int
  let bytes: Int
  let start: Int
  let end: Int
  let interface: UInt32
  let isAccepted: Bool

  init(_ batch: RecordBatch, _ row: Int) {
    source = Endpoint(address: batch.source[row], port: batch.sourcePort[row])
    destination = Endpoint(address: batch.destination[row], port: batch.destinationPort[row])
    protocolNumber = batch.protocolNumber[row]
    (packets, bytes) = (Int(batch.packets[row]), Int(batch.bytes[row]))
    (start, end) = (Int(batch.start[row]), Int(batch.end[row]))
    interface = batch.interface[row]
    isAccepted = batch.action[row] == FlowAction.accept.rawValue
  }

  /// What of it can be compared between runs with interners of their own.
  var row: Row { Row(source: source, destination: destination, start: start, bytes: bytes) }
}

struct Row: Hashable, Sendable {
  let source: Endpoint
  let destination: Endpoint
  let start: Int
  let bytes: Int
}

struct Endpoint: Hashable, Sendable {
  let address: IPAddress
  let port: UInt16
}

struct Ends: Hashable, Sendable {
  let from: Endpoint
  let to: Endpoint
}

/// The folder of one day, read back.
struct HistoryRun: Sendable {
  let number: Int
  let records: [Record]
  let counts: LineCounts
  let files: Int

  init(_ number: Int, in folder: String, _ registry: InterfaceRegistry) throws {
    self.number = number
    let paths = Folders.files(below: folder).files
    files = paths.count
    var parser = RecordParser(.analysis, registry: registry)
    var counts = LineCounts()
    var batch = parser.makeBatch()
    var records: [Record] = []
    func take() {
      batch.forEachTraffic { records.append(Record(batch, $0)) }
      batch.clear()
    }
    var block: [UInt8] = []
    for path in paths {
      parser.beginInput()
      let stream = try LogStream.open(try OpenFile.reading(path), inflater: .fastest)
      while let end = stream.nextBlock(into: &block) {
        var position = 0
        while position < end {
          parser.parse(block.span, from: &position, to: end, into: &batch)
          if batch.isFull { take() }
        }
      }
      counts.add(parser.counts)
    }
    take()
    (self.records, self.counts) = (records, counts)
  }
}

/// Some runs, written to a folder and read back.
struct HistoryRuns: Sendable {
  let folder: TemporaryFolder
  let totals: GeneratedTotals
  let historyRuns: [HistoryRun]
  let registry = InterfaceRegistry()

  /// All days of the standard seed.
  static let planted = try? HistoryRuns(FortnightPlan())
  /// The days until the first plants, without them.
  static let quiet = try? HistoryRuns(FortnightPlan(isQuiet: true, days: 8))

  init(_ plan: FortnightPlan) throws {
    folder = try TemporaryFolder()
    totals = try Fortnight(plan).write(to: folder.path)
    var historyRuns: [HistoryRun] = []
    for number in 1...plan.days {
      historyRuns.append(
        try HistoryRun(number, in: "\(folder.path)/\(Self.name(number))", registry)
      )
    }
    self.historyRuns = historyRuns
  }

  /// The name of a day's folder.
  static func name(_ number: Int) -> String {
    number < 9 ? "2026-03-0\(number + 1)" : "2026-03-\(number + 1)"
  }

  /// The truth as written, without its header and its notes.
  func truth() throws -> Set<Finding> {
    let text = String(decoding: try folder.read(Fortnight.truthName), as: UTF8.self)
    let rows = text.split(separator: "\n").dropFirst()
    return Set(rows.map { Finding($0.split(separator: "\t").map(String.init)) })
  }

  /// Every file with its bytes.
  func bytes() throws -> [String: [UInt8]] {
    let paths = Folders.files(below: folder.path).files
    let names = paths.map { String($0.dropFirst(folder.path.count + 1)) }
    return Dictionary(uniqueKeysWithValues: try names.map { ($0, try folder.read($0)) })
  }
}

/// What a morning's report should show.
struct Finding: Hashable, Sendable, CustomStringConvertible {
  let day: Int
  let rule: String
  let actor: String
  let target: String

  init(_ day: Int, _ rule: String, _ actor: String, _ target: String) {
    (self.day, self.rule, self.actor, self.target) = (day, rule, actor, target)
  }

  init(_ columns: [String]) {
    self.init(Int(columns[0]) ?? 0, columns[1], columns[2], columns[3])
  }

  var description: String { "\(day) \(rule) \(actor) \(target)" }
}
