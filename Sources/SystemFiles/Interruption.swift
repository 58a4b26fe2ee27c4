internal import Glibc
internal import Synchronization

private let interrupted = Atomic<Int32>(0)
/// Whether standard error is a terminal.
private let isWatched = Atomic<Bool>(false)

/// Tells who sits at the terminal that the signal has come: the report of what was read may take its time.
private func acknowledge() {
  let text: StaticString =
    "\r\u{1b}[Kweir: stopping; once more ends it at once, without a report\n"
  _ = unsafe Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
}

/// Signals that ask the program to stop.
package enum Interruption {
  /// From now on SIGINT, SIGTERM and SIGHUP are noted and the second one ends the process at once; a closed pipe and a
  /// file that grows too large are errors of the write instead of signals.
  ///
  /// A hang-up that `nohup` keeps away stays away.
  package static func watch() {
    isWatched.store(isatty(STDERR_FILENO) == 1, ordering: .relaxed)
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    for number in [SIGINT, SIGTERM] + (isIgnored(SIGHUP) ? [] : [SIGHUP]) {
      signal(number) { received in
        if interrupted.exchange(received, ordering: .relaxed) != 0 { _exit(130) }
        if isWatched.load(ordering: .relaxed) { acknowledge() }
      }
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  /// Whether a signal came.
  package static var isRequested: Bool { interrupted.load(ordering: .relaxed) != 0 }
}
