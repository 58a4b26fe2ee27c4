internal import FlowModel
internal import SystemFiles

/// The inputs of a run: paths turned into files, and what is wrong with the others.
struct InputList: Sendable {
  /// One input.
  struct Input: Sendable {
    var path: String
    /// Bytes of a regular file; 0 for pipes.
    var size: Int
    /// Whether it is known to be an archive, whose files are inputs of their own.
    var isArchive = false
  }

  private(set) var inputs: [Input] = []
  /// Paths that lead nowhere, with the reason.
  private(set) var faults: [(path: String, reason: String)] = []
  /// Paths that lead to a file that another path leads to; read once.
  private(set) var repeated: [String] = []
  /// Objects that lie too far from the window to be opened.
  private(set) var unopened = 0
  private var identities: Set<FileIdentity> = []

  init(_ paths: [String]) {
    var seen: Set<String> = []
    for path in paths { add(path, &seen) }
  }

  /// The largest first, so that no worker is left alone with one at the end.
  var largestFirst: [Input] { inputs.sorted { ($1.size, $0.path) < ($0.size, $1.path) } }

  /// The first input that is one of some files; nil when none is.
  func first(among files: Set<FileIdentity>) -> String? {
    guard !identities.isDisjoint(with: files) else { return nil }
    return inputs.first { OpenFile.identity($0.path).map(files.contains) == true }?.path
  }

  /// Leaves inputs out; what is wrong with paths stays.
  mutating func keep(_ isWanted: (Input) -> Bool) { inputs.removeAll { !isWanted($0) } }

  /// Leaves out the objects whose names say that they lie too far from a window to hold anything of it.
  mutating func keep(_ window: TimeWindow) {
    let all = inputs.count
    keep { input in
      guard let time = ObjectTime(input.path)?.seconds else { return true }
      let lag = UInt64(ObjectTime.lag)
      return UInt64(time) + lag >= UInt64(window.since)
        && UInt64(time) <= UInt64(window.until) + lag
    }
    unopened = all - inputs.count
  }

  private mutating func add(_ path: String, _ seen: inout Set<String>) {
    guard path != "-" else { return append("-", &seen) }
    switch Folders.kind(path) {
    case .file: append(path, &seen)
    case .folder: addFolder(path, &seen)
    case .missing:
      let matches = Folders.matching(path).filter { Folders.kind($0) != .missing }
      if matches.isEmpty { faults.append((path, "no such file or folder")) }
      for match in matches {
        if Folders.kind(match) == .folder { addFolder(match, &seen) } else { append(match, &seen) }
      }
    }
  }

  private mutating func addFolder(_ folder: String, _ seen: inout Set<String>) {
    let (files, unreadable) = Folders.files(below: folder)
    let logs = files.filter(Self.mayBeLog)
    for error in unreadable { faults.append((error.path, error.reason)) }
    if logs.isEmpty, unreadable.isEmpty {
      faults.append((folder, "the folder contains no log file"))
    }
    for log in logs { append(log, &seen) }
  }

  /// The same path given twice is read once.
  private mutating func append(_ path: String, _ seen: inout Set<String>) {
    guard seen.insert(path).inserted else { return }
    if let identity = OpenFile.identity(path), !identities.insert(identity).inserted {
      repeated.append(path)
      return
    }
    inputs.append(Input(path: path, size: path == "-" ? 0 : Folders.size(path)))
  }

  /// What lies beside logs in folders and is none: hidden files, notes, checksums, markers of other tools.
  private static func mayBeLog(_ path: String) -> Bool {
    guard let name = path.split(separator: "/").last else { return false }
    let others = [
      ".md", ".md5", ".sha256", ".json.metadata", ".csv.metadata", ".tmp", ".partial", ".yaml",
      ".yml",
    ]
    return !name.hasPrefix(".") && name != "_SUCCESS" && name != "aws-logs-write-test"
      && !others.contains { name.hasSuffix($0) }
  }
}
