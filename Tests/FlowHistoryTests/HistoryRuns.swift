import FlowDetection
import FlowModel
import FlowTestSupport
import Foundation
import GRDB
import Testing

@testable import FlowFindings
@testable import FlowHistory

/// Midnight (UTC) of the day that the examples count from, Unix seconds.
let dayZero: UInt32 = 20_000 * 86_400
let aDay: UInt32 = 86_400

/// A memory in a folder of its own.
struct Place {
  let folder: TemporaryFolder
  let path: String

  init(_ name: String = "memory.sqlite") throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/\(name)"
  }

  /// Opens the history; the clock on the wall shows a day long after all examples.
  func open(isReadOnly: Bool = false, clock: UInt32 = dayZero + 10_000 * aDay) throws -> History {
    try History(path: path, isReadOnly: isReadOnly) { clock }
  }
}

extension IPAddress {
  static func of(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { fatalError("\(text) is no address") }
    return address
  }
}

extension BaselineEntry {
  /// A host communicates with HTTPS servers of an external network.
  static func outward(_ host: String = "10.0.0.1", _ peer: String = "198.51.0.0/16")
    -> BaselineEntry
  {
    BaselineEntry(
      .outward,
      host: .of(host),
      peer: IPNetwork(peer),
      service: Service(protocolNumber: 6, port: 443)
    )
  }
}

extension HistoryRun {
  /// A run of one day, whose only object is named after it.
  static func of(
    day: UInt32 = 0,
    _ baselineEntries: [BaselineEntry: Seen] = [:],
    volumes: [HostHour: HourVolume] = [:],
    objects: [String]? = nil,
    findings: [RememberedFinding] = [],
    isComplete: Bool = true
  ) -> HistoryRun {
    var facts = RunObservations()
    (facts.baselineEntries, facts.volumes) = (baselineEntries, volumes)
    let start = dayZero + day * aDay
    return HistoryRun(
      firstStart: start,
      lastEnd: start + aDay - 1,
      records: 1000,
      facts: facts,
      findings: findings,
      objects: (objects ?? ["night-\(day)"]).map { ReadObject(name: $0, size: 10) },
      isComplete: isComplete
    )
  }
}

extension Seen {
  /// Seen from noon on, for an hour.
  static func noon(ofDay day: UInt32, bytes: UInt64 = 100) -> Seen {
    let noon = dayZero + day * aDay + aDay / 2
    return Seen(first: noon, last: noon + 3600, bytes: bytes)
  }
}

extension HourVolume {
  static func of(_ bytesOut: UInt64, _ bytesIn: UInt64, _ conversations: UInt64) -> HourVolume {
    var volume = HourVolume()
    (volume.bytesOut, volume.bytesIn, volume.conversations) = (bytesOut, bytesIn, conversations)
    return volume
  }
}

extension RememberedFinding {
  static func of(_ id: String, score: Int = 50, day: UInt32 = 0) -> RememberedFinding {
    RememberedFinding(
      id: id,
      rule: "scan.horizontal",
      title: "Horizontal scan",
      actor: "203.0.113.9",
      score: score,
      targets: 25,
      firstSeen: dayZero + day * aDay,
      lastSeen: dayZero + day * aDay + 60,
      since: dayZero
    )
  }
}

extension History {
  /// Everything that is recorded, as the export shows it.
  func lines() throws -> [String] {
    var lines: [String] = []
    try export {
      lines.append($0)
      return true
    }
    return lines
  }

  /// What SQLite finds wrong with the file.
  func damage() throws -> [String] {
    let found = try reading { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
    return found == ["ok"] ? [] : found
  }
}

/// A program such as `cp`, run to its end.
func run(_ program: String, _ arguments: String...) throws {
  let process = Foundation.Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  try process.run()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0)
}
