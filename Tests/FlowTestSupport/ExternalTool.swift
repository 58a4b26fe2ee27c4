internal import Foundation
package import Testing

/// A program of Debian that checks a format or drives a browser; tests that need one are skipped where it is missing.
///
/// With `WEIR_REQUIRE_TOOLS=1`, as `.ci/run` sets it, such tests run and fail instead.
package enum ExternalTool: String, CaseIterable, Sendable {
  case python = "python3"
  case jsonSchema = "python3-jsonschema"
  case botocore = "python3-botocore"
  case commonMark = "cmark-gfm"
  case chromium = "chromium"
  case nftables = "nftables"
  case ipset = "ipset"

  /// Whether it can be used, or must be.
  package var isThere: Bool { Self.areRequired || Self.found.contains(self) }

  private static let areRequired =
    ProcessInfo.processInfo.environment["WEIR_REQUIRE_TOOLS"] == "1"

  private static let found = Set(allCases.filter(\.isInstalled))

  private var isInstalled: Bool {
    let question =
      switch self {
      case .python: "test -x /usr/bin/python3"
      case .jsonSchema: "/usr/bin/python3 -c 'from jsonschema import Draft202012Validator'"
      case .botocore: "/usr/bin/python3 -c 'import botocore.validate'"
      case .commonMark: "command -v cmark-gfm"
      case .chromium: "command -v chromium && test -x /usr/bin/python3"
      case .nftables: "test -x /usr/sbin/nft"
      case .ipset: "test -x /usr/sbin/ipset"
      }
    return Self.succeeds(question)
  }

  /// Whether a line of shell ends with 0.
  fileprivate static func succeeds(_ question: String) -> Bool {
    let process = Foundation.Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "\(question) > /dev/null 2>&1"]
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips where a tool is missing, and says which package of Debian has it.
  package static func needs(_ tools: ExternalTool...) -> Self {
    let missing = tools.filter { !$0.isThere }.map(\.rawValue).joined(separator: " ")
    return .disabled(if: !missing.isEmpty, "run it after: apt-get install \(missing)")
  }

  /// Skips where the kernel does not let a user load firewall sets in a network namespace of its own.
  ///
  /// - Parameter command: such as `nft list tables`, which must do there.
  /// - Returns: the condition.
  package static func needsNamespace(_ command: String) -> Self {
    .disabled(
      if: !ExternalTool.succeeds("PATH=/usr/sbin:/usr/bin:/sbin:/bin unshare -rn \(command)"),
      "the kernel does not allow: unshare -rn \(command)"
    )
  }
}
