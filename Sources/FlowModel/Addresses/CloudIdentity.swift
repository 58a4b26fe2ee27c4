/// Which accounts and regions of AWS a log is about, as far as it tells or the user said.
public struct CloudIdentity: Sendable, Equatable {
  /// What the user gave; it stands over all that the log tells.
  public var given = AWSPlace()
  /// Every account that the log names.
  public var accounts: Set<String> = []
  /// Every region that the log names.
  public var regions: Set<String> = []
  /// The accounts that own interfaces, by the interface's id.
  public var owners: [String: String] = [:]
  /// The VPCs of interfaces, by the interface's id.
  public var networks: [String: String] = [:]
  /// The subnets of interfaces, by the interface's id.
  public var subnets: [String: String] = [:]
  /// The instances of interfaces, by the interface's id.
  public var instances: [String: String] = [:]
  /// The interfaces by their local addresses.
  public var interfaces: [IPAddress: String] = [:]

  /// Nothing known.
  public init() {}

  /// Takes over what an object's name or a line's columns tell.
  public mutating func note(_ place: AWSPlace) {
    if let account = place.account { accounts.insert(account) }
    if let region = place.region { regions.insert(region) }
  }

  /// The place of all that the log tells of no other place for: what the user gave, else the only one that the log
  /// names.
  public var sole: AWSPlace {
    AWSPlace(
      account: given.account ?? (accounts.count == 1 ? accounts.first : nil),
      region: given.region ?? (regions.count == 1 ? regions.first : nil)
    )
  }
}
