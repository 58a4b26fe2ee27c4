import ArgumentParser
import FlowModel
import FlowReporting
import SystemFiles

/// Tells the targets of an investigation from the paths behind them.
struct PivotTargets {
  /// Names of hosts and ranges.
  let names: AddressNames

  /// The targets, several as one, and the paths.
  ///
  /// The first word is a target always; those behind it are as long as they can be, and no file or folder has the name.
  ///
  /// - Throws: `ValidationError` when the first word is no target, or hosts and ports are mixed.
  func split(_ first: String, _ words: [String]) throws -> (InvestigationTarget, [String]) {
    guard let target = target(first) else {
      throw ValidationError(
        "'\(SafeText.of(first))' is not an address, CIDR range, interface, instance, port, or name from --names: weir pivot 203.0.113.9 PATH, 203.0.113.0/24 or eni-0a1b2c3d4e5f60718, or :8080"
      )
    }
    let others = words.prefix { Folders.kind($0) == .missing && self.target($0) != nil }
    let all = ([target] + others.compactMap(self.target)).flatMap(\.parts)
    let distinct = all.enumerated().filter { all.firstIndex(of: $0.element) == $0.offset }
      .map(\.element)
    let paths = Array(words.dropFirst(others.count))
    guard distinct.count > 1 else { return (distinct[0], paths) }
    let group = InvestigationTarget.group(distinct)
    guard group.services.isEmpty || group.services.count == distinct.count else {
      throw ValidationError("hosts and ports cannot be combined; restrict hosts with --port")
    }
    return (group, paths)
  }

  private func target(_ word: String) -> InvestigationTarget? {
    if let target = InvestigationTarget(word) { return target }
    let networks = names.networks(named: word).map(InvestigationTarget.network)
    return networks.count > 1 ? .group(networks) : networks.first
  }
}
