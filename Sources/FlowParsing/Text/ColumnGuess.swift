import FlowModel

/// What the columns of a line seem to hold, to help somebody who has to name its format.
package enum ColumnGuess {
  /// One word for each column.
  package static func words(_ columns: [String]) -> [String] { columns.map(word) }

  private static func word(_ text: String) -> String {
    if text == "-" { return "-" }
    if IPAddress(text) != nil, text.contains(where: { $0 == "." || $0 == ":" }) { return "address" }
    if let number = UInt64(text) { return self.number(number, digits: text.utf8.count) }
    if let field = prefixes.first(where: { text.hasPrefix($0.key) }) { return field.value }
    if ["ACCEPT", "REJECT"].contains(text) { return "action" }
    if ["OK", "NODATA", "SKIPDATA"].contains(text) { return "log-status" }
    if ["IPv4", "IPv6", "EFA"].contains(text) { return "type" }
    if ["ingress", "egress"].contains(text) { return "flow-direction" }
    return "text"
  }

  private static func number(_ number: UInt64, digits: Int) -> String {
    switch number {
    case _ where digits == 12: "account-id"
    case 100_000_000...4_294_967_295 where digits >= 9: "time"
    case 0...255: "number up to 255"
    case 256...65_535: "number up to 65535"
    default: "number"
    }
  }

  private static let prefixes: [(key: String, value: String)] = [
    ("eni-", "interface-id"), ("vpc-", "vpc-id"), ("subnet-", "subnet-id"), ("i-", "instance-id"),
    ("tgw-attach-", "tgw-attachment-id"), ("tgw-", "tgw-id"), ("arn:", "ARN"),
  ]
}
