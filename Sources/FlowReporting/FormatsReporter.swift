package import FlowFindings
internal import FlowModel

/// Says of each input what it was recognized as, and why.
package struct FormatsReporter {
  private let inputs: [SourceSummary]

  /// A report on inputs of which the beginning was read.
  package init(_ inputs: [SourceSummary]) { self.inputs = inputs }

  /// For a person.
  package var text: String { inputs.map(Self.text).joined(separator: "\n") }

  private static func text(_ input: SourceSummary) -> String {
    var lines = ["\(input.path): \(input.form)"]
    if let fault = input.fault { lines.append("  \(fault)") }
    for format in input.formats {
      lines.append("  \(format.columns.count) columns, known from \(reason(format)):")
      lines.append("    \(format.header)")
    }
    if input.formats.isEmpty, input.fault == nil { lines.append("  \(unknown(input))") }
    lines += input.notes.map { "  \($0)" }
    return lines.map(SafeText.of).joined(separator: "\n") + "\n"
  }

  private static func reason(_ format: RecordFormat) -> String {
    switch format.origin {
    case .header: "a header line"
    case .option: "--log-format"
    case .defaultFormat: "the content of the columns, which is that of the default format"
    case .fieldNames: "the names of members or columns"
    case .inferred: "the content of the columns, which fits this format alone"
    }
  }

  private static func unknown(_ input: SourceSummary) -> String {
    guard let first = input.counts.firstReject else { return "no records at its beginning" }
    let columns = input.unknownColumns
    let hint = columns.isEmpty ? "" : "; its columns hold: \(columns.joined(separator: ", "))"
    return
      "no flow log in a known format: line \(first.line) is \(first.reason.rawValue)\(hint)"
  }

  /// For other programs, schema `weir.formats/1`.
  package var json: String {
    var json = JSONWriter()
    json.object { json in
      json.member("schema", "weir.formats/1")
      json.key("inputs")
      json.array { json in
        for input in inputs {
          json.element()
          json.object { Self.write(input, &$0) }
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self) + "\n"
  }

  private static func write(_ input: SourceSummary, _ json: inout JSONWriter) {
    json.member("path", input.path)
    json.member("form", input.form)
    json.key("formats")
    json.array { json in
      for format in input.formats {
        json.element()
        json.object { json in
          json.member("fields", format.header)
          json.member("origin", format.origin.rawValue)
          json.member("reason", reason(format))
        }
      }
    }
    if let fault = input.fault { json.member("fault", fault) }
    if let first = input.counts.firstReject {
      json.key("firstReject")
      json.object { json in
        json.member("line", first.line)
        json.member("reason", first.reason.rawValue)
      }
    }
    if !input.notes.isEmpty { json.member("notes", input.notes) }
    if !input.unknownColumns.isEmpty { json.member("columns", input.unknownColumns) }
  }
}
