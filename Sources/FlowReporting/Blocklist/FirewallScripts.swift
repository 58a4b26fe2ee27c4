/// Sets for nftables: the script makes them where they are missing and replaces what they hold, in one transaction.
enum NFTScript {
  /// The lines of the script.
  ///
  /// Rules are left to the user: where they belong depends on the chains that exist.
  static func lines(_ list: Blocklist, _ notes: [String]) -> [String] {
    [
      "#!/usr/sbin/nft -f",
      "# Replaces the sets blocked4 and blocked6. To drop what they hold, once:",
      "#   nft add chain inet weir input '{ type filter hook input priority -10; }'",
      "#   nft add rule inet weir input ip saddr @blocked4 drop",
      "#   nft add rule inet weir input ip6 saddr @blocked6 drop",
    ] + notes + ["add table inet weir"] + set("blocked4", "ipv4_addr", list.entries(isV4: true))
      + set("blocked6", "ipv6_addr", list.entries(isV4: false))
  }

  private static func set(_ name: String, _ type: String, _ entries: [Blocklist.Entry]) -> [String]
  {
    let head = [
      "add set inet weir \(name) { type \(type); flags interval; }", "flush set inet weir \(name)",
    ]
    // An empty list of elements is a mistake of syntax.
    guard !entries.isEmpty else { return head }
    return head + ["add element inet weir \(name) {"] + entries.map { "  \($0.address)," } + ["}"]
  }
}

/// Sets for ipset: the new members are loaded beside the old ones and take their place at once.
enum IPSetScript {
  /// Part of a set's identity, so that it is the same in every list; memory is taken for members alone.
  static let mostElements = 1 << 20

  /// The lines for `ipset restore`.
  static func lines(_ list: Blocklist, _ notes: [String]) -> [String] {
    [
      "# Replaces the sets weir4 and weir6. To drop what they hold, once:",
      "#   iptables -I INPUT -m set --match-set weir4 src -j DROP",
      "#   ip6tables -I INPUT -m set --match-set weir6 src -j DROP",
    ] + notes + set("weir4", "inet", list.entries(isV4: true))
      + set("weir6", "inet6", list.entries(isV4: false))
  }

  private static func set(_ name: String, _ family: String, _ entries: [Blocklist.Entry])
    -> [String]
  {
    let create = [name, "\(name)-new"].map {
      "create \($0) hash:net family \(family) maxelem \(mostElements) -exist"
    }
    let add = entries.prefix(mostElements).map { "add \(name)-new \($0.address)" }
    return create + ["flush \(name)-new"] + add
      + ["swap \(name)-new \(name)", "destroy \(name)-new"]
  }
}
