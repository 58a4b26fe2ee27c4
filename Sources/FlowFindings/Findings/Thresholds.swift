/// Thresholds that the user may set, with the values that they have otherwise.
public struct Thresholds: Sendable, Equatable {
  /// `scan.horizontal`: distinct own addresses.
  public var scanAddresses: UInt64 = 10
  /// `scan.vertical`: distinct ports of one own address.
  public var scanPorts: UInt64 = 10
  /// `ssh.bruteforce` and its kin: attempts of one source at one target.
  public var guesses: UInt32 = 10
  /// `ssh.bruteforce.campaign`: sources.
  public var campaignSources: UInt64 = 5
  /// `outbound.sweep`: distinct outside addresses in one hour.
  public var sweepAddresses: UInt64 = 50
  /// `outbound.portscan`: distinct ports of one outside address in one hour.
  public var sweepPorts: UInt64 = 25
  /// `lateral.scan`: distinct internal addresses in one hour.
  public var lateralAddresses: UInt64 = 10
  /// `outbound.dos`: packets in one minute.
  public var floodPackets: UInt64 = 100_000
  /// `sg.too-open`: distinct outside networks.
  public var exposedNetworks: UInt64 = 10
  /// `reject.storm`: rejected records in one hour.
  public var rejectsPerHour: UInt64 = 100

  /// The values of the rules' pages.
  public init() {}
}
