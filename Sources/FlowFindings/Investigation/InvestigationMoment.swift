/// A moment since which an investigation tells what is new.
public struct InvestigationMoment: Sendable, Equatable {
  /// What a conversation's peer or service is since the moment.
  public enum Change: String, Sendable {
    /// It did not occur before.
    case new
    /// It occurred before, with a tenth of the bytes per hour at most.
    case volume
  }

  /// Fewer bytes since then are no change of volume.
  static let leastBytes: UInt64 = 1 << 20

  /// The first second that counts as later, Unix seconds.
  public let time: UInt32
  /// The start and end of what was read, Unix seconds.
  public let log: ClosedRange<UInt32>

  /// A moment of a log.
  package init(_ time: UInt32, of log: ClosedRange<UInt32>) { (self.time, self.log) = (time, log) }

  /// What changed of what these conversations are about; nil when nothing did.
  ///
  /// Conversations count where they began: one that goes on for hours may lie on both sides of the moment.
  public func change(_ sums: InvestigationSums) -> Change? {
    guard sums.later > 0 else { return nil }
    if sums.first >= time { return .new }
    guard sums.laterBytes >= Self.leastBytes, time > log.lowerBound, log.upperBound > time else {
      return nil
    }
    return later(sums) >= 10 * earlier(sums) ? .volume : nil
  }

  /// Bytes per hour of conversations that began before the moment.
  public func earlier(_ sums: InvestigationSums) -> Double {
    let bytes = sums.bytes - min(sums.bytes, sums.laterBytes)
    return Self.perHour(bytes, time - min(time, log.lowerBound))
  }

  /// Bytes per hour of conversations that began at the moment or later.
  public func later(_ sums: InvestigationSums) -> Double {
    Self.perHour(sums.laterBytes, log.upperBound - min(log.upperBound, time))
  }

  private static func perHour(_ bytes: UInt64, _ seconds: UInt32) -> Double {
    Double(bytes) * 3600 / Double(max(1, seconds))
  }
}
