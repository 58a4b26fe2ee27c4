import FlowModel

/// Payloads: text, JSON or gzip, as it is or in base64.
extension JSONReader {
  /// Payloads in payloads that are unpacked.
  private static let deepestPayload = 3

  mutating func unpackPayload(_ payload: [UInt8], _ lines: inout LineBlock) {
    guard level < Self.deepestPayload, var content = Self.content(payload) else {
      return lines.reject(.badPayload)
    }
    for _ in 0..<2 where content.starts(with: [0x1f, 0x8b]) {
      guard let inflated = unpack(content) else { return lines.reject(.badPayload) }
      content = inflated
    }
    let before = lines.lines
    guard let first = content.first(where: { !JSONScanner.isBlank($0) }),
      first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    else {
      MessageText.writeLines(content.span, content.indices, to: &lines)
      return
    }
    readInner(content, &lines)
    if lines.lines == before, content.isEmpty { lines.reject(.badPayload) }
  }

  private mutating func readInner(_ content: [UInt8], _ lines: inout LineBlock) {
    var inner = JSONReader(level: level + 1, unpack: unpack)
    swap(&inner.paths, &paths)
    swap(&inner.record, &record)
    let used = inner.read(content.span, isLast: true, to: &lines)
    if used == content.count, inner.fault(rest: 0) != nil { lines.reject(.cutOff) }
    if level == 0, inner.kind != nil { kind = inner.kind }
    swap(&inner.paths, &paths)
    swap(&inner.record, &record)
  }

  /// A payload as it is, where it is text, or decoded.
  private static func content(_ payload: [UInt8]) -> [UInt8]? {
    guard let first = payload.first else { return nil }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || payload.contains(32) {
      return payload
    }
    return Base64.decode(payload)
  }

  /// What kind of documents these are, by the members seen so far; nil while they say nothing.
  func describe() -> String? {
    let names = paths.names
    return Self.kinds.first { names.contains($0.member) }?.kind
  }

  private static let kinds: [(member: String, kind: String)] = [
    ("logEvents", "CloudWatch Logs subscription"), ("awslogs.data", "CloudWatch Logs subscription"),
    ("kinesis.data", "CloudWatch Logs subscription"), ("class_uid", "OCSF"),
    ("requestId", "Firehose request"), ("events", "CloudWatch Logs events"),
    ("ingestionTime", "CloudWatch Logs events"), ("_raw", "events with _raw"),
    ("TimeGenerated", "Microsoft Sentinel table"), ("@message", "Logs Insights results"),
    ("body", "OpenTelemetry or OpenSearch documents"), ("source.ip", "Elastic Common Schema"),
    ("source.address", "Elastic Common Schema"),
    ("_source.source.ip", "Elastic Common Schema"), ("@ptr", "Logs Insights results"),
    ("srcAddr", "Logs Insights results"), ("message", "JSON with messages"),
    ("srcaddr", "flat JSON"), ("src_addr", "flat JSON"),
  ]
}

/// Base64, in the usual alphabet or the one of URLs.
enum Base64 {
  /// Decodes a text; line feeds and blanks count for nothing.
  ///
  /// - Returns: nil for a text with other characters, or of a length that none has.
  static func decode(_ text: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var (bits, count, padding) = (UInt32(0), 0, 0)
    for byte in text where byte > 0x20 {
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 1
      if count & 3 == 0 {
        bytes += [UInt8(bits >> 16 & 0xff), UInt8(bits >> 8 & 0xff), UInt8(bits & 0xff)]
      }
    }
    switch count & 3 {
    case 0: break
    case 2: bytes.append(UInt8(bits >> 4 & 0xff))
    case 3: bytes += [UInt8(bits >> 10 & 0xff), UInt8(bits >> 2 & 0xff)]
    default: return nil
    }
    return padding <= 2 ? bytes : nil
  }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
