internal import FlowAggregation
internal import FlowDetection
internal import FlowFindings
internal import FlowModel
internal import FlowReporting

extension CloudIdentity {
  /// What a run learned: from the names of its inputs, the columns before interfaces, and the lines that are evidence.
  init(
    _ given: AWSPlace,
    _ report: Report,
    _ own: LocalAddresses,
    _ names: [String],
    _ known: InterfaceOwners
  ) {
    self.init()
    self.given = given
    for source in report.input.sources where source.counts.records.total > 0 {
      note(AWSPlace(path: source.path))
    }
    owners = Self.byName(known.accounts, names)
    accounts.formUnion(owners.values)
    networks = Self.byName(known.vpcs, names)
    subnets = Self.byName(known.subnets, names)
    instances = Self.byName(known.instances, names)
    for place in report.findings.flatMap(\.evidence).compactMap(\.record?.place) {
      note(AWSPlace(account: place.account, region: place.region))
      if let interface = place.interface, owners[interface] == nil {
        owners[interface] = place.account
      }
    }
    interfaces = TargetInterfaces(own, names).interfaces
  }

  private static func byName(_ texts: [UInt32: String], _ names: [String]) -> [String: String] {
    Dictionary(
      texts.filter { $0.key < names.count }.map { (names[Int($0.key)], $0.value) },
      uniquingKeysWith: min
    )
  }
}
