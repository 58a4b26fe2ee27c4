internal import FlowFindings

/// The arithmetic of a score as rows: what was measured, where that lies on its scale, and what it adds.
struct ReasonBars {
  /// One measure.
  struct Row {
    var measure: EscapedHTML
    var value: EscapedHTML
    /// `from 5 to 1000`; empty for what is a fact or not.
    var scale: EscapedHTML
    var bar: Markup
    var gain: EscapedHTML
  }

  let rows: [Row]
  /// `70 + (89 − 70) × 71 % = 83`.
  let formula: EscapedHTML
  /// `1 − (1 − 0.35) × (1 − 0.26)`: where the percentage comes from.
  let filling: EscapedHTML

  init(_ finding: Finding) {
    let heaviest = finding.why.map(\.weight).max() ?? 1
    rows = finding.why.prefix(Self.limit).map { Self.row($0, heaviest) }
    let band = finding.stage.band
    let filled = 1 - finding.why.reduce(1.0) { $0 * (1 - $1.contribution) }
    let full = band.lowerBound + (band.upperBound - band.lowerBound) * filled
    let (low, high) = (Int(band.lowerBound), Int(band.upperBound))
    let share = Decimals.text(filled * 100, places: 0)
    let reach = "\(low) + (\(high) − \(low)) × \(share) %"
    // A rule may keep its score below what the measures come to.
    let isCapped = full - finding.exactScore > 0.01
    formula = EscapedHTML(
      isCapped
        ? "\(finding.score), the maximum score of this rule here (\(reach) would be \(Decimals.text(full, places: 0)))"
        : "\(finding.score) = \(reach)"
    )
    let factors = finding.why.filter { $0.contribution > 0 }
      .map { "(1 − \(Decimals.text($0.contribution, places: 2)))" }
    filling = EscapedHTML(
      factors.isEmpty ? "" : "\(share) % = 1 − " + factors.joined(separator: " × ")
    )
  }

  private static let limit = 12

  private static func row(_ reason: Reason, _ heaviest: Double) -> Row {
    let isFact = reason.from == 0 && reason.to == 1 && (reason.value == 0 || reason.value == 1)
    return Row(
      measure: EscapedHTML(reason.measure, longest: PageLimits.bytesOfLabel),
      value: EscapedHTML(isFact ? (reason.value == 1 ? "yes" : "no") : number(reason.value)),
      scale: EscapedHTML(isFact ? "" : "\(number(reason.from)) to \(number(reason.to))"),
      bar: bar(reason, heaviest),
      gain: EscapedHTML(
        "\(Decimals.text(reason.contribution, places: 2)) of \(Decimals.text(reason.weight, places: 2))"
      )
    )
  }

  private static func number(_ value: Double) -> String {
    guard value == value.rounded(), abs(value) < 9e15 else {
      return Decimals.text(value, places: 2)
    }
    return (value < 0 ? "-" : "") + TextFormat.grouped(Int(abs(value)))
  }

  /// As long as the measure's weight, filled as far as it counts.
  private static func bar(_ reason: Reason, _ heaviest: Double) -> Markup {
    let units = 100.0 / max(heaviest, 0.001)
    var picture = SVGWriter(
      .stretched(units: 100),
      "gauge",
      title: reason.measure,
      description:
        "Contributes \(Decimals.text(reason.contribution, places: 2)) of at most \(Decimals.text(reason.weight, places: 2))."
    )
    picture.rectangle(x: 0, y: 0, width: .pixels(reason.weight * units), height: 1, "track")
    picture.rectangle(x: 0, y: 0, width: .pixels(reason.contribution * units), height: 1, "filled")
    return picture.markup
  }
}
