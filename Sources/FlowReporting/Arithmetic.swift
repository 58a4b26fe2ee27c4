internal import FlowFindings

/// The arithmetic of a score in one line.
enum Arithmetic {
  /// Such as `80 = likely compromise (70–89), 54 % of the range: seconds 300 (0.13 of 0.5), attempts stopped (0.3 of
  /// 0.3)`.
  static func line(_ finding: Finding) -> String {
    let band = finding.stage.band
    let parts = finding.why.filter { $0.contribution > 0 }.map(part)
    let filled = 1 - finding.why.reduce(1.0) { $0 * (1 - $1.contribution) }
    let range = "\(Int(band.lowerBound))–\(Int(band.upperBound))"
    let share = "\(Decimals.text(filled * 100, places: 0)) % of the range"
    return
      "\(finding.score) = \(finding.stage.words.lowercased()) (\(range)), \(share)"
      + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }

  private static func part(_ reason: Reason) -> String {
    let gain =
      "\(Decimals.text(reason.contribution, places: 2)) of \(Decimals.text(reason.weight, places: 2))"
    let isFact = reason.from == 0 && reason.to == 1 && (reason.value == 0 || reason.value == 1)
    let isWhole = reason.value == reason.value.rounded()
    let value =
      isWhole && abs(reason.value) < 1e15
      ? TextFormat.grouped(Int(reason.value)) : Decimals.text(reason.value, places: 2)
    return isFact ? "\(reason.measure) (\(gain))" : "\(reason.measure) \(value) (\(gain))"
  }
}
