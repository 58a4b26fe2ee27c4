// The environment is a variable of the C library, which Swift takes for shared; nothing here changes it.
@unsafe @preconcurrency internal import Glibc

/// A program that shows a long text screen by screen, such as `less`.
package enum Pager {
  /// What a shell leaves with when its command is missing or no program.
  private static let missing: Set<Int32> = [126, 127]
  /// What only a shell understands.
  private static let special = "|&;<>()$`\\\"'*?[]#~=%{}!\n"
  /// Signals that the program has set aside and the pager is to have.
  private static let usual = [SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ]

  /// Shows a text and waits until the reader has enough of it.
  ///
  /// Keys that interrupt are the pager's while it runs.
  ///
  /// - Parameters:
  ///   - bytes: the text.
  ///   - command: the pager with its options, such as `less -FRX`.
  /// - Returns: false when the pager could not be started; then nothing was shown.
  package static func show(_ bytes: Span<UInt8>, with command: String) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return false }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let keys = [SIGINT, SIGQUIT]
    let before = keys.map { signal($0, SIG_IGN) }
    defer { for (key, old) in zip(keys, before) { signal(key, old) } }
    let needsShell = command.contains { special.contains($0) }
    let words =
      needsShell ? ["/bin/sh", "-c", command] : command.split(separator: " ").map { String($0) }
    let process = start(words, input: ends[0])
    close(ends[0])
    if process != nil { write(bytes, to: ends[1]) }
    close(ends[1])
    guard let process else { return false }
    let code = exitCode(of: process)
    return !needsShell || !missing.contains(code)
  }

  private static func start(_ words: [String], input: Int32) -> pid_t? {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in usual { unsafe sigaddset(&signals, number) }
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var process = pid_t()
    let code = unsafe posix_spawnp(
      &process,
      words.first ?? "",
      &actions,
      &attributes,
      &arguments,
      environ
    )
    return code == 0 ? process : nil
  }

  /// Writes all of it, or as much as the reader wanted to see.
  private static func write(_ bytes: Span<UInt8>, to descriptor: Int32) {
    var written = 0
    while written < bytes.count {
      let rest = bytes.extracting(written..<bytes.count)
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno != EINTR { return }
      written += max(0, count)
    }
  }

  private static func exitCode(of process: pid_t) -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return 0 }
    }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 0
  }
}
