/// Regular traffic that is recognized for what it is: a fact for the reader, and no alarm.
public struct KnownFact: Sendable, Equatable {
  /// `time`, `resolver`, `health-check`, `agent` or `aws`.
  public var kind: String
  /// One sentence.
  public var text: String
  /// Hosts that do it.
  public var hosts: Int
  /// With whom.
  public var peers: Int

  /// Puts the values together.
  package init(
    kind: String,
    text: String,
    hosts: Int,
    peers: Int
  ) {
    self.kind = kind
    self.text = text
    self.hosts = hosts
    self.peers = peers
  }
}
