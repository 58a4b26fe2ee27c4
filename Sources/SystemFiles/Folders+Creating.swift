internal import Glibc

extension Folders {
  /// Makes a folder and every missing one above it; one that is there already is no failure.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - isPrivate: whether only the owner may look into what is made.
  /// - Throws: `SystemError` naming the folder that could not be made.
  package static func create(_ path: String, isPrivate: Bool = false) throws(SystemError) {
    guard kind(path) != .folder else { return }
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    if !parent.isEmpty {
      try create(path.hasPrefix("/") ? "/\(parent)" : parent, isPrivate: isPrivate)
    }
    let made = unsafe mkdir(path, isPrivate ? 0o700 : 0o755) == 0
    // Another thread may have made it in between.
    guard made || kind(path) == .folder else { throw .last("create folder", path) }
    // The report in it is durable only once the folder's own name is.
    if made { WholeFile.flushFolder(of: path) }
  }
}
