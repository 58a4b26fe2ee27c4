internal import FlowModel
internal import LogInput

/// The forms in which records of the default format are delivered and exported.
package enum DeliveryForm: String, CaseIterable, Sendable {
  case plain, cloudWatchExport, tailDetailed, tailShort, tailColored
  case consoleCSV, insightsMessageCSV, insightsColumnsCSV, athenaCSV, hyphenCSV, semicolonCSV
  case headerlessCSV, tabSeparated, quotedBlanks
  case filterLogEvents, getLogEventsText, messagesOnOneLine, messageArray
  case subscription, subscriptionDocuments, lambdaEvent, firehoseRequest, kinesisEvent
  case firehoseLines, firehoseGlued, flatLines, flatFloats, flatArray
  case insightsJSON, insightsText, elastic, ocsf, sentinel, cribl, splunkLines, splunkCSV,
    openSearch
  case carriageReturns, glued

  /// Whether the line of a record in the input is its number among the records, counted from 1.
  package var hasHeader: Bool {
    switch self {
    case .consoleCSV, .insightsMessageCSV, .insightsColumnsCSV, .athenaCSV, .hyphenCSV,
      .semicolonCSV, .tabSeparated, .quotedBlanks, .splunkCSV, .cribl:
      true
    default: false
    }
  }

  /// Records of the default format, given as lines without line feeds, in this form.
  package func bytes(_ lines: [String]) -> [UInt8] {
    switch self {
    case .lambdaEvent:
      let data = Base64Text.encode(GzipWriter.member(Array(Self.subscription(lines).utf8)))
      return Array("{\"awslogs\": {\"data\": \"\(data)\"}}".utf8)
    case .firehoseRequest:
      let records = lines.map { line in
        "{\"data\":\"\(Base64Text.encode(GzipWriter.member(Array(Self.subscription([line]).utf8))))\"}"
      }
      return Array(
        "{\"requestId\":\"1\",\"timestamp\":1,\"records\":[\(records.joined(separator: ","))]}".utf8
      )
    case .kinesisEvent:
      let records = lines.map { line in
        "{\"kinesis\":{\"partitionKey\":\"1\",\"data\":\"\(Base64Text.encode(Array("{\"message\":\"\(line)\"}".utf8)))\"},\"eventSource\":\"aws:kinesis\"}"
      }
      return Array("{\"Records\":[\(records.joined(separator: ","))]}".utf8)
    default: return Array(text(lines).utf8)
    }
  }

  private func text(_ lines: [String]) -> String {
    switch self {
    case .plain: lines.joined(separator: "\n") + "\n"
    case .cloudWatchExport: each(lines) { "\($0.iso).000Z \($0.line)\n" }
    case .tailDetailed:
      each(lines) { "\($0.iso).000000+00:00 \($0[.interfaceId])-all \($0.line)\n" }
    case .tailShort: each(lines) { "\($0.iso) \($0.line)\n" }
    case .tailColored:
      each(lines) {
        "\u{1b}[32m\($0.iso)+00:00\u{1b}[0m \u{1b}[36m\($0[.interfaceId])-all\u{1b}[0m \($0.line)\n"
      }
    case .consoleCSV: "timestamp,message\n" + each(lines) { "\($0.milliseconds),\($0.line)\n" }
    case .insightsMessageCSV:
      "@timestamp,@message\n" + each(lines) { "\($0.sql).000,\"\($0.line)\"\n" }
    case .insightsColumnsCSV:
      "@timestamp,\(Record.camel.joined(separator: ","))\n"
        + each(lines) {
          "\($0.sql).000,\($0.words.map { $0 == "-" ? "" : $0 }.joined(separator: ","))\n"
        }
    case .athenaCSV:
      Record.fields.map { "\"\(Record.underscored($0))\"" }.joined(separator: ",") + "\n"
        + each(lines) { $0.athena.joined(separator: ",") + "\n" }
    case .hyphenCSV: table(lines, ",")
    case .semicolonCSV: "\u{feff}" + table(lines, ";").replacing("\n", with: "\r\n")
    case .headerlessCSV: each(lines) { $0.words.joined(separator: ",") + "\n" }
    case .tabSeparated:
      "SrcAddr\tDST_ADDR\tstart_time\tend_time\t"
        + "srcport\tdstport\tprotocol\tpackets\tbytes\taction\tlog_status\teni\taccount\tversion\n"
        + each(lines) { $0.tabbed.joined(separator: "\t") + "\n" }
    case .quotedBlanks: quoted(lines)
    default: document(lines)
    }
  }

  private func document(_ lines: [String]) -> String {
    switch self {
    case .filterLogEvents:
      "{\n  \"events\": [\n" + list(lines) { Self.event($0, name: "eventId") }
        + "],\n  \"searchedLogStreams\": [{\"logStreamName\": \"a\", \"searchedCompletely\": true}]\n}\n"
    case .getLogEventsText:
      "f/1\tb/1\n" + each(lines) { "EVENTS\t\($0.milliseconds)\t\($0.line)\t\($0.milliseconds)\n" }
    case .messagesOnOneLine: lines.joined(separator: "\t") + "\n"
    case .messageArray: "[\n" + list(lines) { "    \"\($0.line)\"" } + "]\n"
    case .subscription: Self.subscription(lines)
    case .subscriptionDocuments:
      #"{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}"#
        + lines.map { Self.subscription([$0]) }.joined()
    case .firehoseLines: each(lines) { "{\"message\":\"\($0.line)\"}\n" }
    case .firehoseGlued: each(lines) { "{\"message\":\"\($0.line)\"}" }
    case .flatLines: each(lines) { $0.flat() + "\n" }
    case .flatFloats: each(lines) { $0.flat(floats: true) + "\n" }
    case .flatArray: "[" + list(lines) { $0.flat() } + "]"
    case .insightsJSON:
      "{\"results\": [" + list(lines) { $0.insights } + "], \"status\": \"Complete\"}"
    case .insightsText: each(lines) { $0.insightsText } + "STATISTICS\t1.0\t2.0\t3.0\nComplete\n"
    case .elastic: each(lines) { "{\"_index\":\"a\",\"_source\":\($0.elastic)}\n" }
    case .ocsf: each(lines) { $0.ocsf + "\n" }
    case .sentinel: "[\n" + list(lines) { $0.sentinel } + "]"
    case .cribl:
      "[{\"_raw\":\"\(RecordFormat.standard.header)\",\"_time\":1},"
        + list(lines) {
          "{\"host\":\"a\",\"source\":\"b c\",\"_raw\":\"\($0.line)\",\"_time\":1.5}"
        } + "]"
    case .splunkLines: each(lines) { "{\"preview\":false,\"result\":{\"_raw\":\"\($0.line)\"}}\n" }
    case .splunkCSV: "\"_time\",\"_raw\"\n" + each(lines) { "\"2026\",\"\($0.line)\"\n" }
    case .openSearch:
      "["
        + list(lines) {
          "{\"@timestamp\":\"\($0.iso)Z\",\"body\":\"\($0.line)\",\"aws\":{\"vpc\":\($0.flat())}}"
        }
        + "]"
    case .carriageReturns: lines.joined(separator: "\r") + "\r"
    case .glued: lines.joined()
    default: ""
    }
  }

  private func each(_ lines: [String], _ text: (Record) -> String) -> String {
    lines.map { text(Record($0)) }.joined()
  }

  private func list(_ lines: [String], _ text: (Record) -> String) -> String {
    lines.map { text(Record($0)) }.joined(separator: ",\n")
  }

  private func table(_ lines: [String], _ separator: String) -> String {
    RecordFormat.standard.header.replacing(" ", with: separator) + "\n"
      + each(lines) { $0.words.joined(separator: separator) + "\n" }
  }

  private func quoted(_ lines: [String]) -> String {
    ([RecordFormat.standard.header] + lines).map { line in
      line.split(separator: " ").map { "\"\($0)\"" }.joined(separator: " ") + "\n"
    }.joined()
  }

  private static func event(_ record: Record, name: String) -> String {
    "{\"logStreamName\": \"a\", \"timestamp\": \(record.milliseconds), \"message\": \"\(record.line)\", \"\(name)\": \"1\"}"
  }

  private static func subscription(_ lines: [String]) -> String {
    "{\"messageType\":\"DATA_MESSAGE\",\"owner\":\"123456789012\",\"logGroup\":\"a\",\"logStream\":\"b\",\"subscriptionFilters\":[\"all\"],\"logEvents\":["
      + lines.map { event(Record($0), name: "id") }.joined(separator: ",") + "]}"
  }
}

/// A record and its values.
private struct Record {
  static let fields = RecordFormat.standard.columns.compactMap { column in
    if case .field(let field) = column { field } else { nil }
  }

  static let camel = [
    "version", "accountId", "interfaceId", "srcAddr", "dstAddr", "srcPort", "dstPort", "protocol",
    "packets", "bytes", "startTime", "endTime", "action", "logStatus",
  ]

  static func underscored(_ field: FieldName) -> String {
    field.rawValue.replacing("-", with: "_")
  }

  let line: String
  let words: [String]

  init(_ line: String) {
    self.line = line
    words = line.split(separator: " ").map(String.init)
  }

  subscript(_ field: FieldName) -> String { words[field.index] }

  private var time: UTCTime { UTCTime(UInt32(self[.start]) ?? 0) }
  var iso: String { String(time.rfc3339.dropLast()) }
  var sql: String { iso.replacing("T", with: " ") }
  var milliseconds: String { self[.start] + "000" }

  private func date(_ field: FieldName) -> String { UTCTime(UInt32(self[field]) ?? 0).rfc3339 }

  private static let numbers: Set<FieldName> = [
    .sourcePort, .destinationPort, .protocolNumber, .packets, .bytes, .start, .end, .version,
  ]

  var athena: [String] {
    zip(Self.fields, words).map { field, word in
      word == "-" && Self.numbers.contains(field) ? "" : "\"\(word)\""
    }
  }

  var tabbed: [String] {
    let times = [date(.start), date(.end)].map { String($0.dropLast()).replacing("T", with: " ") }
    let rest: [FieldName] = [
      .sourcePort, .destinationPort, .protocolNumber, .packets, .bytes, .action, .logStatus,
      .interfaceId, .accountId, .version,
    ]
    return [self[.sourceAddress], self[.destinationAddress]] + times + rest.map { self[$0] }
  }

  /// A value as JSON: numbers as numbers, `-` in a number's place as null.
  private func value(_ field: FieldName, floats: Bool = false) -> String {
    guard Self.numbers.contains(field) else { return "\"\(self[field])\"" }
    if self[field] == "-" { return "null" }
    let number = self[field]
    return floats ? "\(number).0" : number
  }

  func flat(floats: Bool = false) -> String {
    let members = Self.fields.map { field in
      "\"\(floats ? Self.underscored(field) : field.rawValue)\": \(value(field, floats: floats))"
    }
    return "{" + members.joined(separator: ", ") + "}"
  }

  private var cells: [(String, String)] {
    [("@timestamp", "\(sql).000")] + zip(Self.camel, words).filter { $0.1 != "-" }
  }

  var insights: String {
    "["
      + (cells + [("@ptr", "Cm")]).map { "{ \"field\": \"\($0.0)\", \"value\": \"\($0.1)\" }" }
      .joined(separator: ", ") + "]"
  }

  var insightsText: String {
    (cells + [("@ptr", "Cm")]).map { "RESULTS\t\($0.0)\t\($0.1)\n" }.joined()
  }

  var elastic: String {
    let ends =
      self[.sourceAddress] == "-"
      ? ""
      : """
      "source":{"ip":"\(self[.sourceAddress])","address":"\(self[.sourceAddress])","port":\(self[.sourcePort]),"bytes":\(self[.bytes]),"packets":\(self[.packets])},\
      "destination":{"ip":"\(self[.destinationAddress])","port":\(self[.destinationPort])},\
      "network":{"iana_number":"\(self[.protocolNumber])","transport":"tcp","bytes":\(self[.bytes]),"packets":\(self[.packets])},
      """
    return """
      {"@timestamp":"\(date(.end))",\(ends)"event":{"start":"\(date(.start))","end":"\(date(.end))","kind":"event","category":["network"]},\
      "cloud":{"account":{"id":"\(self[.accountId])"}},"ecs":{"version":"8.0.0"},\
      "aws":{"vpcflow":{"version":"\(self[.version])","interface_id":"\(self[.interfaceId])","log_status":"\(self[.logStatus])","action":"\(self[.action])"}}}
      """
  }

  var ocsf: String {
    """
    {"class_uid":4001,"disposition":"\(self[.action] == "REJECT" ? "Blocked" : self[.action] == "-" ? "Other" : "Allowed")","time":\(milliseconds),\
    "start_time_dt":"\(date(.start))","end_time_dt":"\(date(.end))","status_code":"\(self[.logStatus])",\
    "metadata":{"product":{"name":"Amazon VPC","version":"\(self[.version])"},"version":"1.1.0"},\
    "cloud":{"account":{"uid":"\(self[.accountId])"}},\
    "src_endpoint":{"ip":"\(self[.sourceAddress])","port":\(value(.sourcePort))},\
    "dst_endpoint":{"ip":"\(self[.destinationAddress])","port":\(value(.destinationPort)),"interface_uid":"\(self[.interfaceId])"},\
    "connection_info":{"protocol_num":\(value(.protocolNumber))},\
    "traffic":{"packets":\(value(.packets)),"bytes":\(value(.bytes))},"observables":[{"name":"src_endpoint.ip","value":"x"}]}
    """
  }

  var sentinel: String {
    let names = [
      "Version", "AccountId", "InterfaceId", "SrcAddr", "DstAddr", "SrcPort", "DstPort", "Protocol",
      "Packets", "Bytes", "Start", "End", "Action", "LogStatus",
    ]
    let members = zip(Self.fields, names).map { field, name in
      let isTime = field == .start || field == .end
      return "\"\(name)\": \(isTime ? "\"\(date(field))\"" : value(field))"
    }
    return "{\"TimeGenerated\": \"\(date(.end))\", \"Type\": \"AWSVPCFlow\", "
      + members.joined(separator: ", ") + "}"
  }
}

/// Base64 as AWS writes it.
package enum Base64Text {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )

  /// Encodes bytes.
  package static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let bits = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
      for place in 0..<4 {
        text.append(place <= part.count ? alphabet[bits >> (18 - 6 * place) & 63] : 61)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
