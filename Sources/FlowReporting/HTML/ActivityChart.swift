internal import FlowFindings
internal import FlowModel

/// A line of time with the stretches in which a finding was active: all strips of a page share one axis.
enum ActivityChart {
  static func picture(_ findings: [Finding], _ axis: TimeAxis) -> Markup {
    let severity = findings.map(\.severity).max() ?? .info
    let ranges = merged(findings.flatMap(axis.active))
    let minutes = ranges.reduce(0) { $0 + $1.count }
    var picture = SVGWriter(
      .stretched(units: axis.minutes),
      style(severity),
      title: "Active \(span(findings)) UTC",
      description:
        "Active in ~\(TextFormat.grouped(minutes)) of the \(TextFormat.grouped(axis.minutes)) minutes of the log, in \(TextFormat.plural(ranges.count, "stretch", "stretches"))."
    )
    for range in ranges {
      let (x, width) = (Double(range.lowerBound), Double(max(range.count, axis.minutes / 160)))
      picture.rectangle(x: .pixels(x), y: 0, width: .pixels(width), height: 1, "active")
    }
    return picture.markup
  }

  /// The same for the conversations of a table's row.
  static func picture(_ sums: InvestigationSums, _ axis: TimeAxis) -> Markup {
    let ranges = merged(axis.active(sums.activity, sums.first, sums.last))
    var picture = SVGWriter(
      .stretched(units: axis.minutes),
      "activity",
      title: "Active \(span(sums.first, sums.last)) UTC",
      description: "In \(TextFormat.plural(ranges.count, "stretch", "stretches"))."
    )
    let least = max(1, axis.minutes / 160)
    picture.stretches(ranges.map { $0.lowerBound..<$0.lowerBound + max($0.count, least) }, "active")
    return picture.markup
  }

  private static func span(_ findings: [Finding]) -> String {
    span(findings.map(\.firstSeen).min() ?? 0, findings.map(\.lastSeen).max() ?? 0)
  }

  private static func span(_ first: UInt32, _ last: UInt32) -> String {
    let (first, last) = (UTCTime(first), UTCTime(last))
    return "\(first.monthAndDay) \(first.clock) – \(last.monthAndDay) \(last.clock)"
  }

  /// The ranges in order, those that touch joined.
  static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for range in ranges.sorted(by: {
      ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
    }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  private static func style(_ severity: Severity) -> StaticString {
    switch severity {
    case .critical: "strip critical"
    case .high: "strip high"
    case .medium: "strip medium"
    case .low: "strip low"
    case .info: "strip info"
    }
  }
}
