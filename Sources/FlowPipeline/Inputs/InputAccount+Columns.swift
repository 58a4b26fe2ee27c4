internal import FlowFindings
internal import FlowModel

/// What the columns of the inputs lack.
extension InputAccount {
  var formats: [RecordFormat] { summary.sources.flatMap(\.formats) }

  var unknownColumns: String? {
    let names = Set(formats.flatMap(\.opaqueNames)).sorted()
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(12).joined(separator: ", ")
    return "unknown columns are ignored: \(shown)"
  }

  var inferredFormats: String? {
    let count = summary.sources.count { $0.formats.contains { $0.origin == .inferred } }
    guard count > 0 else { return nil }
    return
      "the format of \(count) input\(count == 1 ? "" : "s") without a header was inferred from the content; --log-format sets it explicitly"
  }

  /// What no record could be analyzed for, as every format lacks a field; nil when nothing is missing everywhere.
  var limitation: String? {
    let missing = missingEverywhere
    guard !missing.isEmpty else { return nil }
    var losses: [String] = []
    for field in missing {
      for loss in FormatNeeds.losses(field) where !losses.contains(loss) { losses.append(loss) }
    }
    if losses.contains("all tables") { losses = ["any table or finding"] }
    let names = missing.map(\.rawValue).joined(separator: ", ")
    return "not analyzable for \(losses.joined(separator: ", ")): the records have no \(names)"
  }

  /// Fields that limit the whole report; without packets or log-status nearly all of it remains.
  var missingEverywhere: [FieldName] {
    let formats = formats
    return FormatNeeds.fields.filter { field in
      ![.packets, .logStatus, .interfaceId].contains(field) && !formats.isEmpty
        && formats.allSatisfy { !$0.contains(field) }
    }
  }

  /// What part of the records lacks, or what matters little.
  var missingColumns: String? {
    let (formats, everywhere) = (formats, missingEverywhere)
    let lacks = FormatNeeds.fields.filter { field in
      formats.contains { !$0.contains(field) } && !everywhere.contains(field)
    }
    guard !lacks.isEmpty else { return nil }
    return
      "records without \(lacks.map(\.rawValue).joined(separator: ", ")) are excluded from tables and findings that need it (weir fields lists them)"
  }
}
