internal import Glibc

/// This process.
public enum Process {
  /// Ends the process at once.
  public static func leave(_ code: Int32) -> Never { exit(code) }
}
