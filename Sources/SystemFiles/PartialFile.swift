internal import Glibc

/// The temporary file beside a file that is being written: `NAME.PROCESS.partial`.
///
/// Its writer holds a lock on it. A writer that is killed leaves the file, and the kernel takes the lock; so who finds
/// a partial file without a lock may remove it.
enum PartialFile {
  private static let ending = ".partial"

  /// The partial file of this process.
  static func path(for path: String) -> String { "\(path).\(getpid())\(ending)" }

  /// Makes a partial file and locks it.
  ///
  /// In containers every process has the same number: what a dead one left makes way.
  ///
  /// - Returns: the descriptor.
  /// - Throws: `SystemError` when the folder takes no file, or another process writes this one.
  static func create(_ partial: String) throws(SystemError) -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    var descriptor = unsafe open(partial, flags, 0o600)
    if descriptor < 0, errno == EEXIST, remove(partial) {
      descriptor = unsafe open(partial, flags, 0o600)
    }
    guard descriptor >= 0 else { throw .last("create", partial) }
    flock(descriptor, LOCK_EX | LOCK_NB)
    return descriptor
  }

  /// Removes what killed runs left of a file; what cannot be looked at stays.
  static func removeStale(of path: String) {
    let folder = Folders.folder(of: path)
    let start = (path.split(separator: "/").last.map { String($0) } ?? path) + "."
    for name in (try? Folders.names(in: folder)) ?? []
    where name.hasPrefix(start) && name.hasSuffix(ending) {
      let number = name.dropFirst(start.count).dropLast(ending.count)
      guard let process = Int32(number), process > 0, "\(process)" == number, !isAlive(process)
      else { continue }
      _ = remove("\(folder)/\(name)")
    }
  }

  private static func isAlive(_ process: Int32) -> Bool {
    kill(process, 0) == 0 || errno != ESRCH
  }

  /// Removes a partial file that nobody has locked; tells whether it did.
  private static func remove(_ partial: String) -> Bool {
    let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    let descriptor = unsafe open(partial, flags)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else { return false }
    // Until the lock was had, another writer may have taken the name over.
    var named = stat()
    guard unsafe lstat(partial, &named) == 0, named.st_ino == status.st_ino,
      named.st_dev == status.st_dev
    else { return false }
    return unsafe unlink(partial) == 0
  }
}
