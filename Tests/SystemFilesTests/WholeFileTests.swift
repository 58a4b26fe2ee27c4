import FlowTestSupport
import Foundation
import SystemFiles
import Testing

@Suite("Files that are written whole")
struct WholeFileTests {
  private static let own = ProcessInfo.processInfo.processIdentifier

  @Test("what a killed run left beside a file goes with the next one that is written")
  func stale() throws {
    let folder = try TemporaryFolder()
    // No process has these numbers: Linux counts to 4,194,304.
    for name in ["r.999999998.partial", "r.999999999.partial", "r.\(Self.own).partial"] {
      _ = try folder.write([1], to: name)
    }
    let path = try folder.write(Array("new".utf8), to: "r")
    #expect(try names(folder) == ["r"])
    #expect(try OpenFile.reading(path).readToEnd(limit: 9) == Array("new".utf8))
  }

  @Test(
    "what may belong to somebody stays: a living process, another file, another name, a link, a folder"
  )
  func others() throws {
    let folder = try TemporaryFolder()
    let names = [
      "q.999999999.partial", "r.1.partial", "r.0999999999.partial", "r.99999999999.partial",
      "r.x.partial", "r.partial", "r.999999999.partial.gz", "r..partial", "r.-5.partial",
    ]
    for name in names { _ = try folder.write([1], to: name) }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/r.999999997.partial",
      withDestinationPath: "\(folder.path)/q.999999999.partial"
    )
    _ = try folder.write([1], to: "r.999999996.partial/inside")
    let before = try self.names(folder)
    _ = try folder.write([2], to: "r")
    #expect(try self.names(folder) == (before + ["r"]).sorted())
  }

  @Test(
    "a partial file that somebody has locked is being written, whatever number stands in its name"
  )
  func living() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/r.999999999.partial"
    guard case .taken(let writer) = try FileLock.take(path, lockTimeout: 0, onWait: { _ in }) else {
      Issue.record("the lock is free")
      return
    }
    _ = try folder.write([2], to: "r")
    #expect(try names(folder) == ["r", "r.999999999.partial"])
    withExtendedLifetime(writer) {}
  }

  struct Place: CustomTestStringConvertible {
    var path: String
    var words: String
    var testDescription: String { path }
  }

  @Test(
    "whether a file could be written is known before, and nothing is left by asking",
    arguments: [
      Place(path: "missing/r", words: "write in folder"), Place(path: "folder", words: "directory"),
      Place(path: "file/r", words: "Not a directory"),
      Place(path: String(repeating: "n", count: 250), words: "name too long"),
      Place(path: "loop", words: "follow the link"),
    ]
  )
  func check(_ place: Place) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write([1], to: "folder/x")
    _ = try folder.write([1], to: "file")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/loop",
      withDestinationPath: "loop"
    )
    let before = try names(folder)
    let error = #expect(throws: SystemError.self) {
      try WholeFile.check("\(folder.path)/\(place.path)")
    }
    #expect(error?.description.lowercased().contains(place.words.lowercased()) == true)
    for good in ["file", "new", "folder/new"] { try WholeFile.check("\(folder.path)/\(good)") }
    #expect(try names(folder) == before)
  }

  private func names(_ folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }
}
