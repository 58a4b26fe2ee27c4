internal import Glibc

/// A system call that failed: what was tried, on what, and the kernel's number for it.
package struct SystemError: Error, Sendable, CustomStringConvertible {
  /// What was tried, as a verb: `open`, `read`, `write`.
  package let operation: String
  /// The path, or what stands for one.
  package let path: String
  /// The value of `errno`.
  package let code: Int32

  /// Describes a failed call.
  package init(operation: String, path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// The kernel's words for the failure.
  package var reason: String { unsafe String(cString: strerror(code)) }

  /// `cannot open logs/a.gz: No such file or directory`.
  package var description: String { "cannot \(operation) \(path): \(reason)" }

  /// Whether nothing lies at the path.
  package var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// Whether the disk, or the quota on it, is full.
  package var isFullDisk: Bool { code == ENOSPC || code == EDQUOT }

  /// Whether the reader of a pipe went away.
  package var isClosedPipe: Bool { code == EPIPE }

  static func last(_ operation: String, _ path: String) -> SystemError {
    SystemError(operation: operation, path: path, code: errno)
  }
}
