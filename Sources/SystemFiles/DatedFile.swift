internal import Glibc

/// The file of one day, reached folder by folder, so that no link on the way leads elsewhere.
final class DatedFile {
  private let path: String
  /// The names from the first one with a day to that of the file.
  private let names: [String]
  /// The folder of each name, open.
  private var folders: [Int32] = []

  /// Opens the folders on the way.
  ///
  /// - Throws: `SystemError` when one is missing or a link.
  init(_ pattern: DatedPath, _ day: String) throws(SystemError) {
    path = pattern.path(on: day)
    names = pattern.names.map { $0.replacing(DatedPath.placeholder, with: day) }
    let first = unsafe open(pattern.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard first >= 0 else { throw .last("open folder", pattern.folder) }
    folders.append(first)
    for name in names.dropLast() {
      let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
      let next = unsafe openat(folders[folders.count - 1], name, flags)
      guard next >= 0 else { throw .last("open folder", name) }
      folders.append(next)
    }
  }

  deinit {
    for folder in folders { close(folder) }
  }

  /// Whether a regular file lies there.
  var isFile: Bool {
    var status = stat()
    let flags = AT_SYMLINK_NOFOLLOW
    return unsafe fstatat(folders[folders.count - 1], names[names.count - 1], &status, flags) == 0
      && status.st_mode & S_IFMT == S_IFREG
  }

  /// Removes the file, and the folders of its day that are empty then.
  ///
  /// - Throws: `SystemError` when the file cannot be removed.
  func remove() throws(SystemError) {
    guard isFile else { return }
    for (depth, name) in names.enumerated().reversed() {
      let isFolder = depth < names.count - 1
      let code = unsafe unlinkat(folders[depth], name, isFolder ? AT_REMOVEDIR : 0)
      guard code == 0 || isFolder else { throw .last("remove", path) }
      // A folder that is not empty holds somebody else's files, and so do those above it.
      guard code == 0 else { return }
    }
  }
}
