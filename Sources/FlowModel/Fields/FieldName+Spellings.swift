extension FieldName {
  /// Finds the field that a user or another tool spells in some other way.
  ///
  /// Case, `-`, `_` and a surrounding `${}` do not matter; `srcAddr`, `src_addr` and `${srcaddr}` are one
  /// field, `startTime` is `start`.
  public init?(anySpelling text: some StringProtocol) {
    guard let field = Self.bySpelling[Self.normalized(text)] else { return nil }
    self = field
  }

  private static func normalized(_ text: some StringProtocol) -> String {
    String(text.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  private static let bySpelling: [String: FieldName] = {
    var table: [String: FieldName] = [:]
    for field in allCases { table[normalized(field.rawValue)] = field }
    for (field, names) in otherNames {
      for name in names.split(separator: " ") where table[String(name)] == nil {
        table[String(name)] = field
      }
    }
    return table
  }()

  /// The names that exports, table definitions and other tools give to fields.
  private static let otherNames: [(FieldName, String)] = [
    (.accountId, "account accountuid awsaccountid"),
    (.interfaceId, "eni eniid interface networkinterfaceid interfaceuid"),
    (
      .sourceAddress,
      "src srcip sourceip sourceaddress sourceaddr srcaddress sourceipaddress srcipaddr"
    ),
    (
      .destinationAddress,
      """
      dst dest dstip destip destinationip destinationaddress destinationaddr destaddr dstaddress destaddress \
      destinationipaddress dstipaddr
      """
    ),
    (.sourcePort, "sourceport sport"),
    (.destinationPort, "destinationport destport dport"),
    (.protocolNumber, "proto protocolnumber protocolnum protocolcode ipprotocol"),
    (.packets, "numpackets packetcount numberofpackets"),
    (.bytes, "numbytes bytecount numberofbytes"),
    (.start, "starttime startdate windowstart flowstart"),
    (.end, "endtime enddate windowend flowend"),
    (.action, "vpcflowaction flowaction"),
    (.logStatus, "flowlogstatus"),
    (.type, "traffictype"),
    (.vpcId, "vpcuid vpc"),
    (.subnetId, "subnetuid subnet"),
    (.instanceId, "instanceuid instance"),
    (.region, "awsregion"),
    (.azId, "availabilityzoneid"),
    (.packetSource, "pktsourceaddress pktsrcip"),
    (.packetDestination, "pktdestinationaddress pktdstip"),
    (.pktSrcAwsService, "pktsrcservice"),
    (.pktDstAwsService, "pktdstservice"),
  ]
}
