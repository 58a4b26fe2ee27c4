internal import Glibc

/// What lies at a path.
package enum PathKind: Sendable {
  /// A regular file, a pipe or a device.
  case file
  /// A folder.
  case folder
  /// Nothing.
  case missing
}

/// Looking around in the file system.
package enum Folders {
  /// What lies at the path, links followed.
  package static func kind(_ path: String) -> PathKind {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return .missing }
    return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
  }

  /// The absolute path of what a chain of links leads to; the path itself where nothing is.
  package static func resolved(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// Where a path leads, whether a file is there or not: equal for two ways to name one file.
  ///
  /// - Returns: nil for devices and pipes, which keep nothing.
  package static func place(of path: String) -> String? {
    if OpenFile.exists(path) { return OpenFile.identity(path) == nil ? nil : resolved(path) }
    return place(inside: folder(of: path), path.split(separator: "/").suffix(1).map { "\($0)" })
  }

  /// The same of names below a folder, whose links are followed.
  package static func place(inside folder: String, _ names: [String]) -> String {
    ([resolved(folder)] + names).joined(separator: "/")
  }

  /// The folder that a path lies in, going by its text alone.
  package static func folder(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let folder = parts.joined(separator: "/")
    return parts.isEmpty ? "." : folder.isEmpty ? "/" : folder
  }

  /// Whether the path leads to a pipe or another thing that can be read only once.
  package static func isPipe(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    let kind = status.st_mode & S_IFMT
    return kind == S_IFIFO || kind == S_IFSOCK || kind == S_IFCHR
  }

  /// Whether the path leads to a pipe, socket or device.
  private static func isDevice(_ path: String) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  /// The size of a regular file in bytes; 0 for anything else.
  package static func size(_ path: String) -> Int {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
    return Int(status.st_size)
  }

  /// Every regular file below a folder, in order of path; folders behind links are not entered.
  ///
  /// - Returns: the files, and the folders that could not be opened.
  package static func files(below folder: String) -> (files: [String], unreadable: [SystemError]) {
    var files: [String] = []
    var unreadable: [SystemError] = []
    var waiting = [folder]
    while let next = waiting.popLast() {
      do throws(SystemError) {
        for entry in try entries(next, &unreadable) {
          if entry.isFolder { waiting.append(entry.path) } else { files.append(entry.path) }
        }
      } catch {
        unreadable.append(error)
      }
    }
    return (files.sorted(), unreadable)
  }

  /// The names of all that lies in a folder, in order.
  ///
  /// - Throws: `SystemError` when the folder cannot be listed.
  package static func names(in folder: String) throws(SystemError) -> [String] {
    guard let stream = unsafe opendir(folder) else { throw .last("open folder", folder) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) { unsafe names.append(name(of: entry)) }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
    unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private static func entries(
    _ folder: String,
    _ unreadable: inout [SystemError]
  ) throws(SystemError) -> [(path: String, isFolder: Bool)] {
    guard let stream = unsafe opendir(folder) else { throw .last("open", folder) }
    defer { unsafe closedir(stream) }
    var found: [(path: String, isFolder: Bool)] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe name(of: entry)
      guard name != ".", name != ".." else { continue }
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      var status = stat()
      guard unsafe lstat(path, &status) == 0 else {
        // A folder that may be listed and not entered, or a name that is no UTF-8: no log may vanish unsaid.
        unreadable.append(.last("look at", path))
        continue
      }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: found.append((path, true))
      case S_IFREG: found.append((path, false))
      case S_IFLNK where kind(path) == .file && !isDevice(path): found.append((path, false))
      case S_IFLNK:
        // Folders behind links may lead in circles, a device never ends, and what a link has lost nobody can read: none
        // vanishes unsaid.
        let code = kind(path) == .folder ? ELOOP : kind(path) == .file ? ENXIO : ENOENT
        unreadable.append(SystemError(operation: "follow the link", path: path, code: code))
      default:
        unreadable.append(SystemError(operation: "read", path: path, code: ENXIO))
      }
    }
    return found
  }

  /// Paths that a shell pattern matches, in order; empty when none does.
  package static func matching(_ pattern: String) -> [String] {
    var result = unsafe glob_t()
    defer { unsafe globfree(&result) }
    guard unsafe glob(pattern, GLOB_BRACE | GLOB_NOSORT, nil, &result) == 0 else { return [] }
    var paths: [String] = []
    for index in 0..<Int(unsafe result.gl_pathc) {
      if let path = unsafe result.gl_pathv[index] { paths.append(unsafe String(cString: path)) }
    }
    return paths.sorted()
  }
}
