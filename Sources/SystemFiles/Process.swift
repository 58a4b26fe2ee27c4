internal import Glibc

/// This process.
package enum Process {
  /// Ends the process at once.
  package static func leave(_ code: Int32) -> Never { exit(code) }
}
