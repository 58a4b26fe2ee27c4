internal import FlowFindings
internal import FlowModel

/// Members beside an address; absent where nothing is known, so that a report without the options is as ever.
extension AddressFacts {
  /// `account` or `vpc`, `name`, `aws` and `origin` of an address in an object of its own.
  func write(_ address: IPAddress, _ json: inout JSONWriter) {
    writeOwner(address, ("account", "vpc"), &json)
    if let name = name(address) { json.member("name", name) }
    write(aws(address), as: "aws", &json)
    write(origin(address), as: "origin", &json)
  }

  /// The account or VPC of a host whose address hosts of others have as well.
  func writeOwner(
    _ address: IPAddress,
    _ keys: (account: String, vpc: String),
    _ json: inout JSONWriter
  ) {
    switch owner(address) {
    case .account(let number): json.member(keys.account, number)
    case .vpc(let id): json.member(keys.vpc, id)
    case nil: break
    }
  }

  /// `aws` and `origin` of a network.
  func write(_ network: IPNetwork, _ json: inout JSONWriter) {
    write(aws(network), as: "aws", &json)
    write(origin(network), as: "origin", &json)
  }

  /// `sourceName`, `sourceAWS` and `sourceOrigin`: rows of tables have two addresses.
  func write(_ address: IPAddress, as column: String, _ json: inout JSONWriter) {
    if let name = name(address) { json.member("\(column)Name", name) }
    write(aws(address), as: "\(column)AWS", &json)
    write(origin(address), as: "\(column)Origin", &json)
  }

  /// `names` by address, of those in a list that have one.
  func writeNames(_ addresses: [IPAddress], _ json: inout JSONWriter) {
    var seen: Set<IPAddress> = []
    let named = addresses.compactMap { address in
      seen.insert(address.plain).inserted ? name(address).map { (address, $0) } : nil
    }
    guard !named.isEmpty else { return }
    json.key("names")
    json.object { json in
      for (address, name) in named { json.member(address.description, name) }
    }
  }

  private func write(
    _ aws: (service: String, region: String)?,
    as key: String,
    _ json: inout JSONWriter
  ) {
    guard let aws else { return }
    json.key(key)
    json.object { json in
      json.member("service", aws.service)
      if !aws.region.isEmpty { json.member("region", aws.region) }
    }
  }

  private func write(_ origin: AddressOrigin?, as key: String, _ json: inout JSONWriter) {
    guard let origin else { return }
    json.key(key)
    json.object { json in
      if let country = origin.country { json.member("country", country) }
      if let asn = origin.asn { json.member("asn", asn) }
      if let organization = origin.organization { json.member("organization", organization) }
    }
  }
}
