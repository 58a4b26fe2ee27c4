/// A stretch of time in which AWS lost records of an interface.
public struct SkipDataWindow: Hashable, Sendable {
  /// The interface's number.
  public let interface: UInt32
  /// Unix seconds.
  public let start: UInt32
  /// Unix seconds.
  public let end: UInt32

  /// Describes a window.
  public init(interface: UInt32, start: UInt32, end: UInt32) {
    (self.interface, self.start, self.end) = (interface, start, end)
  }
}
