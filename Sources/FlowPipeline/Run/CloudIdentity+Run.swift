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
    _ known: [UInt32: String]
  ) {
    self.init()
    self.given = given
    for source in report.input.sources where source.counts.records.total > 0 {
      note(AWSPlace(path: source.path))
    }
    for (number, account) in known where Int(number) < names.count {
      owners[names[Int(number)]] = account
      accounts.insert(account)
    }
    for place in report.findings.flatMap(\.evidence).compactMap(\.record?.place) {
      note(AWSPlace(account: place.account, region: place.region))
      if let interface = place.interface, owners[interface] == nil {
        owners[interface] = place.account
      }
    }
    interfaces = TargetInterfaces(own, names).interfaces
  }
}
