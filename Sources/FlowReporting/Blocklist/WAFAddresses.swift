internal import FlowModel

/// Input of `aws wafv2 update-ip-set`, one object for each address version, as an IP set holds one version only.
enum WAFAddresses {
  /// So many addresses and ranges does an IP set of AWS WAF take.
  static let most = 10_000

  /// Stands for the id and the lock token, which only the account knows; the service refuses it.
  private static let placeholder = "00000000-0000-0000-0000-000000000000"

  /// The members `IPV4` and `IPV6`, each what `--cli-input-json` takes.
  ///
  /// Name, id, scope and lock token are placeholders, over which the command's own options go.
  static func json(_ list: Blocklist, isInterrupted: Bool) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      for (version, isV4) in [("IPV4", true), ("IPV6", false)] {
        json.key(version)
        json.object { write(list.entries(isV4: isV4), version, isInterrupted, &$0) }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  /// That an IP set does not hold all; nil when it does.
  static func shortage(_ list: Blocklist) -> String? {
    let counts = [
      ("IPv4", list.entries(isV4: true).count), ("IPv6", list.entries(isV4: false).count),
    ]
    let cut = counts.filter { $0.1 > most }.map {
      "\(TextFormat.grouped(UInt64(most))) of \(TextFormat.grouped(UInt64($0.1))) \($0.0) entries"
    }
    guard !cut.isEmpty else { return nil }
    return
      "AWS WAF takes \(TextFormat.grouped(UInt64(most))) entries in an IP set: \(cut.joined(separator: ", ")) are listed, those with the highest scores"
  }

  private static func write(
    _ entries: [Blocklist.Entry],
    _ version: String,
    _ isInterrupted: Bool,
    _ json: inout JSONWriter
  ) {
    json.member("Name", "weir-\(version.lowercased())")
    json.member("Scope", "REGIONAL")
    json.member("Id", placeholder)
    json.member("Description", description(entries.count, isInterrupted))
    json.key("Addresses")
    json.array { json in
      for entry in entries.prefix(most) {
        json.element()
        json.value(entry.network.description)
      }
    }
    json.member("LockToken", placeholder)
  }

  /// In the letters that the service allows.
  private static func description(_ count: Int, _ isInterrupted: Bool) -> String {
    let sources = count == 1 ? "1 source" : "\(count) sources"
    let listed = count > most ? "\(most) of \(sources), the highest scores" : sources
    return
      "Weir findings: \(listed)\(isInterrupted ? ", INTERRUPTED: made from what was read until then" : "")"
  }
}
