import Foundation

/// A threshold as a rule declares it.
struct DeclaredThreshold {
  let name: String
  /// The default as it is written.
  let value: String

  /// Of `[.count("addresses", 10, of: "…"), …]`.
  static func all(in declaration: String?) -> [DeclaredThreshold] {
    let pattern = /\.(?:count|bytes|seconds|share|number)\(\s*"([^"]+)",\s*([0-9][0-9_.e]*)/
    return (declaration ?? "").matches(of: pattern).map {
      DeclaredThreshold(name: String($0.1), value: String($0.2))
    }
  }

  var member: String { identifier(name) }
  var type: String { value.contains(".") ? "Double" : "UInt64" }
}

/// A term of a score as a rule declares it.
struct DeclaredTerm {
  let scale: String
  let measure: String
  let stage: String?

  /// Of `[.log("ports", 10...1000, weight: 0.6), …]`.
  static func all(in declaration: String?) -> [DeclaredTerm] {
    let pattern = /\.(log|linear|fact|each)\(\s*"([^"]+)"[^"]*?weight: [0-9.]+(?:,\s*at: \.(\w+))?/
    return (declaration ?? "").matches(of: pattern).map {
      DeclaredTerm(
        scale: String($0.1),
        measure: String($0.2),
        stage: $0.3.map(String.init)
      )
    }
  }

  var argument: String { identifier(measure) }

  var type: String {
    switch scale {
    case "fact": "Bool"
    case "each": "[String]"
    default: "Double?"
    }
  }
}

/// A name in Swift: `hourly-bytes` and `hourly bytes` become `hourlyBytes`.
func identifier(_ text: String) -> String {
  let words = text.split { !$0.isLetter && !$0.isNumber }
  return words.prefix(1).joined().lowercased()
    + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
}

/// A text as Swift writes it.
func literal(_ text: String) -> String {
  let escaped = text.replacingOccurrences(of: "\\", with: "\\\\")
    .replacingOccurrences(of: "\"", with: "\\\"")
  return "\"\(escaped)\""
}
