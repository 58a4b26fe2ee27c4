public import FlowModel

/// The records of an investigation target, counted as they are read.
public struct InvestigationTally: Sendable {
  /// Plain sums over all of them, whoever sent them.
  public package(set) var sums = RecordSums()
  /// Accepted and rejected ones over time.
  public package(set) var timeline = TrafficTimeline()

  /// The windows of an interface without traffic.
  public package(set) var quiet = QuietWindows()

  /// No records.
  public init() {}

  /// Takes the sums from the records that were left when those delivered twice were left out.
  package mutating func recount(_ traffic: InvestigationTraffic) {
    sums = traffic.sent
    sums.add(traffic.received)
  }

  /// Adds what another worker counted.
  public mutating func add(_ other: InvestigationTally) {
    sums.add(other.sums)
    timeline.add(other.timeline)
    quiet.add(other.quiet)
  }
}

/// Records of an interface without traffic: a window of time each.
public struct QuietWindows: Sendable, Equatable {
  /// Windows without data.
  public package(set) var noData: UInt64 = 0
  /// Windows of which AWS lost records.
  public package(set) var skipData: UInt64 = 0
  /// Smallest start, Unix seconds; nil when none shows one.
  public package(set) var first: UInt32?
  /// Largest end, Unix seconds; nil when none shows one.
  public package(set) var last: UInt32?

  /// No windows.
  public init() {}

  /// Windows of either kind.
  public var total: UInt64 { noData + skipData }

  /// Counts a record.
  ///
  /// - Parameters:
  ///   - status: its log-status; OK counts for nothing.
  ///   - times: its start and end; nil when it shows none.
  package mutating func count(_ status: LogStatus, _ times: (start: UInt32, end: UInt32)?) {
    switch status {
    case .ok: return
    case .noData: noData += 1
    case .skipData: skipData += 1
    }
    if let times { cover(times.start, times.end) }
  }

  private mutating func cover(_ start: UInt32, _ end: UInt32) {
    first = min(first ?? start, start)
    last = max(last ?? end, end)
  }

  /// Adds the windows that another worker counted.
  mutating func add(_ other: QuietWindows) {
    noData += other.noData
    skipData += other.skipData
    if let first = other.first, let last = other.last { cover(first, last) }
  }
}
