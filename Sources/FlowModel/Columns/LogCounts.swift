/// Why a line is no record.
public enum RejectReason: String, CaseIterable, Sendable {
  /// Fewer columns than the format has.
  case tooFewFields = "too-few-fields"
  /// More columns than the format has.
  case tooManyFields = "too-many-fields"
  /// `srcaddr` or `dstaddr` is no address.
  case badAddress = "bad-address"
  /// A port is no number from 0 to 65535.
  case badPort = "bad-port"
  /// The protocol is no number from 0 to 255.
  case badProtocol = "bad-protocol"
  /// `packets`, `bytes` or `tcp-flags` is no number that fits 64 bits.
  case badCounter = "bad-counter"
  /// `start` or `end` is no Unix time.
  case badTime = "bad-time"
  /// `action` is neither ACCEPT, REJECT nor `-`.
  case badAction = "bad-action"
  /// `log-status` is none that AWS writes.
  case badLogStatus = "bad-log-status"
  /// The line is longer than any record can be.
  case tooLong = "too-long"
  /// The line holds bytes that are no text.
  case notText = "not-text"
  /// No header came before, and the content fits no known format.
  case unknownFormat = "unknown-format"
  /// A document or row has neither a record as text nor the fields of one.
  case noFlowFields = "no-flow-fields"
  /// The document is no JSON.
  case badJSON = "bad-json"
  /// A quoted value of the row never ends, or the row has another number of values than the header.
  case badRow = "bad-row"
  /// A payload is no base64, or what it packs cannot be unpacked.
  case badPayload = "bad-payload"
  /// The input broke off in the middle of the line.
  case cutOff = "cut-off"
}

/// The first line that was rejected for a reason.
public struct FirstReject: Sendable, Equatable {
  /// Line number from 1.
  public var line: UInt64
  /// Why the line was rejected.
  public var reason: RejectReason

  /// Names a line and its fault.
  public init(line: UInt64, reason: RejectReason) {
    self.line = line
    self.reason = reason
  }
}

/// Records by log-status.
public struct RecordCounts: Sendable, Equatable {
  /// Records that describe traffic.
  public var ok: UInt64 = 0
  /// Intervals without traffic.
  public var noData: UInt64 = 0
  /// Intervals of which AWS lost records.
  public var skipData: UInt64 = 0

  /// No records.
  public init() {}

  /// Counts a record.
  public mutating func count(_ status: LogStatus) {
    switch status {
    case .ok: ok += 1
    case .noData: noData += 1
    case .skipData: skipData += 1
    }
  }

  /// OK, NODATA and SKIPDATA together.
  public var total: UInt64 { ok + noData + skipData }
}

/// What every line of an input was; nothing is left out.
public struct LineCounts: Sendable, Equatable {
  /// All lines, blank ones and comments included.
  public var lines: UInt64 = 0
  /// Lines that name columns.
  public var headers: UInt64 = 0
  /// Records by log-status.
  public var records = RecordCounts()
  /// Rejected lines by reason.
  public var rejected: [RejectReason: UInt64] = [:]
  /// The first rejected line of each reason.
  public var firstRejects: [RejectReason: UInt64] = [:]
  /// Records whose end lies before their start.
  public var reversedTimes: UInt64 = 0
  /// Smallest start of any record that has one, Unix seconds.
  public var firstStart: UInt32?
  /// Largest end of any record that has one, Unix seconds.
  public var lastEnd: UInt32?

  /// No lines.
  public init() {}

  /// How many lines were rejected.
  public var rejectedTotal: UInt64 { rejected.values.reduce(0, +) }

  /// The first rejected line of all.
  public var firstReject: FirstReject? {
    firstRejects.map { FirstReject(line: $0.value, reason: $0.key) }
      .min { ($0.line, $0.reason.rawValue) < ($1.line, $1.reason.rawValue) }
  }

  /// Notes a rejected line.
  public mutating func reject(_ reason: RejectReason, line: UInt64) {
    rejected[reason, default: 0] += 1
    firstRejects[reason] = min(firstRejects[reason] ?? line, line)
  }

  /// Notes the time span of a record.
  public mutating func cover(start: UInt32, end: UInt32) {
    firstStart = min(firstStart ?? start, start)
    lastEnd = max(lastEnd ?? end, end)
  }

  /// Adds the counts of another input; the first rejects stay those of each input alone.
  public mutating func add(_ other: LineCounts) {
    lines += other.lines
    headers += other.headers
    records.ok += other.records.ok
    records.noData += other.records.noData
    records.skipData += other.records.skipData
    rejected.merge(other.rejected, uniquingKeysWith: +)
    reversedTimes += other.reversedTimes
    if let start = other.firstStart, let end = other.lastEnd { cover(start: start, end: end) }
  }
}
