package import FlowModel

/// One line of a log, built field by field; fields not named have a plausible value.
package struct RecordLine: Sendable {
  /// The text of every field that is not to have its plausible value.
  package var values: [FieldName: String]

  /// A line with the given fields.
  package init(_ values: [FieldName: String] = [:]) { self.values = values }

  /// The text of a field.
  package subscript(_ field: FieldName) -> String {
    get { values[field] ?? Self.plausible(field) }
    set { values[field] = newValue }
  }

  /// The line without its line feed; a column that Weir does not know shows `x`.
  package func text(_ format: RecordFormat = .standard) -> String {
    let words = format.columns.map { column in
      if case .field(let field) = column { self[field] } else { "x" }
    }
    return words.joined(separator: " ")
  }

  /// What AWS could have written.
  package static func plausible(_ field: FieldName) -> String {
    plausibleValues[field] ?? "-"
  }

  private static let plausibleValues: [FieldName: String] = [
    .version: "5", .accountId: "123456789012", .interfaceId: "eni-0123456789abcdef0",
    .sourceAddress: "192.0.2.10", .destinationAddress: "198.51.100.20",
    .sourcePort: "49152", .destinationPort: "443", .protocolNumber: "6",
    .packets: "10", .bytes: "8400", .start: "1767607200", .end: "1767607260",
    .action: "ACCEPT", .logStatus: "OK",
    .vpcId: "vpc-0123456789abcdef0", .subnetId: "subnet-0123456789abcdef0",
    .instanceId: "i-0123456789abcdef0", .tcpFlags: "19", .type: "IPv4",
    .packetSource: "192.0.2.11", .packetDestination: "198.51.100.21",
    .region: "eu-central-1", .azId: "euc1-az1", .flowDirection: "egress", .trafficPath: "1",
    .resourceType: "TransitGateway", .tgwId: "tgw-0123456789abcdef0",
    .tgwAttachmentId: "tgw-attach-0123456789abcdef0",
    .tgwSrcVpcAccountId: "123456789012", .tgwDstVpcAccountId: "210987654321",
    .tgwSrcVpcId: "vpc-0123456789abcdef0", .tgwDstVpcId: "vpc-0123456789abcdef1",
    .tgwSrcSubnetId: "subnet-0123456789abcdef0", .tgwDstSubnetId: "subnet-0123456789abcdef1",
    .tgwSrcEni: "eni-0123456789abcdef0", .tgwDstEni: "eni-0123456789abcdef1",
    .tgwSrcAzId: "euc1-az1", .tgwDstAzId: "euc1-az2",
    .tgwPairAttachmentId: "tgw-attach-0123456789abcdef1",
    .packetsLostNoRoute: "0", .packetsLostBlackhole: "0", .packetsLostMtuExceeded: "0",
    .packetsLostTtlExpired: "0",
  ]
}
