/// The flow log that delivered each input, as far as names tell.
///
/// Objects in S3 are called `ACCOUNT_vpcflowlogs_REGION_fl-ID_TIME_HASH.log.gz`. Log streams of CloudWatch are called
/// `eni-ID-all`, `eni-ID-accept` or `eni-ID-reject`, after the filter of the flow log. Two log groups have streams of the
/// same name if two flow logs have the same filter: their exports lie in different folders.
package struct FlowLogNames: Sendable {
  /// The most folders with streams of the same name that can be log groups; more are exports of one group over time.
  private static let mostGroups = 8

  /// The folders of log streams, if streams of the same name lie in several, in the order of their paths.
  private let folders: [String: Int]
  /// Whether inputs belong to several flow logs, so that one interface may have been delivered twice.
  private let areSeveral: Bool

  package init(_ paths: [String]) {
    let folders = Self.folders(paths)
    self.folders = folders
    areSeveral = Set(paths.compactMap { Self.name($0, folders) }).count > 1
  }

  /// What identifies the flow log of an input; nil if all inputs belong to one, or its name does not tell.
  package func callAsFunction(_ path: String) -> String? {
    areSeveral ? Self.name(path, folders) : nil
  }

  private static func name(_ path: String, _ folders: [String: Int]) -> String? {
    guard let name = name(path) else { return nil }
    guard let stream = Stream(path), let number = folders[stream.folder] else { return name }
    return "\(name) \(number)"
  }

  private static func folders(_ paths: [String]) -> [String: Int] {
    let streams = Set(paths.compactMap(Stream.init))
    let byName = Dictionary(grouping: streams, by: \.name)
    guard byName.values.contains(where: { 2...mostGroups ~= $0.count }) else { return [:] }
    let folders = Set(streams.map(\.folder)).sorted()
    return Dictionary(folders.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
  }

  /// A log stream in a path: `FOLDER/eni-ID-all/000000.gz` or `FOLDER/eni-ID-all.log`.
  private struct Stream: Hashable {
    var folder: String
    var name: Substring

    init?(_ path: String) {
      let parts = path.split(separator: "/")
      guard let place = parts.lastIndex(where: { FlowLogNames.filter($0) != nil }),
        let name = FlowLogNames.words(parts[place]).first
      else { return nil }
      folder = parts[..<place].joined(separator: "/")
      self.name = name
    }
  }

  /// The flow log in a path; nil if the path names none.
  package static func name(_ path: String) -> String? {
    let folders = path.split(separator: "/").reversed()
    for (depth, part) in folders.enumerated() {
      if let id = (depth == 0 ? words(part) : [part]).first(where: isID) { return String(id) }
      if let filter = filter(part) { return filter }
    }
    return nil
  }

  private static func words(_ name: Substring) -> [Substring] {
    name.split { $0 == "_" || $0 == "." }
  }

  /// `fl-` and letters or digits, or `fl` and digits.
  private static func isID(_ word: Substring) -> Bool {
    guard word.hasPrefix("fl") else { return false }
    let rest = word.dropFirst(2)
    guard rest.hasPrefix("-") else { return !rest.isEmpty && rest.allSatisfy(\.isWholeNumber) }
    return rest.count > 1
      && rest.dropFirst().allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }

  /// The filter in the name of a log stream.
  private static func filter(_ part: Substring) -> String? {
    guard part.hasPrefix("eni-") else { return nil }
    return ["all", "accept", "reject"].first { filter in
      words(part).first?.hasSuffix("-\(filter)") == true
    }
  }
}
