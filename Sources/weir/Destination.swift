import ArgumentParser
import SystemFiles

/// One place where a report or an investigation goes, in one format.
struct Destination<Format: RawRepresentable<String> & CaseIterable & Sendable> {
  var format: Format
  /// nil for standard output.
  var path: String?
  /// The path, where it has a file for each day.
  var dated: DatedPath?

  /// Reads `FILE`, `FORMAT=FILE`, or either with `-` for standard output.
  ///
  /// - Parameters:
  ///   - text: what `--output` says.
  ///   - format: what `--format` says; nil where the extension of the file decides.
  ///   - usual: the format where nothing names another.
  /// - Throws: `ValidationError` for an unknown format, and where no file is named.
  init(_ text: String, format: Format?, usual: Format) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    (self.format, path) = (format ?? Self.format(of: text) ?? usual, text)
    if parts.count == 2, let named = Format(rawValue: String(parts[0])) {
      (self.format, path) = (named, String(parts[1]))
    } else if parts.count == 2, parts[0].allSatisfy({ $0.isLetter || $0 == ":" }) {
      let formats = Format.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--output: unknown format '\(parts[0])'; use one of \(formats)")
    }
    guard path?.isEmpty == false else {
      throw ValidationError("--output: '\(text)' names no file")
    }
    if path == "-" { path = nil }
    dated = path.flatMap { DatedPath($0) }
    if dated?.leadsUp == true {
      throw ValidationError(
        "--output: '\(text)' contains .. after {date}; name the file directly"
      )
    }
  }

  /// Standard output.
  init(_ format: Format) { self.format = format }

  /// The format that the extension of a file stands for; nil without one.
  private static func format(of path: String) -> Format? {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let extensions = [
      "htm": "html", "md": "markdown", "ndjson": "jsonl", "prom": "prometheus", "eml": "email",
      "txt": "text", "nft": "blocklist:nft", "ipset": "blocklist:ipset",
    ]
    let word = name[name.index(after: dot)...].lowercased()
    return Format(rawValue: extensions[word] ?? word)
  }

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
    if let dated { return Folders.place(inside: dated.folder, dated.names) }
    return path.flatMap(Folders.place(of:))
  }

  /// The files that are here already.
  var files: Set<FileIdentity> {
    let days = (try? dated?.days()) ?? []
    let paths = dated.map { dated in days.map(dated.path(on:)) } ?? [path].compactMap(\.self)
    return Set(paths.compactMap(OpenFile.identity))
  }
}

extension Destination {
  /// Makes sure that no two of a run's destinations are one place.
  ///
  /// - Throws: `ValidationError` that names the place.
  static func checkPlaces(_ all: [Destination]) throws {
    guard all.count(where: { $0.path == nil }) <= 1 else {
      throw ValidationError("--output: only one format can go to standard output")
    }
    var places: Set<String> = []
    for destination in all {
      guard let place = destination.place, !places.insert(place).inserted else { continue }
      throw ValidationError("--output: two formats have the same file, \(destination.path ?? "")")
    }
  }

  /// Makes sure, before anything is read, that every file could be written.
  ///
  /// - Returns: the files that are there already, which must not be read.
  /// - Throws: `ExitStatus` when one could not; all of them are told.
  static func checkFiles(_ all: [Destination]) throws -> Set<FileIdentity> {
    var isGood = true
    for destination in all {
      do throws(SystemError) {
        try destination.check()
      } catch {
        isGood = false
        Output.complain("\(error.description); nothing was read")
      }
    }
    guard isGood else { throw ExitStatus(2) }
    return all.reduce(into: Set()) { $0.formUnion($1.files) }
  }
}
