internal import FlowModel

/// The columns of a flow log, and how a row becomes a line of them.
package enum LineFormat: String, Sendable {
  /// The fourteen columns that every flow log has by default.
  case v2
  /// Twenty-five columns of a custom format.
  case v5

  /// The first line of every file.
  var header: String {
    switch self {
    case .v2:
      """
      version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end \
      action log-status
      """
    case .v5:
      """
      version account-id vpc-id subnet-id interface-id instance-id flow-direction srcaddr srcport dstaddr \
      dstport pkt-srcaddr pkt-dstaddr protocol tcp-flags type packets bytes start end action log-status \
      region az-id traffic-path
      """
    }
  }

  /// The columns in front, the same for all rows of an interface.
  func prefix(_ interface: NetworkInterface) -> [UInt8] {
    let account = VirtualNetwork.account
    let text =
      switch self {
      case .v2: "2 \(account) \(interface.name) "
      case .v5:
        """
        5 \(account) \(VirtualNetwork.vpc) \(interface.subnet) \(interface.name) \
        \(interface.instance)\(" ")
        """
      }
    return Array(text.utf8)
  }

  /// Writes all behind the prefix.
  func append(_ row: FlowRow, to line: inout LineBuffer) {
    switch self {
    case .v2: appendV2(row, to: &line)
    case .v5: appendV5(row, to: &line)
    }
    line.endLine()
  }

  private func appendV2(_ row: FlowRow, to line: inout LineBuffer) {
    if row.hasPackets {
      line.field(row.source)
      line.field(row.destination)
      line.field(Int(row.sourcePort))
      line.field(Int(row.destinationPort))
      line.field(Int(row.protocolNumber))
      appendVolume(row, to: &line)
    } else {
      line.append("- - - - - - - ")
    }
    appendOutcome(row, to: &line)
  }

  private func appendV5(_ row: FlowRow, to line: inout LineBuffer) {
    if row.hasPackets {
      line.append(row.isIngress ? "ingress " : "egress ")
      line.field(row.source)
      line.field(Int(row.sourcePort))
      line.field(row.destination)
      line.field(Int(row.destinationPort))
      line.field(row.packetSource)
      line.field(row.packetDestination)
      line.field(Int(row.protocolNumber))
      line.field(Int(row.flags))
      line.append(row.source.isV4 ? "IPv4 " : "IPv6 ")
      appendVolume(row, to: &line)
    } else {
      line.append("- - - - - - - - - - - - ")
    }
    appendOutcome(row, to: &line)
    line.append(" us-east-1 use1-az1 ")
    line.append(row.path)
  }

  private func appendVolume(_ row: FlowRow, to line: inout LineBuffer) {
    line.field(Int(row.packets))
    line.field(row.bytes)
  }

  private func appendOutcome(_ row: FlowRow, to line: inout LineBuffer) {
    line.field(Int(row.start))
    line.field(Int(row.end))
    line.append(row.outcome)
  }
}

extension FlowRow {
  /// The columns action and log-status.
  fileprivate var outcome: String {
    switch kind {
    case .accepted: "ACCEPT OK"
    case .rejected: "REJECT OK"
    case .noData: "- NODATA"
    case .skipped: "- SKIPDATA"
    }
  }

  /// The column traffic-path: 1 inside the VPC, 8 through the internet gateway.
  fileprivate var path: String {
    guard hasPackets, !isIngress else { return "-" }
    return isInside ? "1" : "8"
  }
}
