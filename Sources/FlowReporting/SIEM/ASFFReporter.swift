package import FlowFindings
internal import FlowModel

/// Findings in the AWS Security Finding Format, as Security Hub's BatchImportFindings takes them.
///
/// Each line is one JSON array of at most 100 findings of one account and region: what one call takes, since a call is
/// made by the account whose findings it brings. `while read -r batch; do aws securityhub batch-import-findings
/// --findings "$batch"; done` works, and so does `split -l 1`; for the former a line stays below the longest argument
/// that Linux passes to a program. Times come from the log, so that the same log gives the same bytes: `UpdatedAt` is
/// the end of what was seen, which grows from run to run, as Security Hub asks of updates.
package enum ASFFReporter {
  /// So many findings go into one call.
  static let batchFindings = 100
  /// So many bytes go into one line of several findings; an argument may have 131,071.
  static let batchBytes = 120_000

  /// All lines, a line feed at the end of each; batches by account and region, findings in them by rank.
  ///
  /// Ask for `fault(in:)` before: findings whose account or region is not known have no place here.
  package static func report(_ report: Report) -> [UInt8] {
    var groups: [AWSPlace: [[UInt8]]] = [:]
    let incidents = IncidentIndex(report)
    let shown = Set(report.findings.map(\.id))
    for finding in report.findings {
      let story = FindingStory(finding, report)
      let related = (incidents[finding]?.parts ?? []).filter {
        $0.id != finding.id && shown.contains($0.id)
      }
      guard let finding = ASFFFinding(story, incidents[finding], related: related, report) else {
        continue
      }
      groups[story.place, default: []].append(finding.json)
    }
    return groups.sorted { key($0.key) < key($1.key) }.flatMap { lines($0.value) }
  }

  private static func key(_ place: AWSPlace) -> String {
    "\(place.account ?? "") \(place.region ?? "")"
  }

  private static func lines(_ findings: [[UInt8]]) -> [UInt8] {
    var lines: [UInt8] = []
    var batch: [UInt8] = []
    var count = 0
    for finding in findings {
      let isFull = count == batchFindings || batch.count + finding.count + 3 > batchBytes
      if count > 0, isFull {
        lines += batch + Array("]\n".utf8)
        (batch, count) = ([], 0)
      }
      batch.append(UInt8(ascii: count == 0 ? "[" : ","))
      batch += finding
      count += 1
    }
    return count > 0 ? lines + batch + Array("]\n".utf8) : lines
  }

  /// What is not known of the findings' accounts and regions; nil when all is.
  ///
  /// A log of which nothing is known is at fault in a clean run as well: better then than with the first finding.
  package static func fault(in report: Report) -> CloudUnknown? {
    let whole = report.cloud.sole
    let isSilent =
      report.input.counts.records.total > 0 && report.findings.isEmpty
      && (report.cloud.accounts.isEmpty && whole.account == nil
        || report.cloud.regions.isEmpty && whole.region == nil)
    let places = report.findings.map { ($0, FindingStory($0, report).place) }
    let lost = places.first { $0.1.account == nil || $0.1.region == nil }
    guard isSilent || lost != nil else { return nil }
    return CloudUnknown(
      lacksAccount: (lost?.1 ?? whole).account == nil,
      lacksRegion: (lost?.1 ?? whole).region == nil,
      rule: lost?.0.rule,
      accounts: report.cloud.accounts.count,
      regions: report.cloud.regions.count
    )
  }
}

/// Neither the log nor the user says to which account or region of AWS findings belong.
package struct CloudUnknown: Sendable, Equatable, CustomStringConvertible {
  var lacksAccount: Bool
  var lacksRegion: Bool
  /// The rule of the first such finding; nil when there is no finding.
  var rule: RuleID?
  /// How many accounts and regions the log names.
  var accounts: Int
  var regions: Int

  /// What is missing, why, and which option gives it.
  package var description: String {
    var parts: [String] = []
    if lacksAccount { parts.append(Self.part("account", accounts, "--aws-account ID")) }
    if lacksRegion { parts.append(Self.part("region", regions, "--aws-region NAME")) }
    let whose = rule.map { "of a finding of \($0)" } ?? "of the log"
    return
      "asff: AWS account and region \(whose) must be known, but \(parts.joined(separator: "; "))"
  }

  private static func part(_ what: String, _ count: Int, _ option: String) -> String {
    let why =
      count > 1
      ? "the log names \(count) \(what)s and not which of them it is"
      : "the log does not name the \(what)"
    return "\(why): give \(option)"
  }
}
