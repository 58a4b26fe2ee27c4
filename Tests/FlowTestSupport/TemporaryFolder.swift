internal import Glibc
internal import SystemFiles

/// A folder of its own below `TMPDIR`; it and everything in it vanish with the last reference.
package final class TemporaryFolder: Sendable {
  /// Where the folder lies.
  package let path: String

  /// Makes an empty folder.
  ///
  /// - Throws: `SystemError` when there is no room for one.
  package init() throws {
    let parent = environment("TMPDIR") ?? "/tmp"
    try Folders.create(parent)
    var template = Array("\(parent)/weir-test-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { name in
      unsafe name.baseAddress.flatMap { unsafe mkdtemp($0) } != nil
    }
    guard made else { throw SystemError(operation: "make", path: parent, code: errno) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { Self.remove(path) }

  /// Writes a file, together with the folders above it.
  ///
  /// - Returns: the file's path.
  /// - Throws: `SystemError` when the disk refuses.
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = "\(path)/\(name)"
    let folder = file.split(separator: "/").dropLast().joined(separator: "/")
    try Folders.create("/\(folder)")
    try WholeFile.write(bytes.span, to: file)
    return file
  }

  /// Reads a whole file of the folder.
  ///
  /// - Throws: `SystemError` when it is missing.
  package func read(_ name: String) throws -> [UInt8] {
    try OpenFile.reading("\(path)/\(name)").wholeContent()
  }

  private static func remove(_ path: String) {
    if let stream = unsafe opendir(path) {
      while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        guard name != ".", name != ".." else { continue }
        let below = "\(path)/\(name)"
        // Removes a file or a link, and refuses a folder.
        if unsafe unlink(below) != 0 { remove(below) }
      }
      unsafe closedir(stream)
    }
    unsafe rmdir(path)
  }
}
