internal import Glibc
internal import Synchronization

/// Plain threads for work that never waits on anything but the disk.
///
/// The runs of Weir are long loops over bytes; a thread each, joined at the end, is all they need, and keeps
/// the concurrency runtime's cooperative pool free.
package enum Workers {
  /// Runs the body once per worker, each on a thread of its own, and waits for all of them.
  ///
  /// - Parameters:
  ///   - count: how many; worker 0 runs on the calling thread.
  ///   - body: called with the worker's number.
  package static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let threads = (1..<max(1, count)).map { number in start { body(number) } }
    body(0)
    for thread in threads { thread.join() }
  }

  /// Starts one thread.
  package static func start(_ body: @escaping @Sendable () -> Void) -> WorkerThread {
    WorkerThread(body)
  }

  /// Whether a thread can be started now: work that waits for another thread must not be done inline.
  package static var canStart: Bool { WorkerThread {}.isSeparate }
}

/// A running thread that must be joined.
package final class WorkerThread: Sendable {
  private let handle: Mutex<pthread_t?>

  init(_ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, 8 << 20)
    let box = unsafe Unmanaged.passRetained(Job(body))
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread,
      &attributes,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      },
      box.toOpaque()
    )
    if code == 0 {
      handle = Mutex(thread)
    } else {
      // No thread to be had: the work is done here and now instead of not at all.
      handle = Mutex(nil)
      unsafe box.takeRetainedValue().body()
    }
  }

  /// Whether there is a thread that must still be joined.
  fileprivate var isSeparate: Bool {
    defer { join() }
    return handle.withLock { $0 != nil }
  }

  /// Waits until the thread's work is done; once.
  package func join() {
    let thread = handle.withLock { handle in
      defer { handle = nil }
      return handle
    }
    if let thread { pthread_join(thread, nil) }
  }
}

private final class Job: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
