internal import Glibc

/// Files that are written whole or not at all.
package enum WholeFile {
  /// Writes a file beside its final place, forces it to the disk and renames it; on failure the old file stands.
  ///
  /// - Throws: `SystemError` naming the step that failed.
  package static func write(_ bytes: Span<UInt8>, to path: String) throws(SystemError) {
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      // A device or a pipe must not be replaced by a file.
      return try writeInPlace(bytes, path)
    }
    let mode = exists ? status.st_mode & 0o777 : 0o600
    try replace(Folders.resolved(path), with: bytes, mode: mode)
  }

  /// Finds out, without writing anything, whether a file could be written at the path.
  ///
  /// What a run of hours is to end with is asked for before it begins.
  ///
  /// - Throws: `SystemError` naming what is in the way: no such folder, one that takes no files, a file that may not be
  ///   changed.
  package static func check(_ path: String) throws(SystemError) {
    let real = Folders.resolved(path)
    var link = stat()
    if !OpenFile.exists(path), unsafe lstat(path, &link) == 0 {
      throw SystemError(operation: "follow the link", path: path, code: ENOENT)
    }
    if Folders.kind(path) == .folder {
      throw SystemError(operation: "write to", path: path, code: EISDIR)
    }
    if OpenFile.exists(path) {
      guard unsafe access(path, W_OK) == 0 else { throw .last("write to", path) }
      guard OpenFile.identity(path) != nil else { return }
    }
    let folder = Folders.folder(of: real)
    try check(inside: folder)
    guard PartialFile.path(for: real).utf8.count - folder.utf8.count <= Int(NAME_MAX) else {
      throw SystemError(operation: "write to", path: path, code: ENAMETOOLONG)
    }
  }

  /// Finds out whether a folder takes files.
  ///
  /// - Throws: `SystemError` when it is missing, no folder, or may not be written to.
  package static func check(inside folder: String) throws(SystemError) {
    if Folders.kind(folder) == .file {
      throw SystemError(operation: "write in folder", path: folder, code: ENOTDIR)
    }
    guard unsafe access(folder, W_OK | X_OK) == 0 else { throw .last("write in folder", folder) }
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
    let partial = PartialFile.path(for: path)
    PartialFile.removeStale(of: path)
    let descriptor = try PartialFile.create(partial)
    // The lock goes last: as long as the partial file has its name, it must not look forsaken.
    defer { close(descriptor) }
    do throws(SystemError) {
      try writeAll(bytes, descriptor, partial)
      fchmod(descriptor, mode)
      guard fsync(descriptor) == 0 else { throw .last("flush", partial) }
      guard unsafe rename(partial, path) == 0 else { throw .last("rename to", path) }
    } catch {
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
    let folder = Folders.folder(of: path)
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
