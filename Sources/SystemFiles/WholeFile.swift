internal import Glibc

/// Files that are written whole or not at all.
public enum WholeFile {
  /// Writes a file beside its final place, forces it to the disk and renames it; on failure the old file stands.
  ///
  /// - Throws: `SystemError` naming the step that failed.
  public static func write(_ bytes: Span<UInt8>, to path: String) throws(SystemError) {
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      // A device or a pipe must not be replaced by a file.
      return try writeInPlace(bytes, path)
    }
    let mode = exists ? status.st_mode & 0o777 : 0o600
    try replace(Folders.resolved(path), with: bytes, mode: mode)
  }

  private static func writeInPlace(_ bytes: Span<UInt8>, _ path: String) throws(SystemError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { close(descriptor) }
    try writeAll(bytes, descriptor, path)
  }

  private static func replace(
    _ path: String,
    with bytes: Span<UInt8>,
    mode: mode_t
  ) throws(SystemError) {
    let partial = "\(path).\(getpid()).partial"
    let descriptor = unsafe open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .last("create", partial) }
    do throws(SystemError) {
      defer { close(descriptor) }
      try writeAll(bytes, descriptor, partial)
      fchmod(descriptor, mode)
      guard fsync(descriptor) == 0 else { throw .last("flush", partial) }
    } catch {
      unsafe unlink(partial)
      throw error
    }
    guard unsafe rename(partial, path) == 0 else {
      let error = SystemError.last("rename to", path)
      unsafe unlink(partial)
      throw error
    }
    flushFolder(of: path)
  }

  private static func writeAll(
    _ bytes: Span<UInt8>,
    _ descriptor: Int32,
    _ path: String
  ) throws(SystemError) {
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

  /// A rename is durable only once its folder is on the disk as well.
  static func flushFolder(of path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let folder = parts.isEmpty ? "." : parts.joined(separator: "/")
    let descriptor = unsafe open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
