/// A JSON value, read by the grammar of RFC 8259 and nothing looser.
indirect enum JSONValue: Equatable {
  case object([String: JSONValue])
  case array([JSONValue])
  case string(String)
  case number(String)
  case flag(Bool)
  case null

  /// A member of an object.
  subscript(_ name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// An element of an array.
  subscript(_ index: Int) -> JSONValue? {
    if case .array(let elements) = self, elements.indices.contains(index) {
      elements[index]
    } else {
      nil
    }
  }

  /// Whether null stands anywhere within.
  var holdsNull: Bool {
    switch self {
    case .null: true
    case .object(let members): members.values.contains(where: \.holdsNull)
    case .array(let elements): elements.contains(where: \.holdsNull)
    case .string, .number, .flag: false
    }
  }
}

/// What is wrong with a text that should be JSON.
struct JSONFault: Error {
  var place: Int
}

/// Reads a JSON text.
struct JSONText {
  private let scalars: [Unicode.Scalar]
  private var place = 0

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  static func value(_ text: String) throws -> JSONValue {
    var reader = JSONText(text)
    let value = try reader.value()
    reader.skipBlanks()
    guard reader.place == reader.scalars.count else { throw reader.fault }
    return value
  }

  private var fault: JSONFault { JSONFault(place: place) }
  private var next: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  private mutating func take() throws -> Unicode.Scalar {
    guard let next else { throw fault }
    place += 1
    return next
  }

  private mutating func skipBlanks() {
    while let next, [" ", "\n", "\r", "\t"].contains(next) { place += 1 }
  }

  private mutating func found(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next == scalar else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws {
    guard found(scalar) else { throw fault }
  }

  private mutating func value() throws -> JSONValue {
    skipBlanks()
    switch next {
    case "{": return try object()
    case "[": return try array()
    case "\"": return .string(try string())
    case "t": return try word("true", .flag(true))
    case "f": return try word("false", .flag(false))
    case "n": return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
    for scalar in word.unicodeScalars where try take() != scalar { throw fault }
    return value
  }

  private mutating func object() throws -> JSONValue {
    var members: [String: JSONValue] = [:]
    try expect("{")
    if found("}") { return .object(members) }
    repeat {
      skipBlanks()
      let name = try string()
      try expect(":")
      guard members.updateValue(try value(), forKey: name) == nil else { throw fault }
    } while found(",")
    try expect("}")
    return .object(members)
  }

  private mutating func array() throws -> JSONValue {
    var elements: [JSONValue] = []
    try expect("[")
    if found("]") { return .array(elements) }
    repeat { elements.append(try value()) } while found(",")
    try expect("]")
    return .array(elements)
  }

  private mutating func string() throws -> String {
    guard try take() == "\"" else { throw fault }
    var text = String.UnicodeScalarView()
    while true {
      let scalar = try take()
      switch scalar {
      case "\"": return String(text)
      case "\\": text.append(try escaped())
      case "\u{0}"..."\u{1f}": throw fault
      default: text.append(scalar)
      }
    }
  }

  private mutating func escaped() throws -> Unicode.Scalar {
    switch try take() {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      var digits = ""
      for _ in 0..<4 { digits.unicodeScalars.append(try take()) }
      guard let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else {
        throw fault
      }
      return scalar
    default: throw fault
    }
  }

  private mutating func number() throws -> JSONValue {
    var text = ""
    while let next, "+-.0123456789eE".unicodeScalars.contains(next) {
      text.unicodeScalars.append(next)
      place += 1
    }
    guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil else {
      throw fault
    }
    return .number(text)
  }
}
