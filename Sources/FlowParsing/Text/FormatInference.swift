import FlowModel

/// Finds the format of lines that no header names, by what stands in the columns.
enum FormatInference {
  /// The one known format that the columns of every line fit.
  ///
  /// - Parameter lines: the columns of some lines, exporters' prefixes removed.
  /// - Returns: nil when none fits, or more than one does: Weir does not guess.
  static func format(of lines: [[String]]) -> RecordFormat? {
    guard !lines.isEmpty else { return nil }
    let fitting = ([.standard] + RecordFormat.presets).filter { format in
      lines.allSatisfy { fits(format, $0) }
    }
    return fitting.count == 1 ? fitting[0] : nil
  }

  /// The format that one line fits: the only one of those given, or the only known one.
  static func format(of words: [String], among formats: [RecordFormat]) -> RecordFormat? {
    let fitting = formats.filter { fits($0, words) }
    return fitting.count == 1 ? fitting[0] : fitting.isEmpty ? format(of: [words]) : nil
  }

  /// Whether any known format has the columns of the line.
  static func mayFit(_ words: [String]) -> Bool {
    ([.standard] + RecordFormat.presets).contains { fits($0, words) }
  }

  private static func fits(_ format: RecordFormat, _ words: [String]) -> Bool {
    words.count == format.columns.count
      && zip(format.columns, words).allSatisfy { column, word in
        guard case .field(let field) = column else { return true }
        return word == "-" || accepts(field, word)
      }
  }

  private static func accepts(_ field: FieldName, _ word: String) -> Bool {
    switch field {
    case .version: (UInt8(word) ?? 0) > 0
    case .accountId: word == "unknown" || 9...12 ~= word.utf8.count && UInt64(word) != nil
    case .interfaceId, .tgwSrcEni, .tgwDstEni: word.hasPrefix("eni-")
    case .vpcId, .tgwSrcVpcId, .tgwDstVpcId: word.hasPrefix("vpc-")
    case .subnetId: word.hasPrefix("subnet-")
    case .instanceId: word.hasPrefix("i-")
    case .resourceType: word == "TransitGateway"
    case .tgwId: word.hasPrefix("tgw-")
    case .sourceAddress, .destinationAddress, .packetSource, .packetDestination:
      IPAddress(word) != nil
    case .sourcePort, .destinationPort: UInt16(word) != nil
    case .protocolNumber, .tcpFlags: UInt8(word) != nil
    case .packets, .bytes: UInt64(word) != nil
    case .start, .end: (UInt64(word) ?? 0) > 100_000_000
    case .action: word == "ACCEPT" || word == "REJECT"
    case .logStatus: ["OK", "NODATA", "SKIPDATA", "INCOMPLETEDATA"].contains(word)
    case .type: ["IPv4", "IPv6", "EFA"].contains(word)
    case .ecsClusterArn, .ecsContainerInstanceArn, .ecsTaskDefinitionArn, .ecsTaskArn:
      word.hasPrefix("arn:")
    case .nextHopInterfaceId: word.hasPrefix("eni-")
    case .nextHopSubnetId: word.hasPrefix("subnet-")
    case .nextHopVpcId: word.hasPrefix("vpc-")
    case .encryptionStatus: (UInt8(word) ?? 99) < 10
    case .flowDirection: word == "ingress" || word == "egress"
    case .trafficPath: (UInt8(word) ?? 99) < 20
    default: true
    }
  }
}
