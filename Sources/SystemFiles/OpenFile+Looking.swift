internal import Glibc

/// Which file it is, whatever path leads to it.
package struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
}

extension OpenFile {
  /// All bytes from here to the end.
  ///
  /// - Parameter limit: what is longer is an error, for files that people write.
  /// - Returns: the bytes.
  /// - Throws: `SystemError` when a read fails or there is too much.
  package func readToEnd(limit: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try read(into: &chunk)
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= limit else {
        throw SystemError(operation: "read", path: path, code: EFBIG)
      }
    }
  }

  /// Whether something lies at the path.
  package static func exists(_ path: String) -> Bool { status(path) != nil }

  /// When the file at the path was last changed, Unix seconds; nil without one.
  package static func changed(_ path: String) -> UInt32? {
    status(path).map { UInt32(clamping: $0.st_mtim.tv_sec) }
  }

  /// Which file lies at the path; nil without one, and for pipes and devices, which may give other bytes every time.
  package static func identity(_ path: String) -> FileIdentity? {
    guard let status = status(path), status.st_mode & S_IFMT == S_IFREG else { return nil }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// Which file standard output goes to; nil where it goes to no file.
  package static var identityOfStandardOutput: FileIdentity? {
    var status = stat()
    guard unsafe fstat(STDOUT_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  private static func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }
}
