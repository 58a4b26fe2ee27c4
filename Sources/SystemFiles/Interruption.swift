internal import Glibc
internal import Synchronization

private let interrupted = Atomic<Int32>(0)

/// Signals that ask the program to stop.
public enum Interruption {
  /// From now on SIGINT and SIGTERM are noted and the second one ends the process at once; a closed pipe is
  /// an error of the write instead of a signal.
  public static func watch() {
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGINT, SIGTERM] {
      signal(number) { received in
        if interrupted.exchange(received, ordering: .relaxed) != 0 { _exit(130) }
      }
    }
  }

  /// Whether a signal came.
  public static var isRequested: Bool { interrupted.load(ordering: .relaxed) != 0 }
}
