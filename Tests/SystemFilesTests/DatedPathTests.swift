import FlowTestSupport
import Foundation
import SystemFiles
import Testing

@Suite("Paths with a day in them")
struct DatedPathTests {
  struct Example: CustomTestStringConvertible {
    var pattern: String
    var path: String
    var folder: String
    var testDescription: String { pattern }
  }

  @Test(
    "the day stands wherever {date} does, and the folder above all days is known before",
    arguments: [
      Example(pattern: "{date}.html", path: "2026-01-05.html", folder: "."),
      Example(pattern: "r/{date}.html", path: "r/2026-01-05.html", folder: "r"),
      Example(pattern: "/{date}", path: "/2026-01-05", folder: "/"),
      Example(pattern: "/srv/r-{date}/all.txt", path: "/srv/r-2026-01-05/all.txt", folder: "/srv"),
      Example(pattern: "{date}/x/w-{date}.js", path: "2026-01-05/x/w-2026-01-05.js", folder: "."),
    ]
  )
  func paths(_ example: Example) throws {
    let path = try #require(DatedPath(example.pattern))
    #expect(path.path(on: "2026-01-05") == example.path)
    #expect(path.folder == example.folder)
    #expect(!path.leadsUp)
  }

  @Test("a path without {date} is the same every day", arguments: ["r.html", "{day}.html", ""])
  func plain(_ text: String) { #expect(DatedPath(text) == nil) }

  @Test("behind the day a path must not lead back up", arguments: ["{date}/../x", "r/{date}/./x"])
  func up(_ text: String) throws { #expect(try #require(DatedPath(text)).leadsUp) }

  /// What lies in a folder, and what of it is a day's file.
  struct Folder: CustomTestStringConvertible {
    var what: String
    var pattern: String
    var files: [String]
    var keep: Int
    var newest = "2026-03-09"
    var gone: [String]
    var testDescription: String { what }
  }

  private static let historyRuns = ["2026-03-07", "2026-03-08", "2026-03-09"]

  @Test(
    "only files of the very pattern are removed, oldest days first",
    arguments: [
      Folder(
        what: "the newest two of three stay",
        pattern: "{date}.html",
        files: historyRuns.map { $0 + ".html" },
        keep: 2,
        gone: ["2026-03-07.html"]
      ),
      Folder(
        what: "fewer than may stay",
        pattern: "{date}.html",
        files: historyRuns.map { $0 + ".html" },
        keep: 9,
        gone: []
      ),
      Folder(
        what: "another ending, another beginning, and no day of the calendar",
        pattern: "w-{date}.html",
        files: [
          "2020-01-01.html", "w-2020-01-01.htm", "w-2020-01-01.html.gz", "x-w-2020-01-01.html",
          "w-2020-02-30.html", "w-2021-02-29.html", "w-2020-13-01.html", "w-2020-1-011.html",
          "w-20200101.html", "w-+020-01-01.html", "w-２020-01-0.html", "w-{date}.html", "w-.html",
          "W-2020-01-01.html", "w-2020-02-29.html", "w-2026-03-09.html",
        ],
        keep: 1,
        gone: ["w-2020-02-29.html"]
      ),
      Folder(
        what: "what was just written stays, however old its log is",
        pattern: "{date}.html",
        files: historyRuns.map { $0 + ".html" },
        keep: 1,
        newest: "2026-03-07",
        gone: ["2026-03-08.html"]
      ),
      Folder(
        what: "the day twice must be the same day",
        pattern: "{date}-{date}",
        files: ["2026-03-07-2026-03-07", "2026-03-06-2026-03-08", "2026-03-09-2026-03-09"],
        keep: 1,
        gone: ["2026-03-07-2026-03-07"]
      ),
      Folder(
        what: "folders of days go with their last file, others stay",
        pattern: "{date}/deep/all.txt",
        files: [
          "2026-03-06/deep/all.txt", "2026-03-07/deep/all.txt", "2026-03-07/mine",
          "2026-03-08/deep/other", "2026-03-09/deep/all.txt", "notes/deep/all.txt",
        ],
        keep: 1,
        gone: ["2026-03-06", "2026-03-06/deep", "2026-03-06/deep/all.txt"]
          + ["2026-03-07/deep", "2026-03-07/deep/all.txt"]
      ),
    ]
  )
  func removing(_ example: Folder) throws {
    let folder = try TemporaryFolder()
    for file in example.files { _ = try folder.write([1], to: file) }
    let before = try Self.all(folder)
    let path = try #require(DatedPath("\(folder.path)/\(example.pattern)"))
    #expect(try path.removeAll(butNewest: example.keep, and: example.newest).isEmpty)
    #expect(try before.subtracting(Self.all(folder)) == Set(example.gone))
  }

  @Test("links are neither counted, nor removed, nor followed")
  func links() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    _ = try folder.write([1], to: "2026-03-08/all.txt")
    _ = try folder.write([1], to: "2026-03-09/all.txt")
    let precious = try other.write([1], to: "all.txt")
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: "\(folder.path)/2026-03-01",
      withDestinationPath: other.path
    )
    try manager.createDirectory(
      atPath: "\(folder.path)/2026-03-02",
      withIntermediateDirectories: true
    )
    try manager.createSymbolicLink(
      atPath: "\(folder.path)/2026-03-02/all.txt",
      withDestinationPath: precious
    )
    let path = try #require(DatedPath("\(folder.path)/{date}/all.txt"))
    #expect(try path.days() == ["2026-03-09", "2026-03-08"])
    #expect(try path.removeAll(butNewest: 1, and: "2026-03-09").isEmpty)
    #expect(try path.days() == ["2026-03-09"])
    #expect(OpenFile.exists(precious))
    #expect(
      try manager.destinationOfSymbolicLink(atPath: "\(folder.path)/2026-03-01") == other.path
    )
    #expect(OpenFile.exists("\(folder.path)/2026-03-02/all.txt"))
  }

  @Test("a folder that is missing is a fault, not an empty one")
  func missing() throws {
    let path = try #require(DatedPath("/nonexistent/{date}.html"))
    #expect(throws: SystemError.self) { try path.days() }
  }

  private static func all(_ folder: TemporaryFolder) throws -> Set<String> {
    Set(try FileManager.default.subpathsOfDirectory(atPath: folder.path))
  }
}
