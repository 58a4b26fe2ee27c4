internal import FlowModel
internal import Yams

/// A value of a YAML file that knows where it stands, so that whoever reads it wrongly is told the line.
struct YAMLValue {
  let path: String
  /// The keys that lead to it, for messages.
  let key: String
  private let node: Node

  /// Reads a file's text.
  ///
  /// - Throws: `SettingsError` when it is no YAML.
  /// - Returns: nil for an empty file.
  static func parse(_ text: String, path: String) throws(SettingsError) -> YAMLValue? {
    try refuseHostile(text, path)
    do {
      return try Yams.compose(yaml: text).map { YAMLValue(path: path, key: "", node: $0) }
    } catch let error as YamlError {
      throw Self.fault(error, path)
    } catch {
      throw SettingsError(path: path, line: nil, message: "this is not YAML")
    }
  }

  private static let longest = 4 << 20
  private static let deepest = 64

  /// Settings need neither anchors, by which a thousand bytes can stand for a galaxy of values, nor deep nesting.
  private static func refuseHostile(_ text: String, _ path: String) throws(SettingsError) {
    guard text.utf8.count <= longest else {
      throw SettingsError(path: path, line: nil, message: "this is longer than 4 MiB")
    }
    var (depth, line) = (0, 1)
    var previous = UInt8(ascii: "\n")
    var isAnchor = false
    for byte in text.utf8 {
      if isAnchor, byte > 0x20 {
        throw SettingsError(
          path: path,
          line: line,
          message: "anchors (&name) are not supported; quote a text that contains &"
        )
      }
      isAnchor = byte == UInt8(ascii: "&") && (previous <= 0x20 || "[{,:-?".utf8.contains(previous))
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth -= 1 }
      guard depth <= deepest else {
        throw SettingsError(path: path, line: line, message: "this is nested too deeply")
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
      previous = byte
    }
  }

  private static func fault(_ error: YamlError, _ path: String) -> SettingsError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return SettingsError(path: path, line: mark.line, message: "this is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, _):
      let names = keys.map { "'\($0)'" }.joined(separator: ", ")
      return SettingsError(path: path, line: nil, message: "duplicate key: \(names)")
    default: return SettingsError(path: path, line: nil, message: "this is not YAML")
    }
  }

  /// The line, from 1.
  var line: Int? { node.mark?.line }

  /// An error about this value.
  func fault(_ message: String) -> SettingsError {
    SettingsError(path: path, line: line, message: key.isEmpty ? message : "\(key): \(message)")
  }

  var isNull: Bool {
    node.scalar.map { $0.style == .plain && ["", "~", "null"].contains($0.string) } ?? false
  }

  var isMapping: Bool { node.mapping != nil }

  /// The members of a mapping in their order.
  ///
  /// - Parameters:
  ///   - known: the keys that may stand there; empty allows any.
  ///   - advice: where to look when an unknown key is like no other.
  /// - Returns: keys with values.
  /// - Throws: `SettingsError` for anything but a mapping, and for unknown keys.
  func members(
    _ known: [String] = [],
    else advice: String? = nil
  ) throws(SettingsError) -> [(key: String, value: YAMLValue)] {
    guard let mapping = node.mapping else { throw fault("a mapping of keys to values is expected") }
    var members: [(key: String, value: YAMLValue)] = []
    for (name, value) in mapping {
      let word = name.string ?? ""
      let prefix = key.isEmpty ? "" : "\(key)."
      let member = YAMLValue(path: path, key: prefix + word, node: value)
      if !known.isEmpty, !known.contains(word) {
        let nearest = NearestName.of(word, among: known).map { "did you mean '\($0)'?" }
        let hint = (nearest ?? advice).map { "; \($0)" } ?? ""
        throw SettingsError(
          path: path,
          line: name.mark?.line,
          message: "unknown key '\(prefix)\(word)'\(hint)"
        )
      }
      members.append((word, member))
    }
    return members
  }

  /// The elements of a list; a lone value stands for a list of one.
  func elements() throws(SettingsError) -> [YAMLValue] {
    if let sequence = node.sequence {
      return sequence.map { YAMLValue(path: path, key: key, node: $0) }
    }
    if isNull { return [] }
    guard node.scalar != nil else { throw fault("a list is expected") }
    return [self]
  }

  func text() throws(SettingsError) -> String {
    guard let scalar = node.scalar, !isNull else { throw fault("a text is expected") }
    return scalar.string
  }

  func network() throws(SettingsError) -> IPNetwork {
    let text = try text()
    guard let network = IPNetwork(text) else {
      throw fault("'\(text)' is not an address or CIDR range such as 12.0.0.0/16")
    }
    return network
  }

  /// A range of one's own: not the whole internet.
  func internalNetwork() throws(SettingsError) -> IPNetwork {
    let network = try network()
    guard network.prefixLength > 0 else { throw fault("'\(network)' is everybody") }
    return network
  }

  func port() throws(SettingsError) -> UInt16 {
    let text = try text()
    guard let port = UInt16(text), port > 0 else {
      throw fault("'\(text)' is not a port from 1 to 65535")
    }
    return port
  }
}
