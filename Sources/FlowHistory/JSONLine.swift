internal import FlowFindings

/// One object of JSON on one line, its members in the order in which they were added.
struct JSONLine {
  private var members: String

  /// An object whose first member says what it is.
  init(_ record: String) { members = "\"record\":\(Self.quoted(record))" }

  /// The object.
  var text: String { "{\(members)}" }

  /// Adds a text.
  consuming func adding(_ name: String, _ value: String) -> JSONLine {
    adding(name, raw: Self.quoted(value))
  }

  /// Adds a number.
  consuming func adding(_ name: String, _ value: some BinaryInteger) -> JSONLine {
    adding(name, raw: "\(value)")
  }

  /// Adds true or false.
  consuming func adding(_ name: String, _ value: Bool) -> JSONLine {
    adding(name, raw: value ? "true" : "false")
  }

  /// Adds a list of what is JSON already.
  consuming func adding(_ name: String, _ values: [String]) -> JSONLine {
    adding(name, raw: "[\(values.joined(separator: ","))]")
  }

  private consuming func adding(_ name: String, raw: String) -> JSONLine {
    members += ",\"\(name)\":\(raw)"
    return self
  }

  /// A string of JSON; everything that could end a line or steer a terminal is escaped.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: quoted += escape(scalar)
        default: quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}
