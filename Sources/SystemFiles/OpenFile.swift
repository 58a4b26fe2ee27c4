internal import Glibc

/// An open file, pipe or terminal; closed when it goes away unless it was lent.
package final class OpenFile: Sendable {
  /// What was opened, for messages.
  package let path: String
  private let descriptor: Int32
  private let isLent: Bool
  private let isRegular: Bool

  private init(path: String, descriptor: Int32, isLent: Bool) {
    self.path = path
    self.descriptor = descriptor
    self.isLent = isLent
    var status = stat()
    isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  deinit {
    if !isLent { close(descriptor) }
  }

  /// Opens a file for reading.
  ///
  /// - Throws: `SystemError` when it is missing, unreadable or a folder.
  package static func reading(_ path: String) throws(SystemError) -> OpenFile {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .last("open", path) }
    let file = OpenFile(path: path, descriptor: descriptor, isLent: false)
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    return file
  }

  /// Standard input, which stays open.
  package static let standardInput = OpenFile(path: "-", descriptor: STDIN_FILENO, isLent: true)
  /// Standard output, which stays open.
  package static let standardOutput = OpenFile(
    path: "standard output",
    descriptor: STDOUT_FILENO,
    isLent: true
  )
  /// Standard error, which stays open.
  package static let standardError = OpenFile(
    path: "standard error",
    descriptor: STDERR_FILENO,
    isLent: true
  )

  /// An unlinked file of mode 0600 for spilled state; it vanishes with the process, however that ends.
  ///
  /// - Parameter folder: where it takes its space; `TMPDIR` or `/tmp` when nil.
  /// - Returns: the open file.
  /// - Throws: `SystemError` when the folder takes no file.
  package static func temporary(in folder: String? = nil) throws(SystemError) -> OpenFile {
    let parent = folder ?? environment("TMPDIR") ?? "/tmp"
    var template = Array("\(parent)/weir-spill-XXXXXX".utf8CString)
    let descriptor = unsafe template.withUnsafeMutableBufferPointer { name in
      unsafe name.baseAddress.map { unsafe mkstemp($0) } ?? -1
    }
    guard descriptor >= 0 else { throw .last("make a temporary file in", parent) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = unsafe template.withUnsafeBufferPointer { unsafe $0.baseAddress.map { unsafe unlink($0) } }
    return OpenFile(path: "temporary file in \(parent)", descriptor: descriptor, isLent: false)
  }

  /// Bytes of a regular file from here to its end; 0 for pipes, and for files of the kernel without a size.
  package var remaining: Int {
    var status = stat()
    guard isRegular, unsafe fstat(descriptor, &status) == 0 else { return 0 }
    return max(0, Int(status.st_size) - Int(lseek(descriptor, 0, SEEK_CUR)))
  }

  /// Reads what is there, at most as much as the buffer from `offset` on can take.
  ///
  /// - Returns: how many bytes came; 0 at the end.
  /// - Throws: `SystemError` when the kernel refuses.
  package func read(into buffer: inout [UInt8], from offset: Int = 0) throws(SystemError) -> Int {
    while true {
      guard waitForBytes() else { return 0 }
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe Glibc.read(
          descriptor,
          bytes.baseAddress.map { unsafe $0 + offset },
          bytes.count - offset
        )
      }
      if count >= 0 { return count }
      guard errno == EINTR || errno == EAGAIN else { throw .last("read", path) }
    }
  }

  /// Waits until a pipe has bytes or has ended.
  ///
  /// A pipe may stand still for hours; whoever asks the program to stop must not wait for that.
  ///
  /// - Returns: false when the program was asked to stop.
  private func waitForBytes() -> Bool {
    guard !isRegular else { return true }
    let lockTimeout: Int32 = 100
    while !Interruption.isRequested {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&request, 1, lockTimeout) > 0 { return true }
    }
    return false
  }

  /// Writes everything.
  ///
  /// - Throws: `SystemError` when the kernel refuses, for instance a full disk or a closed pipe.
  package func write(_ bytes: Span<UInt8>) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let rest = bytes.extracting(written..<bytes.count)
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        throw .last("write to", path)
      }
    }
  }

  /// Appends rows of plain data as they lie in memory.
  ///
  /// - Returns: how many bytes were written.
  /// - Throws: `SystemError`, for instance when the disk is full.
  package func append<Row: BitwiseCopyable>(_ rows: Span<Row>) throws(SystemError) -> Int {
    var written = 0
    let total = rows.count * MemoryLayout<Row>.stride
    while written < total {
      let count = unsafe rows.withUnsafeBytes { bytes in
        unsafe Glibc.write(
          descriptor,
          bytes.baseAddress.map { unsafe $0 + written },
          total - written
        )
      }
      if count >= 0 {
        written += count
      } else if errno != EINTR {
        throw .last("write to", path)
      }
    }
    return total
  }

  /// Reads rows of plain data back from a place in the file; the file's own position does not matter.
  ///
  /// - Returns: how many whole rows came.
  /// - Throws: `SystemError` when the kernel refuses.
  package func read<Row: BitwiseCopyable>(
    rowsInto rows: inout [Row],
    atByte offset: Int
  ) throws(SystemError) -> Int {
    var done = 0
    let total = rows.count * MemoryLayout<Row>.stride
    while done < total {
      let count = unsafe rows.withUnsafeMutableBytes { bytes in
        unsafe pread(
          descriptor,
          bytes.baseAddress.map { unsafe $0 + done },
          total - done,
          off_t(offset + done)
        )
      }
      if count == 0 { break }
      if count > 0 {
        done += count
      } else if errno != EINTR {
        throw .last("read back", path)
      }
    }
    return done / MemoryLayout<Row>.stride
  }

  /// Reads one row of plain data back.
  ///
  /// - Throws: `SystemError` when the kernel refuses or the file ends before.
  package func readRow<Row: BitwiseCopyable>(
    _ type: Row.Type,
    atByte offset: Int
  ) throws(SystemError) -> Row {
    let size = MemoryLayout<Row>.size
    var bytes = [UInt8](repeating: 0, count: size)
    guard try read(rowsInto: &bytes, atByte: offset) == size else {
      throw SystemError(operation: "read back", path: path, code: EIO)
    }
    return unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: Row.self) }
  }

  /// Goes back to the first byte.
  package func rewind() { lseek(descriptor, 0, SEEK_SET) }

  /// Whether a person sits at the other end.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The size in bytes; nil for what has none, such as a pipe.
  package var size: Int? {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return Int(status.st_size)
  }

  /// Columns and lines of a terminal, 0 lines where it does not know them; nil for anything else.
  package var terminalSize: (columns: Int, lines: Int)? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

/// The value of an environment variable; nil when it is not set or empty.
package func environment(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  let text = unsafe String(cString: value)
  return text.isEmpty ? nil : text
}
