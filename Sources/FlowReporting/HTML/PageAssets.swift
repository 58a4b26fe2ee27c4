internal import FlowFindings
internal import Mustache

/// The parts of a page that are files beside this one, built into the program.
enum PageAssets {
  /// The page's only style sheet and only script, word for word as the policy's hashes know them.
  static let style = Markup(text(PackageResources.page_css))
  static let script = Markup(text(PackageResources.page_js))

  /// What a browser may do with the page: show it, run its one script, and nothing else.
  static let policy = Markup(
    [
      "default-src 'none'", "style-src \(source(style))", "script-src \(source(script))",
      "img-src data:", "base-uri 'none'", "form-action 'none'",
      "require-trusted-types-for 'script'",
    ].joined(separator: "; ")
  )

  private static func source(_ part: Markup) -> String {
    "'sha256-\(Base64.text(SHA256.hash(Array(part.renderText.utf8))))'"
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static let files: [(name: String, bytes: [UInt8])] = [
    ("head", PackageResources.head_mustache),
    ("tail", PackageResources.tail_mustache),
    ("opening", PackageResources.opening_mustache),
    ("alarm", PackageResources.alarm_mustache),
    ("findings", PackageResources.findings_mustache),
    ("card", PackageResources.card_mustache),
    ("card-limit", PackageResources.card_limit_mustache),
    ("group", PackageResources.group_mustache),
    ("incident", PackageResources.incident_mustache),
    ("line", PackageResources.line_mustache),
    ("more", PackageResources.more_mustache),
    ("figure", PackageResources.figure_mustache),
    ("pictures", PackageResources.pictures_mustache),
    ("table", PackageResources.table_mustache),
    ("titled-table", PackageResources.titled_table_mustache),
    ("tables", PackageResources.tables_mustache),
    ("quality", PackageResources.quality_mustache),
    ("suppressed", PackageResources.suppressed_mustache),
    ("closing", PackageResources.closing_mustache),
    ("pivot-head", PackageResources.pivot_head_mustache),
    ("pivot-part", PackageResources.pivot_part_mustache),
    ("pivot-tail", PackageResources.pivot_tail_mustache),
  ]

  /// The templates by name; each may use the others.
  static let templates: MustacheLibrary = {
    var library = MustacheLibrary()
    for file in files { library.register(StrictHTML.template(file.bytes), named: file.name) }
    return library
  }()

  /// A template filled in.
  static func render(_ view: Any, _ template: String) -> String {
    templates.render(view, withTemplate: template) ?? ""
  }
}
