package import FlowModel

/// Which fields the analysis lives on, and what goes without each.
package enum FormatNeeds {
  /// The fields, most needed first.
  package static let fields: [FieldName] = [
    .sourceAddress, .destinationAddress, .destinationPort, .sourcePort, .protocolNumber, .packets,
    .bytes, .start, .end, .action, .logStatus, .interfaceId,
  ]

  /// What a format without the field cannot give.
  package static func losses(_ field: FieldName) -> [String] {
    switch field {
    case .sourceAddress, .destinationAddress: ["all tables", "all findings"]
    case .sourcePort, .destinationPort, .protocolNumber:
      ["SSH sources", "port scans", "host sweeps", "direction", "scan findings"]
    case .packets: ["packets in tables", "outcomes of conversations"]
    case .bytes: ["bytes in tables", "refused connections"]
    case .start, .end: ["times", "conversations", "slow scans"]
    case .action: ["accepted and rejected counts", "blocked outcomes"]
    case .logStatus: ["NODATA and SKIPDATA"]
    case .interfaceId: ["local addresses of interfaces"]
    default: []
    }
  }

  /// The same in one line.
  package static func loss(_ field: FieldName) -> String {
    losses(field).joined(separator: ", ")
  }
}
