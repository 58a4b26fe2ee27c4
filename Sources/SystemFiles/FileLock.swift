internal import Glibc

/// A lock that one process at a time holds, on a file of its own.
///
/// The kernel takes it from a process that ends, however it ends; so the file stays where it is, and says who holds the
/// lock only while somebody does.
package final class FileLock: Sendable {
  /// Who holds a lock.
  package struct Holder: Sendable, Equatable {
    /// The number of the process.
    package var process: Int
    /// When it got the lock, Unix seconds.
    package var since: UInt32
  }

  /// What became of waiting for a lock.
  package enum Outcome: Sendable {
    /// It is ours, as long as the value lives.
    case taken(FileLock)
    /// Another one has it still; nil when it does not say who it is.
    case held(by: Holder?)
  }

  private static let pause: UInt32 = 50_000

  private let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    ftruncate(descriptor, 0)
    close(descriptor)
  }

  /// Takes a lock, or waits for it; whoever asks the program to stop ends the waiting.
  ///
  /// - Parameters:
  ///   - path: the file, which is made at first use.
  ///   - lockTimeout: how many seconds to wait; 0 for one try.
  ///   - onWait: called once when the first try failed and there is time to wait.
  /// - Returns: the lock, or who has it.
  /// - Throws: `SystemError` when the file cannot be made, opened, or locked by anybody.
  package static func take(
    _ path: String,
    lockTimeout: Double,
    onWait: (Holder?) -> Void
  ) throws(SystemError) -> Outcome {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .last("open the lock", path) }
    let clock = ContinuousClock()
    let end = clock.now + .seconds(lockTimeout)
    var isFirst = true
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        // Some network file systems know no locks, and waiting does not teach them.
        let error = SystemError.last("lock", path)
        close(descriptor)
        throw error
      }
      guard clock.now < end, !Interruption.isRequested else {
        defer { close(descriptor) }
        return .held(by: holder(descriptor))
      }
      if isFirst { onWait(holder(descriptor)) }
      isFirst = false
      usleep(pause)
    }
    sign(descriptor)
    return .taken(FileLock(descriptor: descriptor))
  }

  /// Writes who holds the lock; a disk without room for that does not matter.
  private static func sign(_ descriptor: Int32) {
    let text = Array("\(getpid()) \(time(nil))\n".utf8)
    ftruncate(descriptor, 0)
    _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  private static func holder(_ descriptor: Int32) -> Holder? {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
    }
    let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      .split { $0 == " " || $0 == "\n" }
    guard words.count == 2, let process = Int(words[0]), let since = UInt32(words[1]) else {
      return nil
    }
    return Holder(process: process, since: since)
  }
}
