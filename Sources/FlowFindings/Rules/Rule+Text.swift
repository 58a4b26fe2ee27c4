extension Rule {
  /// The threshold that a placeholder names.
  ///
  /// A suffix `/2` halves its value.
  private func entry(_ placeholder: Substring) -> Thresholds.Entry? {
    let name = placeholder.prefix { $0 != "/" }
    return Thresholds.entries.first { $0.rule.id == id && $0.threshold.name == name }
  }

  /// The firing condition, with the values in force.
  package func firesWhen(_ thresholds: Thresholds) -> String {
    filled(page.firesWhen, thresholds)
  }

  /// The stages with their bands, and the terms of the score.
  package func scoreText(_ thresholds: Thresholds) -> String { filled(page.score, thresholds) }

  private func filled(_ text: String, _ thresholds: Thresholds) -> String {
    Placeholders.filled(text) { placeholder in
      // `{share|half}`: the words replace the default value of the threshold.
      let parts = placeholder.split(separator: "|", maxSplits: 1)
      guard let name = parts.first else { return nil }
      if name == "terms" { return terms.map(\.text).joined(separator: ", ") }
      if let stage = Stage(rawValue: String(name)) { return stage.text }
      if let stage = Stage(rawValue: String(name.prefix { $0 != " " })), name.hasSuffix(" terms") {
        return terms.filter { $0.stage == stage }.map(\.text).joined(separator: ", ")
      }
      let factors = name.split(separator: "*")
      guard let entry = entry(factors[0]) else { return nil }
      var value = thresholds[entry]
      if factors[0].hasSuffix("/2") { value = (value / 2).rounded(.up) }
      for factor in factors.dropFirst() { value *= self.entry(factor).map { thresholds[$0] } ?? 1 }
      return parts.count > 1 && value == entry.threshold.value
        ? String(parts[1]) : entry.threshold.text(value)
    }
  }
}

extension Stage {
  /// `P1, 5 to 29`.
  fileprivate var text: String { "\(rawValue), \(Int(band.lowerBound)) to \(Int(band.upperBound))" }
}

extension ScoreTerm {
  /// `0.6 log ports 10..1000`.
  fileprivate var text: String {
    let scale = "\(Numbers.short(from))..\(Numbers.short(to))"
    return switch self.scale {
    case .log: "\(weight) log \(measure) \(scale)"
    case .linear: "\(weight) linear \(measure) \(scale)"
    case .fact: "\(weight) \(measure)"
    case .each: "\(weight) for each \(measure), at most \(Numbers.short(to))"
    }
  }
}

extension Threshold {
  /// A value as in settings.
  package func plain(_ value: Double) -> String { Numbers.plain(value) }

  /// A value with its unit, for sentences.
  package func text(_ value: Double) -> String {
    switch unit {
    case .count: Numbers.grouped(UInt64(value))
    case .bytes: Numbers.bytes(UInt64(value))
    case .seconds: Numbers.duration(UInt64(value))
    case .share: "\(Numbers.plain(value * 100)) %"
    case .number: Numbers.plain(value)
    }
  }
}

/// Numbers in pages and settings.
enum Numbers {
  /// `10`, `3.5`, `1e8`, `25e6`.
  static func short(_ value: Double) -> String {
    guard value >= 100_000, let whole = UInt64(exactly: value) else { return plain(value) }
    var (mantissa, exponent) = (whole, 0)
    while mantissa % 10 == 0 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return exponent > 2 ? "\(mantissa)e\(exponent)" : plain(value)
  }

  /// `10`, `3.5`: up to nine decimals.
  static func plain(_ value: Double) -> String {
    let rounded = (value * 1e9).rounded() / 1e9
    return Int64(exactly: rounded).map(String.init) ?? "\(rounded)"
  }

  /// `10,000`.
  static func grouped(_ value: UInt64) -> String {
    let digits = String(value)
    return digits.enumerated().map { place, digit in
      place > 0 && (digits.count - place) % 3 == 0 ? ",\(digit)" : "\(digit)"
    }.joined()
  }

  /// `95.4 MiB`, `64 KiB`, `600 bytes`.
  static func bytes(_ value: UInt64) -> String {
    for (unit, size) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] as [(String, UInt64)]
    where value >= size {
      let tenths = (value * 10 + size / 2) / size
      return tenths % 10 == 0
        ? "\(grouped(tenths / 10)) \(unit)" : "\(grouped(tenths / 10)).\(tenths % 10) \(unit)"
    }
    return "\(grouped(value)) bytes"
  }

  /// `130 seconds`, `50 minutes`, `4 hours`.
  static func duration(_ seconds: UInt64) -> String {
    switch seconds {
    case 3600: "an hour"
    case 86_400: "a day"
    case let time where time % 3600 == 0: "\(time / 3600) hours"
    case let time where time % 60 == 0 && time > 60: "\(time / 60) minutes"
    default: "\(grouped(seconds)) seconds"
    }
  }
}
