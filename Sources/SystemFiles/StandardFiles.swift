internal import Glibc

/// Standard input, output and error, where whoever started the program left some of them closed.
package enum StandardFiles {
  /// Fills the places of those that are closed, so that no file that is opened later becomes one of them.
  ///
  /// Else a report, or a line of complaint, would be written into a log or into the memory. What fills a place refuses
  /// to be used: a report for a closed standard output must fail, not vanish; only complaints may.
  package static func fillClosed() {
    let purposes = [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ]
    for (descriptor, mode) in purposes where fcntl(descriptor, F_GETFD) == -1 {
      // The kernel gives the lowest free number: those before it are open by now.
      _ = unsafe open("/dev/null", mode)
    }
  }
}
