internal import Synchronization

/// Gives every network interface of a run a small number.
///
/// Numbers follow first sight and so differ from run to run: they serve equality only and never reach a report.
/// Number 0 stands for a record without an interface, and for every interface past `limit`, so that hostile
/// input cannot grow the registry without end.
public final class InterfaceRegistry: Sendable {
  /// More interfaces than any account has.
  public static let most = 1 << 20

  /// How many interfaces have numbers of their own.
  public let limit: Int

  private struct Names {
    var numbers: [String: UInt32] = ["-": 0]
    var names = ["-"]
  }

  private let state = Mutex(Names())

  /// A registry that knows no interface, and numbers so many.
  public init(limit: Int = most) {
    self.limit = limit
  }

  /// The number of an interface, a new one at first sight; 0 past `limit`.
  public func number(_ name: String) -> UInt32 {
    state.withLock { state in
      if let known = state.numbers[name] { return known }
      guard state.names.count < limit else { return 0 }
      let number = UInt32(state.names.count)
      state.numbers[name] = number
      state.names.append(name)
      return number
    }
  }

  /// Whether there may be interfaces without a number.
  public var isFull: Bool { state.withLock { $0.names.count >= limit } }

  /// The number of an interface that was seen; nil for any other.
  public func known(_ name: String) -> UInt32? { state.withLock { $0.numbers[name] } }

  /// The name of a number; `-` for 0.
  public func name(_ number: UInt32) -> String { state.withLock { $0.names[Int(number)] } }

  /// The names by number; index 0 is `-`.
  public var names: [String] { state.withLock { $0.names } }
}
