import FlowTestSupport
import Foundation
import Synchronization
import SystemFiles
import Testing

@Suite("A lock between processes")
struct FileLockTests {
  @Test("one has it, the other is told who; when it is given up, the next one gets it")
  func one() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/h.lock"
    let before = UInt32(Date().timeIntervalSince1970)
    do {
      let first = try taken(path)
      let holder = try #require(try held(path))
      #expect(holder.process == Int(ProcessInfo.processInfo.processIdentifier))
      #expect(before...(before + 600) ~= holder.since)
      withExtendedLifetime(first) {}
    }
    _ = try taken(path)
    #expect(try folder.read("h.lock").isEmpty)
  }

  @Test("who waits is told of the other once, and gets the lock when that one is done")
  func waiting() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/h.lock"
    let first = Mutex<FileLock?>(try taken(path))
    let thread = Workers.start {
      Thread.sleep(forTimeInterval: 0.3)
      first.withLock { $0 = nil }
    }
    var told = 0
    let outcome = try FileLock.take(path, lockTimeout: 60) { holder in
      told += 1
      #expect(holder != nil)
    }
    thread.join()
    guard case .taken = outcome else { throw Surprise() }
    #expect(told == 1)
  }

  @Test("lockTimeout ends")
  func lockTimeout() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/h.lock"
    let first = try taken(path)
    let start = ContinuousClock.now
    guard case .held = try FileLock.take(path, lockTimeout: 0.2, onWait: { _ in }) else {
      throw Surprise()
    }
    #expect(ContinuousClock.now - start >= .milliseconds(200))
    withExtendedLifetime(first) {}
  }

  @Test(
    "what a holder that died left behind, or somebody else wrote, is nobody",
    arguments: ["", "x y\n", "12\n"]
  )
  func nobody(_ text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(text.utf8), to: "h.lock")
    let first = try taken(path)
    try Data(text.utf8).write(to: URL(filePath: path))
    // Foundation writes beside and renames only when asked for; the lock is on the file that was there.
    #expect(try held(path) == nil)
    withExtendedLifetime(first) {}
  }

  @Test("a lock is no link and needs its folder", arguments: ["link", "missing/h.lock"])
  func refused(_ name: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link",
      withDestinationPath: "\(folder.path)/elsewhere"
    )
    #expect(throws: SystemError.self) { try taken("\(folder.path)/\(name)") }
    #expect(!OpenFile.exists("\(folder.path)/elsewhere"))
  }

  private struct Surprise: Error {}

  private func taken(_ path: String) throws -> FileLock {
    guard
      case .taken(let lock) = try FileLock.take(
        path,
        lockTimeout: 0,
        onWait: { _ in Issue.record("no time to wait") }
      )
    else { throw Surprise() }
    return lock
  }

  private func held(_ path: String) throws -> FileLock.Holder? {
    guard case .held(let holder) = try FileLock.take(path, lockTimeout: 0, onWait: { _ in }) else {
      throw Surprise()
    }
    return holder
  }
}
