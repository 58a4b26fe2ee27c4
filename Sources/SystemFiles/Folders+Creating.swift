internal import Glibc

extension Folders {
  private static let openToAll: mode_t = 0o755

  /// Makes a folder and every missing one above it; one that is there already is no failure.
  ///
  /// - Throws: `SystemError` naming the folder that could not be made.
  public static func create(_ path: String) throws(SystemError) {
    guard kind(path) != .folder else { return }
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    if !parent.isEmpty { try create(path.hasPrefix("/") ? "/\(parent)" : parent) }
    let made = unsafe mkdir(path, openToAll) == 0
    // Another thread may have made it in between.
    guard made || kind(path) == .folder else { throw .last("create folder", path) }
  }
}
