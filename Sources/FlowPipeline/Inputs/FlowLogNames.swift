/// The flow log that delivered each input, as far as names tell.
///
/// Objects in S3 are called `ACCOUNT_vpcflowlogs_REGION_fl-ID_TIME_HASH.log.gz`. Log streams of CloudWatch are called
/// `eni-ID-all`, `eni-ID-accept` or `eni-ID-reject`, after the filter of the flow log.
package struct FlowLogNames: Sendable {
  /// Whether inputs belong to several flow logs, so that one interface may have been delivered twice.
  private let areSeveral: Bool

  init(_ paths: [String]) {
    areSeveral = Set(paths.compactMap(Self.name)).count > 1
  }

  /// What identifies the flow log of an input; nil if all inputs belong to one, or its name does not tell.
  func callAsFunction(_ path: String) -> String? { areSeveral ? Self.name(path) : nil }

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
