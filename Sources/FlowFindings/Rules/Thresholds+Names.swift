extension Thresholds {
  /// The storage of a value.
  enum Place: Sendable {
    case whole(any WritableKeyPath<Thresholds, UInt64> & Sendable)
    case number(any WritableKeyPath<Thresholds, Double> & Sendable)
  }

  /// A threshold with its name in settings.
  package struct Entry: Sendable {
    /// Its rule.
    package let rule: Rule
    /// Its declaration.
    package let threshold: Threshold
    let place: Place

    /// `scan.horizontal.addresses`.
    package var name: String { "\(rule.id).\(threshold.name)" }
  }

  /// All thresholds, by rule and in the order of their declaration.
  package static let entries: [Entry] = zip(owners, places).sorted { $0.0.id < $1.0.id }
    .flatMap { rule, places in
      zip(rule.thresholds, places).map { Entry(rule: rule, threshold: $0, place: $1) }
    }

  /// The threshold of a name in settings: `rule.threshold`, or the rule alone for its first threshold.
  package static func entry(_ name: String) -> Entry? {
    entries.first { $0.rule.id.rawValue == name } ?? entries.first { $0.name == name }
  }

  /// The value in force of a threshold.
  package subscript(entry: Entry) -> Double {
    get {
      switch entry.place {
      case .whole(let path): Double(self[keyPath: path])
      case .number(let path): self[keyPath: path]
      }
    }
    set {
      switch entry.place {
      case .whole(let path): self[keyPath: path] = UInt64(newValue)
      case .number(let path): self[keyPath: path] = newValue
      }
    }
  }

  /// The notices of a report: empty if all thresholds have their default values.
  package var notices: [String] {
    let changes = changed.map {
      "\($0.name) \($0.threshold.plain(self[$0])) (default \($0.threshold.plain($0.threshold.value)))"
    }
    return changes.isEmpty
      ? [] : ["thresholds changed by settings: \(changes.joined(separator: ", "))"]
  }

  /// The thresholds with values other than the defaults.
  package var changed: [Entry] { Self.entries.filter { self[$0] != $0.threshold.value } }
}
