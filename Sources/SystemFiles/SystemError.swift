internal import Glibc

/// A system call that failed: what was tried, on what, and the kernel's number for it.
public struct SystemError: Error, Sendable, CustomStringConvertible {
  /// What was tried, as a verb: `open`, `read`, `write`.
  public let operation: String
  /// The path, or what stands for one.
  public let path: String
  /// The value of `errno`.
  public let code: Int32

  /// Describes a failed call.
  public init(operation: String, path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// The kernel's words for the failure.
  public var reason: String { unsafe String(cString: strerror(code)) }

  /// `cannot open logs/a.gz: No such file or directory`.
  public var description: String { "cannot \(operation) \(path): \(reason)" }

  /// Whether nothing lies at the path.
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// Whether the disk, or the quota on it, is full.
  public var isFullDisk: Bool { code == ENOSPC || code == EDQUOT }

  /// Whether the reader of a pipe went away.
  public var isClosedPipe: Bool { code == EPIPE }

  static func last(_ operation: String, _ path: String) -> SystemError {
    SystemError(operation: operation, path: path, code: errno)
  }
}
