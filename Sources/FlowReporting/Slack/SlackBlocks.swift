internal import FlowFindings

/// The blocks of a message; texts are escaped by the caller.
struct SlackBlocks {
  func header(_ text: String, _ json: inout JSONWriter) {
    block("header", &json) { json in
      json.key("text")
      json.object { json in
        json.member("type", "plain_text")
        json.member("text", TextFormat.limited(text, 150))
        json.member("emoji", false)
      }
    }
  }

  func section(_ text: String, _ json: inout JSONWriter) {
    block("section", &json) { json in
      json.key("text")
      Self.text(text, &json)
    }
  }

  func context(_ texts: [String], _ json: inout JSONWriter) {
    block("context", &json) { json in
      json.key("elements")
      json.array { json in
        for text in texts {
          json.element()
          Self.text(text, &json)
        }
      }
    }
  }

  func divider(_ json: inout JSONWriter) { block("divider", &json) { _ in } }

  private func block(
    _ type: String,
    _ json: inout JSONWriter,
    _ members: (inout JSONWriter) -> Void
  ) {
    json.element()
    json.object { json in
      json.member("type", type)
      members(&json)
    }
  }

  /// `verbatim` keeps Slack from making links and mentions out of what looks like some.
  private static func text(_ text: String, _ json: inout JSONWriter) {
    json.object { json in
      json.member("type", "mrkdwn")
      json.member("text", text)
      json.member("verbatim", true)
    }
  }
}

/// Text for Slack's mrkdwn, where no part of it may become a link, a mention or a command.
enum SlackText {
  /// Text among other text.
  static func prose(_ text: String) -> String {
    let scalars = Array(InertText.of(text).unicodeScalars)
    var escaped = ""
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "*": escaped += "∗"
      case "`": escaped += "'"
      case ":" where isEmoji(scalars[(index + 1)...]): escaped += ":\u{200b}"
      default: escaped += entity(scalar)
      }
    }
    return escaped
  }

  /// Text as it stands; nothing in it is read as markup.
  static func code(_ text: String) -> String {
    let text = TextFormat.safe(text).unicodeScalars.map { $0 == "`" ? "'" : entity($0) }.joined()
    return text.isEmpty ? "" : "`\(text)`"
  }

  private static func entity(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "<": "&lt;"
    case ">": "&gt;"
    case "&": "&amp;"
    default: String(scalar)
    }
  }

  /// Whether a colon begins a word that ends with a colon: `:100:` is a picture, and may be part of an IPv6 address.
  private static func isEmoji(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    let word = rest.prefix {
      $0.properties.isAlphabetic || $0.isASCII && "0123456789_+-'".unicodeScalars.contains($0)
    }
    return !word.isEmpty && rest.dropFirst(word.count).first == ":"
  }
}
