/// Accepted and rejected records over time.
///
/// Shape: bins of five minutes by the start of records; of a whole day each where a log has records of more than
/// `mostDays` days, so that hostile times cannot fill the memory. Which of the two depends on the records alone, not on
/// their order.
public struct TrafficTimeline: Sendable {
  /// The records of one stretch of time.
  public struct Bin: Sendable, Equatable {
    /// Unix seconds.
    public var start: UInt32
    /// Records whose action is ACCEPT.
    public var accepted: UInt64
    /// Records whose action is REJECT.
    public var rejected: UInt64

    /// Counts of a stretch.
    public init(start: UInt32, accepted: UInt64, rejected: UInt64) {
      (self.start, self.accepted, self.rejected) = (start, accepted, rejected)
    }
  }

  /// Logs of more days than this are counted by the day.
  public static let mostDays = 400

  private static let secondsPerDay: UInt32 = 86_400
  private static let binsPerDay = 288

  private typealias Counts = SIMD2<UInt64>

  private var totals: [UInt32: Counts] = [:]
  /// Five-minute counts of all days but the one at hand; empty once there are too many.
  private var closedDays: [UInt32: [Counts]] = [:]
  private var isByDay = false
  /// The day of the last record: nearly every record falls into the same one, and is counted without a look-up.
  private var day = UInt32.max
  private var counts = [Counts](repeating: .zero, count: binsPerDay)

  /// No records.
  public init() {}

  /// Counts a record that begins at a time.
  ///
  /// - Parameters:
  ///   - start: Unix seconds.
  ///   - action: raw value of `FlowAction`; unknown ones count for neither side.
  /// - Complexity: constant.
  @inline(__always)
  public mutating func add(start: UInt32, action: UInt8) {
    let recordDay = start / Self.secondsPerDay
    if recordDay != day { open(recordDay) }
    let bin = Int((start &- recordDay &* Self.secondsPerDay) / 300)
    counts[bin] &+= Counts(
      action == FlowAction.accept.rawValue ? 1 : 0,
      action == FlowAction.reject.rawValue ? 1 : 0
    )
  }

  /// Makes a day the one at hand.
  private mutating func open(_ next: UInt32) {
    close()
    day = next
    counts =
      (isByDay ? nil : closedDays[next]) ?? [Counts](repeating: .zero, count: Self.binsPerDay)
  }

  private mutating func close() {
    guard day != .max else { return }
    if isByDay {
      totals[day, default: .zero] &+= Self.sum(counts)
    } else {
      closedDays[day] = counts
      coarsenIfNeeded()
    }
    day = .max
  }

  private mutating func coarsenIfNeeded() {
    guard !isByDay, closedDays.count > Self.mostDays else { return }
    for (day, counts) in closedDays { totals[day, default: .zero] &+= Self.sum(counts) }
    closedDays = [:]
    isByDay = true
  }

  private static func sum(_ counts: [Counts]) -> Counts { counts.reduce(.zero, &+) }

  /// Adds what another worker counted.
  public mutating func add(_ other: TrafficTimeline) {
    close()
    var other = other
    other.close()
    if other.isByDay, !isByDay {
      swap(&self, &other)
    }
    for (day, counts) in other.totals { totals[day, default: .zero] &+= counts }
    for (day, counts) in other.closedDays {
      if isByDay {
        totals[day, default: .zero] &+= Self.sum(counts)
      } else {
        closedDays[day] = closedDays[day].map { zip($0, counts).map { $0 &+ $1 } } ?? counts
      }
    }
    coarsenIfNeeded()
  }

  /// The length of a bin: 300, or 86,400 for a log of very many days.
  public var secondsPerBin: UInt32 {
    var closed = self
    closed.close()
    return closed.isByDay ? Self.secondsPerDay : 300
  }

  /// The bins that hold records, in order of time.
  public var bins: [Bin] {
    var closed = self
    closed.close()
    guard !closed.isByDay else {
      return closed.totals.sorted { $0.key < $1.key }
        .map { Self.bin($0.key * Self.secondsPerDay, $0.value) }
    }
    return closed.closedDays.sorted { $0.key < $1.key }
      .flatMap { day, counts in
        counts.enumerated().filter { $0.element != .zero }
          .map { Self.bin(day * Self.secondsPerDay + UInt32($0.offset) * 300, $0.element) }
      }
  }

  private static func bin(_ start: UInt32, _ counts: Counts) -> Bin {
    Bin(start: start, accepted: counts[0], rejected: counts[1])
  }
}

/// A stretch of time of which a log does not tell all.
public struct LogGap: Sendable, Equatable {
  /// Why it is not told.
  public enum Kind: String, Sendable {
    /// AWS lost records of at least one interface.
    case lostRecords = "skip-data"
    /// The log holds no record at all.
    case nothingLogged = "no-records"
  }

  /// Why it is not told.
  public var kind: Kind
  /// Unix seconds.
  public var start: UInt32
  /// Unix seconds.
  public var end: UInt32

  /// Names a stretch.
  public init(kind: Kind, start: UInt32, end: UInt32) {
    (self.kind, self.start, self.end) = (kind, start, end)
  }
}
