internal import FlowFindings
internal import Mustache

/// Escaping for templates that looks at scalars.
///
/// Mustache's own looks at characters, and a quote that carries an accent is another character to it than a quote, so
/// that it would end an attribute.
struct StrictHTML: MustacheContentType {
  /// The name by which templates ask for it.
  private static let name = "STRICT_HTML"

  func escapeText(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// A template that escapes so; mails and pages know no other.
  static func template(_ bytes: [UInt8]) -> MustacheTemplate {
    MustacheContentTypes.register(StrictHTML(), named: name)
    do {
      let text = String(decoding: bytes, as: UTF8.self)
      // On a line of its own, which leaves no trace: a tag before the first line's own would keep its line feed.
      return try MustacheTemplate(string: "{{% CONTENT_TYPE: \(name)}}\n\(text)")
    } catch {
      preconditionFailure("invalid built-in template: \(error)")
    }
  }
}
