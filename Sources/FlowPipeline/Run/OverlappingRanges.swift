internal import FlowAggregation
internal import FlowModel

/// Private addresses that hosts of several accounts or VPCs have.
struct OverlappingRanges {
  private var owners: [IPAddress: Set<HostOwner>] = [:]
  private let interfaces: InterfaceOwners

  /// - Parameters:
  ///   - own: the local addresses.
  ///   - interfaces: the accounts and VPCs of interfaces.
  init(_ own: LocalAddresses, _ interfaces: InterfaceOwners) {
    self.interfaces = interfaces
    let (vpcs, accounts) = (interfaces.vpcs, interfaces.accounts)
    for (address, numbers) in Self.interfaces(own) where numbers.count > 1 {
      // A log without the VPC of one of them cannot say that it is another VPC.
      let all = numbers.map { vpcs[$0].map(HostOwner.vpc) }
      let known =
        all.contains(nil)
        ? numbers.compactMap { accounts[$0].map(HostOwner.account) } : all.compactMap(\.self)
      if Set(known).count > 1 { owners[address] = Set(known) }
    }
  }

  private static func interfaces(_ own: LocalAddresses) -> [IPAddress: [UInt32]] {
    var interfaces: [IPAddress: [UInt32]] = [:]
    for number in own.v4.indices {
      for address in [own.v4[number], own.v6[number]] where address != RecordBatch.unspecified {
        interfaces[address, default: []].append(UInt32(number))
      }
    }
    return interfaces
  }

  /// What tells the hosts apart; empty if there is none.
  var hosts: HostOwners {
    var hosts = HostOwners()
    let internalRanges = InternalRanges()
    for (address, owners) in owners where address.isPlainV4 && internalRanges.contains(address) {
      for owner in owners { hosts.insert(address, of: owner) }
    }
    guard !hosts.isEmpty else { return hosts }
    let (vpcs, accounts) = (interfaces.vpcs, interfaces.accounts)
    for number in Set(vpcs.keys).union(accounts.keys) {
      hosts.note(
        interface: number,
        vpc: vpcs[number].map(HostOwner.vpc),
        account: accounts[number].map(HostOwner.account)
      )
    }
    return hosts
  }

  /// What a reader must know of the addresses.
  ///
  /// - Parameter areSeparate: whether each of the hosts is a host of its own in the report.
  /// - Returns: nil when no address is shared.
  func notice(areSeparate: Bool) -> String? {
    guard let first = owners.keys.min(), let all = owners[first] else { return nil }
    let others = owners.count - 1
    let more = others > 0 ? " and \(others) more \(others > 1 ? "addresses" : "address")" : ""
    let ids = all.map(\.id).sorted().prefix(3).joined(separator: ", ")
    let kind = Self.kind(owners.values.reduce(into: []) { $0.formUnion($1) })
    let whole =
      "\(first)\(more) \(others > 0 ? "belong" : "belongs") to interfaces of several \(kind) (\(ids))"
    return areSeparate
      ? "\(whole): findings and conversations name the owner of each host, and the tables count by address"
      : "\(whole): each address is treated as one host; read them from files, or analyze the \(kind) separately, to distinguish them"
  }

  private static func kind(_ owners: Set<HostOwner>) -> String {
    let areVPCs = owners.map { if case .vpc = $0 { true } else { false } }
    if !areVPCs.contains(true) { return "accounts" }
    return areVPCs.contains(false) ? "accounts or VPCs" : "VPCs"
  }
}
