internal import Glibc

extension OpenFile {
  /// Makes an empty file of mode 0600, for what another library is to open and fill, and flushes its folder.
  ///
  /// What lies there already is neither opened nor changed: closing a file would take away the locks that this
  /// process holds on it.
  ///
  /// - Returns: false when something, if only a link to nothing, lies at the path.
  /// - Throws: `SystemError` when the folder is missing or takes no file.
  package static func createEmpty(_ path: String) throws(SystemError) -> Bool {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      if errno == EEXIST { return false }
      throw .last("create", path)
    }
    close(descriptor)
    WholeFile.flushFolder(of: path)
    return true
  }
}
