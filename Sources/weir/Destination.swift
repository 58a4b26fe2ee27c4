import ArgumentParser
import SystemFiles

/// One place where the report goes, in one format.
struct Destination {
  var format: OutputFormat
  /// nil for standard output.
  var path: String?
  /// The path, where it has a file for each day.
  var dated: DatedPath?

  /// Reads `FILE`, `FORMAT=FILE`, or either with `-` for standard output.
  ///
  /// - Throws: `ValidationError` for a format that there is not, and for what names no file.
  init(_ text: String, format: OutputFormat) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    (self.format, path) = (format, text)
    if parts.count == 2, let named = OutputFormat(rawValue: String(parts[0])) {
      (self.format, path) = (named, String(parts[1]))
    } else if parts.count == 2, parts[0].allSatisfy({ $0.isLetter || $0 == ":" }) {
      let formats = OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--output: there is no format '\(parts[0])'; use one of \(formats)")
    }
    guard path?.isEmpty == false else {
      throw ValidationError("--output: '\(text)' names no file")
    }
    if path == "-" { path = nil }
    dated = path.flatMap { DatedPath($0) }
    if dated?.leadsUp == true {
      throw ValidationError(
        "--output: '\(text)' leads back up behind {date}; name the file directly"
      )
    }
  }

  /// Standard output.
  init(_ format: OutputFormat) { self.format = format }

  /// Asks whether a file could be written here, before anything is read.
  func check() throws(SystemError) {
    if let dated {
      try WholeFile.check(inside: dated.folder)
    } else if let path {
      try WholeFile.check(path)
    }
  }

  /// Equal for two ways to name one file; nil for standard output, devices and pipes, which may be written twice.
  var place: String? {
    if let dated { return Self.inside(dated.folder, dated.names) }
    return path.flatMap(Self.place)
  }

  /// Where a path leads, whether a file is there or not; nil for devices and pipes.
  static func place(_ path: String) -> String? {
    if OpenFile.exists(path) {
      return OpenFile.identity(path) == nil ? nil : Folders.resolved(path)
    }
    return inside(Folders.folder(of: path), path.split(separator: "/").suffix(1).map { "\($0)" })
  }

  private static func inside(_ folder: String, _ names: [String]) -> String {
    ([Folders.resolved(folder)] + names).joined(separator: "/")
  }

  /// The files that are here already.
  var files: Set<FileIdentity> {
    let days = (try? dated?.days()) ?? []
    let paths = dated.map { dated in days.map(dated.path(on:)) } ?? [path].compactMap(\.self)
    return Set(paths.compactMap(OpenFile.identity))
  }
}
