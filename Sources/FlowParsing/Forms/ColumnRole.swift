import FlowModel

/// What a column of a table, or a member of a JSON document, holds.
enum ColumnRole: Equatable {
  /// A field of a record.
  case field(FieldName)
  /// A field under a name that other things have, too: a value that is none of the field is left out.
  case weakField(FieldName)
  /// A whole record as text.
  case message
  /// A compressed or plain payload in base64, or an array of documents.
  case payload
  /// When an event happened: the start of a record that has none of its own.
  case eventTime
  /// An array of this name holds documents.
  case container
  /// The name of a field in a row of Logs Insights, and its value.
  case rowField, rowValue
  /// What a security product did about a flow: allowed, blocked, success, failure.
  case verdict
  /// The number of a path in OCSF, which lies three above that of `traffic-path`.
  case boundary
  /// The first address of this array is that of the interface, the endpoint's own is that of the packet.
  case intermediate(FieldName)
  case ignored
}

extension ColumnRole {
  /// The role of a member or column by its name, which may be a path with dots.
  init(_ name: String) {
    let path = name.lowercased()
    if let role = Self.paths[path] {
      self = role
      return
    }
    let parts = path.split(separator: ".").map(String.init)
    guard let last = parts.last else {
      self = .ignored
      return
    }
    if let role = Self.systemNames[last], !path.hasPrefix("aws.vpc") {
      self = role
      return
    }
    guard !last.hasPrefix("@"), !last.hasPrefix("_"), Self.isWrapper(parts.dropLast()),
      let field = FieldName(anySpelling: last)
    else {
      self = .ignored
      return
    }
    let isSure = path.hasPrefix("aws.vpcflow.") || path.hasPrefix("aws.vpc.")
    self = Self.weakNames.contains(last) && !isSure ? .weakField(field) : .field(field)
  }

  /// Objects around a record's members, beside which nothing else of these names is expected.
  private static func isWrapper(_ parts: ArraySlice<String>) -> Bool {
    guard let parent = parts.last else { return true }
    return wrappers.contains(parent) || parts.starts(with: ["aws", "vpcflow"])
      || parts.starts(with: ["aws", "vpc"])
  }

  private static let wrappers: Set<String> = [
    "_source", "result", "fields", "unmapped", "record", "properties", "attributes", "vpcflow",
    "vpc_flow", "flow", "data", "doc", "event", "log", "body", "input",
  ]

  private static let weakNames: Set<String> = [
    "type", "status", "version", "source", "destination", "traffictype", "account", "interface",
    "instance", "vpc", "subnet", "action", "src", "dst", "dest",
  ]

  /// Names that say the same wherever they stand.
  private static let systemNames: [String: ColumnRole] = [
    "message": .message, "@message": .message, "_raw": .message, "body": .message,
    "original": .message, "logmessage": .message, "raw": .message, "log": .message,
    "rawlog": .message, "raw_log": .message,
    "data": .payload,
    "@timestamp": .eventTime, "timestamp": .eventTime, "_time": .eventTime,
    "timegenerated": .eventTime, "time": .eventTime, "eventtime": .eventTime,
    "time_dt": .eventTime,
    "events": .container, "logevents": .container, "results": .container, "records": .container,
    "hits": .container, "rows": .container, "items": .container, "messages": .container,
    "logs": .container, "value": .rowValue, "values": .container, "field": .rowField,
    "status": .weakField(.logStatus),
  ]
}

extension ColumnRole {
  /// Names of the Elastic Common Schema, of OpenTelemetry and of OCSF.
  private static let paths: [String: ColumnRole] = {
    var roles: [String: ColumnRole] = [
      "event.outcome": .verdict, "disposition": .verdict, "unmapped.action": .field(.action),
      "connection_info.boundary_id": .boundary, "action": .field(.action),
      "version": .field(.version), "event.original": .message, "event.created": .ignored,
      "src_endpoint.intermediate_ips": .intermediate(.sourceAddress),
      "dst_endpoint.intermediate_ips": .intermediate(.destinationAddress),
      "event.action": .ignored, "event.type": .ignored, "event.version": .ignored,
      "log.status": .field(.logStatus),
    ]
    for (field, names) in structuredNames {
      for name in names.split(separator: " ") { roles[String(name)] = .field(field) }
    }
    return roles.merging(
      ["source", "_source"].flatMap { prefix in
        roles.filter { $0.key.contains(".") }.map { ("\(prefix).\($0.key)", $0.value) }
      },
      uniquingKeysWith: { own, _ in own }
    )
  }()

  private static let structuredNames: [(FieldName, String)] = [
    (.version, "metadata.product.version aws.vpc.flow.log.version"),
    (.accountId, "cloud.account.id cloud.account.uid cloud.account_uid"),
    (
      .interfaceId,
      "network.interface.name src_endpoint.interface_uid dst_endpoint.interface_uid"
    ),
    (.sourceAddress, "source.ip source.address src_endpoint.ip communication.source.address"),
    (
      .destinationAddress,
      "destination.ip destination.address dst_endpoint.ip communication.destination.address"
    ),
    (.sourcePort, "source.port src_endpoint.port communication.source.port"),
    (.destinationPort, "destination.port dst_endpoint.port communication.destination.port"),
    (
      .protocolNumber,
      "network.iana_number network.transport network.protocol.name connection_info.protocol_num"
    ),
    (.packets, "network.packets source.packets traffic.packets aws.vpc.flow.packets"),
    (.bytes, "network.bytes source.bytes traffic.bytes aws.vpc.flow.bytes"),
    (.start, "event.start start_time start_time_dt aws.vpc.flow.start"),
    (.end, "event.end end_time end_time_dt"),
    (.action, "aws.vpc.flow.action"),
    (.logStatus, "status_code aws.vpc.flow.status"),
    (.vpcId, "src_endpoint.vpc_uid dst_endpoint.vpc_uid aws.vpc.id"),
    (.subnetId, "src_endpoint.subnet_uid dst_endpoint.subnet_uid aws.vpc.subnet.id"),
    (
      .instanceId,
      "src_endpoint.instance_uid dst_endpoint.instance_uid cloud.instance.id host.id"
    ),
    (.tcpFlags, "connection_info.tcp_flags network.tcp.flags"),
    (.type, "connection_info.protocol_ver network.type"),
    (.region, "cloud.region"),
    (.azId, "cloud.zone cloud.availability_zone aws.az.id"),
    (.sublocationType, "aws.vpcflow.sublocation.type aws.sublocation.type"),
    (.sublocationId, "aws.vpcflow.sublocation.id aws.sublocation.id"),
    (.pktSrcAwsService, "src_endpoint.svc_name aws.vpc.flow.source.service"),
    (.pktDstAwsService, "dst_endpoint.svc_name aws.vpc.flow.destination.service"),
    (
      .flowDirection,
      "network.direction network.io.direction connection_info.direction_id connection_info.direction"
    ),
    (.trafficPath, "aws.vpc.flow.traffic_path"),
  ]
}
