/// One column of a log line.
public enum FormatColumn: Hashable, Sendable {
  /// A field that Weir knows.
  case field(FieldName)
  /// A column whose name Weir does not know, or a prefix that an exporter put before the record.
  case opaque(String)

  /// The name as written in a header.
  public var name: String {
    switch self {
    case .field(let field): field.rawValue
    case .opaque(let name): name
    }
  }
}

/// How Weir came to know the columns of an input.
public enum FormatOrigin: String, Sendable {
  /// A header line named them.
  case header
  /// The user gave `--log-format`.
  case option
  /// Fourteen columns whose content is that of the default format.
  case defaultFormat = "default"
  /// The members of documents, or the columns of a table, have the names of fields.
  case fieldNames = "field names"
  /// The content fits exactly one of the known formats.
  case inferred
}

/// The columns of a log, in the order in which they stand on a line.
public struct RecordFormat: Hashable, Sendable {
  /// The columns from left to right; never empty.
  public let columns: [FormatColumn]
  /// How the columns became known.
  public let origin: FormatOrigin

  /// Makes a format of columns.
  public init(columns: [FormatColumn], origin: FormatOrigin) {
    self.columns = columns
    self.origin = origin
  }

  /// Makes a format from AWS names separated by blanks; unknown names become opaque columns.
  public init(names: some StringProtocol, origin: FormatOrigin) {
    let columns = names.split(separator: " ").map { name in
      FieldName(rawValue: String(name)).map(FormatColumn.field) ?? .opaque(String(name))
    }
    self.init(columns: columns, origin: origin)
  }

  /// Reads a LogFormat string such as `${version} ${srcaddr}`, with or without `${}`, commas or backslashes.
  ///
  /// - Returns: nil when a name is unknown or named twice, or nothing is named.
  public init?(logFormat text: some StringProtocol) {
    let separators = text.split { $0 == " " || $0 == "," || $0 == "\t" || $0 == "\\" || $0 == "\n" }
    let fields = separators.map { FieldName(anySpelling: $0) }
    let known = fields.compactMap { $0 }
    guard !known.isEmpty, known.count == fields.count, Set(known).count == known.count else {
      return nil
    }
    self.init(columns: known.map(FormatColumn.field), origin: .option)
  }

  /// The names of the columns separated by blanks, as a header line has them.
  public var header: String { columns.map(\.name).joined(separator: " ") }

  /// Whether a field stands among the columns.
  public func contains(_ field: FieldName) -> Bool { columns.contains(.field(field)) }

  /// Columns that Weir has no name for.
  public var opaqueNames: [String] {
    columns.compactMap { if case .opaque(let name) = $0 { name } else { nil } }
  }
}

extension RecordFormat {
  /// The fourteen fields of version 2 that every flow log has unless it was told otherwise.
  public static let standard = RecordFormat(
    names: """
      version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end \
      action log-status
      """,
    origin: .defaultFormat
  )

  /// Formats that are tried on a log without a header, beside the default one.
  ///
  /// The orders are those that the AWS documentation prints and its console writes.
  public static let presets: [RecordFormat] =
    [
      """
      version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport \
      pkt-srcaddr pkt-dstaddr protocol bytes packets start end action tcp-flags log-status
      """,
      """
      version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol \
      tcp-flags type pkt-srcaddr pkt-dstaddr action log-status
      """,
      """
      version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action \
      log-status vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id \
      sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path
      """,
      """
      version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id \
      instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr \
      pkt-dstaddr pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status
      """,
      """
      account-id action az-id bytes dstaddr dstport end flow-direction instance-id interface-id log-status \
      packets pkt-dst-aws-service pkt-dstaddr pkt-src-aws-service pkt-srcaddr protocol region srcaddr srcport \
      start sublocation-id sublocation-type subnet-id tcp-flags traffic-path type version vpc-id
      """,
      """
      version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id \
      tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id \
      tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end \
      log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded \
      packets-lost-ttl-expired tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service
      """,
      "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr",
    ].map { RecordFormat(names: $0, origin: .inferred) } + versions

  /// All fields up to those of a version, in the order of the documentation, where no other preset has them.
  private static let versions: [RecordFormat] = {
    let fields = FieldName.allCases.filter { $0.index < FieldName.resourceType.index }
    return [21, 25, 39, 40, 41, 42, 54].map { count in
      RecordFormat(columns: fields.prefix(count).map(FormatColumn.field), origin: .inferred)
    }
  }()
}
