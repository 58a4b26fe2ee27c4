internal import FlowFindings

/// The key `thresholds` of a configuration file: `rule: value` for a rule's first threshold, `rule.threshold: value`,
/// or
/// `rule: {threshold: value}`.
enum ThresholdSettings {
  /// Reads the mapping.
  ///
  /// - Throws: `SettingsError` for an unknown rule or threshold, and for a value that the threshold cannot have.
  static func read(_ value: YAMLValue) throws(SettingsError) -> Thresholds {
    var thresholds = Thresholds()
    let entries = Thresholds.entries
    let known = entries.map(\.rule.id.rawValue) + entries.map(\.name)
    for (name, member) in try value.members(known, else: "'weir config show' lists all thresholds")
    {
      guard member.isMapping else {
        try set(name, member, in: &thresholds)
        continue
      }
      let own = entries.filter { $0.rule.id.rawValue == name }.map(\.threshold.name)
      guard !own.isEmpty else { throw member.fault("a number is expected") }
      let hint = "\(name) has \(own.joined(separator: ", "))"
      for (part, number) in try member.members(own, else: hint) {
        try set("\(name).\(part)", number, in: &thresholds)
      }
    }
    return thresholds
  }

  private static func set(
    _ name: String,
    _ value: YAMLValue,
    in thresholds: inout Thresholds
  ) throws(SettingsError) {
    guard let entry = Thresholds.entry(name) else {
      throw value.fault("unknown threshold")
    }
    let text = try value.text()
    if let fault = entry.threshold.fault(in: text) { throw value.fault(fault) }
    thresholds[entry] = Double(text) ?? entry.threshold.value
  }

  /// All thresholds with the values in force, a line for each; what was changed is marked.
  static func show(_ thresholds: Thresholds) -> String {
    Thresholds.entries.map { entry in
      let threshold = entry.threshold
      let value = thresholds[entry]
      let change =
        value == threshold.value ? "" : "changed, default \(threshold.plain(threshold.value)): "
      return "\n  \(entry.name): \(threshold.plain(value))  # \(change)\(threshold.meaning)"
    }.joined()
  }
}
