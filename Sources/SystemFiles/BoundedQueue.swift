internal import Glibc

/// A queue between two threads that holds a few elements and makes the faster side wait.
///
/// Unchecked: every access to the elements happens between lock and unlock of the mutex.
@safe package final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var elements: [Element] = []
  private let capacity: Int
  private var isClosed = false

  /// A queue that holds so many elements at the most.
  package init(capacity: Int) {
    self.capacity = capacity
    unsafe mutex = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(changed, nil)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe pthread_cond_destroy(changed)
    unsafe mutex.deallocate()
    unsafe changed.deallocate()
  }

  /// Adds an element, waiting for room; an element for a closed queue is dropped.
  package func push(_ element: Element) {
    unsafe pthread_mutex_lock(mutex)
    while elements.count >= capacity, !isClosed { unsafe pthread_cond_wait(changed, mutex) }
    if !isClosed { elements.append(element) }
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Adds an element if there is room, without waiting; tells whether it was added.
  package func pushIfRoom(_ element: Element) -> Bool {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    guard elements.count < capacity, !isClosed else { return false }
    elements.append(element)
    unsafe pthread_cond_broadcast(changed)
    return true
  }

  /// Takes the oldest element, waiting for one; nil when the queue is closed and empty.
  package func pop() -> Element? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while elements.isEmpty, !isClosed { unsafe pthread_cond_wait(changed, mutex) }
    guard !elements.isEmpty else { return nil }
    unsafe pthread_cond_broadcast(changed)
    return elements.removeFirst()
  }

  /// Takes the oldest element if there is one, without waiting.
  package func popIfAny() -> Element? {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    guard !elements.isEmpty else { return nil }
    unsafe pthread_cond_broadcast(changed)
    return elements.removeFirst()
  }

  /// Says that no further element will come.
  package func close() {
    unsafe pthread_mutex_lock(mutex)
    isClosed = true
    unsafe pthread_cond_broadcast(changed)
    unsafe pthread_mutex_unlock(mutex)
  }
}
