internal import Glibc
package import SystemFiles

/// Where a stream of bytes is cut into the pieces that single reads give.
package enum Cutting: Hashable, Sendable {
  /// Pieces of 4096 bytes, the largest ones that keep their borders.
  case pages
  /// A piece for every byte.
  case everyByte
  /// Two pieces, as far as they are no longer than a page.
  case at(Int)
  /// Pieces of random lengths.
  case random(seed: UInt64)

  /// The lengths of the pieces of so many bytes; none is empty or longer than a page.
  package func lengths(of count: Int) -> [Int] {
    var random = SplitMix(seed)
    var lengths: [Int] = []
    var done = 0
    while done < count {
      let wanted =
        switch self {
        case .pages: 4096
        case .everyByte: 1
        case .at(let cut): done < cut ? cut - done : 4096
        case .random: 1 + random.below(1 << (1 + random.below(12)))
        }
      let length = min(wanted, count - done, 4096)
      lengths.append(length)
      done += length
    }
    return lengths
  }

  private var seed: UInt64 {
    if case .random(let seed) = self { seed } else { 0 }
  }
}

/// Gives the same bytes as a pipe whose reads end where the test wants them to end.
///
/// The pipe is in packet mode: the kernel gives one written piece per read, however far ahead the writer is.
package enum ChunkCutter {
  /// `O_DIRECT`, which Swift's module of the C library leaves out.
  #if arch(arm64)
  private static let packetMode: Int32 = 0o200_000
  #else
  private static let packetMode: Int32 = 0o40_000
  #endif

  /// Feeds a pipe from a thread of its own while the body reads it.
  ///
  /// - Throws: `SystemError` when there is no pipe to be had, and what the body throws.
  package static func withSource<Result>(
    _ bytes: [UInt8],
    _ cutting: Cutting,
    _ body: (OpenFile) throws -> Result
  ) throws -> Result {
    // A reader that goes away early is an error of the write instead of a signal.
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else {
      throw SystemError(operation: "make", path: "pipe", code: errno)
    }
    let (reading, writing) = (ends[0], ends[1])
    guard fcntl(writing, F_SETFL, packetMode) == 0 else {
      throw SystemError(operation: "cut the reads of", path: "pipe", code: errno)
    }
    let opened = Swift.Result { try OpenFile.reading("/dev/fd/\(reading)") }
    close(reading)
    let thread = Workers.start {
      feed(bytes, cutting, to: writing)
      close(writing)
    }
    var file: OpenFile? = try opened.get()
    let result = Swift.Result { try file.map(body) }
    // With its reader gone, a writer that still waits for room gives up.
    file = nil
    thread.join()
    guard let value = try result.get() else {
      throw SystemError(operation: "read", path: "pipe", code: EBADF)
    }
    return value
  }

  private static func feed(_ bytes: [UInt8], _ cutting: Cutting, to descriptor: Int32) {
    var start = 0
    for length in cutting.lengths(of: bytes.count) {
      let written = unsafe bytes[start..<(start + length)].withUnsafeBytes { piece in
        unsafe write(descriptor, piece.baseAddress, piece.count)
      }
      guard written == length else { return }
      start += length
    }
  }
}

extension OpenFile {
  /// Everything from the present place to the end.
  ///
  /// - Throws: `SystemError` when the kernel refuses.
  package func wholeContent() throws -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = try read(into: &buffer)
      guard count > 0 else { return content }
      content += buffer[..<count]
    }
  }
}
