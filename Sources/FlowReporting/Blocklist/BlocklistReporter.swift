package import FlowFindings

/// The external sources of findings in the forms that firewalls load.
package enum BlocklistReporter {
  /// What the list is for.
  package enum Form: String, CaseIterable, Sendable {
    /// Addresses and ranges alone.
    case plain
    /// A script for `nft -f`.
    case nft
    /// Input of `ipset restore`.
    case ipset
    /// Input of `aws wafv2 update-ip-set`.
    case waf
  }

  /// One address or range a line with the reason as a comment.
  ///
  /// - Returns: a line feed behind each; the worst first, then by address.
  package static func report(_ report: Report) -> [UInt8] {
    let list = Blocklist(report)
    let lines = list.entries.map { entry in
      "\(entry.address) # \(entry.finding.score) \(entry.finding.rule): \(entry.finding.title)"
    }
    return bytes(interrupted(report) + lines + list.cuts.map { "# \($0)" })
  }

  /// The list for a program.
  package static func report(_ report: Report, for form: Form) -> [UInt8] {
    let list = Blocklist(report)
    let notes = interrupted(report) + list.cuts.map { "# \($0)" }
    return switch form {
    case .plain: bytes(list.entries.map(\.address))
    case .nft: bytes(NFTScript.lines(list, notes))
    case .ipset: bytes(IPSetScript.lines(list, notes))
    case .waf: WAFAddresses.json(list, isInterrupted: report.isInterrupted)
    }
  }

  /// What a form has no room for, in a sentence; nil when it holds everything.
  package static func shortage(_ report: Report, in form: Form) -> String? {
    let list = Blocklist(report)
    let cuts = list.cuts.isEmpty ? nil : list.cuts.joined(separator: "; ")
    return form == .waf ? WAFAddresses.shortage(list) ?? cuts : form == .plain ? cuts : nil
  }

  private static func interrupted(_ report: Report) -> [String] {
    report.isInterrupted ? ["# INTERRUPTED: made from what was read until then"] : []
  }

  private static func bytes(_ lines: [String]) -> [UInt8] {
    Array(lines.map { TextFormat.safe($0) + "\n" }.joined().utf8)
  }
}
