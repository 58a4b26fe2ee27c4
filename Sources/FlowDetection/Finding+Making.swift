internal import FlowAggregation
internal import FlowModel

extension Finding {
  /// Hours between two times.
  static func hours(_ first: UInt32, _ last: UInt32) -> Double {
    last > first ? Double(last - first) / 3600 : 0
  }

  /// FNV-1a over the parts, as sixteen hexadecimal digits: the same in every run and on every machine.
  static func stableID(_ parts: String...) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in parts.joined(separator: "\u{1f}").utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// A line for a suppression file.
  static func suppression(
    rule: String,
    source: String? = nil,
    destination: IPAddress? = nil,
    service: Service? = nil
  ) -> String {
    var parts = ["rule: \(rule)"]
    if let source { parts.append("source: \"\(source)\"") }
    if let destination { parts.append("destination: \"\(destination)\"") }
    if let service, ProtocolNumber.hasPorts(service.protocolNumber) {
      parts.append("port: \(service.port)")
    }
    return "- {\(parts.joined(separator: ", ")), reason: \"\"}"
  }
}

extension OutcomeCounts {
  /// The furthest that any conversation got.
  var furthest: String {
    if sessions > 0 { return "open" }
    if touched > 0 { return "touched" }
    if refused > 0, refused >= blocked, refused >= silent { return "refused" }
    return silent > blocked ? "silent" : "blocked"
  }

  /// One clause for the screen.
  var words: String {
    guard touched + sessions > 0 else {
      let kinds = [("blocked", blocked), ("silent", silent), ("refused", refused)]
      let present = kinds.filter { $0.1 > 0 }
      return present.count == 1
        ? "all \(present[0].0)" : present.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }
    let answered = touched + sessions
    return failures > 0 ? "\(failures) got nothing, \(answered) answered" : "\(answered) answered"
  }

  /// How sure a finding is whose conversations these are.
  func confidence(sure: UInt64) -> Confidence {
    if sure * 20 >= total * 19 { return .high }
    return sure * 10 >= total * 8 ? .medium : .low
  }
}

extension FindingCounts {
  init(_ outcomes: OutcomeCounts, _ sums: RecordSums) {
    self.init(
      conversations: outcomes.total,
      records: sums.records,
      accepted: sums.accepted,
      rejected: sums.rejected,
      packets: sums.packets,
      bytes: sums.bytes
    )
  }
}

extension IPNetwork {
  /// The network that holds this address alone.
  init(only address: IPAddress) {
    // The full length always fits its family.
    self = IPNetwork(address, prefixLength: address.isV4 ? 32 : 128) ?? IPNetwork(only: address)
  }
}
