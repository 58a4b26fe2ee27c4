/// The JSON Schemas of the machine formats, as files of the repository that are built into the program.
package enum JSONSchema: String, CaseIterable, Sendable {
  case report = "weir.report/1"
  case lines = "weir.lines/1"
  case pivot = "weir.pivot/1"

  /// The schema of a name; the version and `weir.` may be left out.
  package init?(name: String) {
    let found = Self.allCases.first {
      [$0.rawValue, String($0.rawValue.dropLast(2)), "\($0)"].contains(name)
    }
    guard let found else { return nil }
    self = found
  }

  /// What it describes.
  package var summary: String {
    switch self {
    case .report: "weir --format json"
    case .lines: "one line of weir --format jsonl"
    case .pivot: "weir pivot --format json, or one line of --format jsonl"
    }
  }

  /// JSON Schema, draft 2020-12, UTF-8.
  package var text: [UInt8] {
    switch self {
    case .report: PackageResources.weir_report_1_json
    case .lines: PackageResources.weir_lines_1_json
    case .pivot: PackageResources.weir_pivot_1_json
    }
  }
}
