public import FlowModel

/// A raw line that shows what was found.
public struct Evidence: Sendable, Equatable {
  /// The input.
  public var path: String
  /// The line, from 1.
  public var line: UInt64
  /// The line as it stands there.
  public var text: String
  /// What the line says; nil where that is not known.
  public var record: EvidenceRecord?

  /// Names a line.
  public init(path: String, line: UInt64, text: String) {
    self.path = path
    self.line = line
    self.text = text
  }
}

/// Which records are evidence of a finding.
public struct EvidenceQuery: Sendable {
  /// Sources; nil means any that is not an local address.
  public var source: IPNetwork?
  /// The destination; nil means any own or internal address.
  public var destination: IPAddress?
  /// Protocols; empty means any.
  public var protocols: Set<UInt8> = []
  /// The destination port; nil means any.
  public var port: UInt16?
  /// The only sources that count, where several are known; empty means any that `source` allows.
  public var members: Set<IPAddress> = []
  /// Whether the destination is neither own nor internal.
  public var isOutward = false
  /// Whether only rejected records count.
  public var isRejected = false
  /// Whether the destination's answers count as well.
  public var includesReplies = false
  /// The fewest packets that a record must have.
  public var leastPackets: UInt64 = 0
  /// The network in which the destination must lie; nil means any.
  public var destinationNetwork: IPNetwork?
  /// Whether sources inside count where `source` is nil.
  public var isAnySource = false

  /// Puts the values together.
  package init(
    source: IPNetwork? = nil,
    destination: IPAddress? = nil,
    protocols: Set<UInt8> = [],
    port: UInt16? = nil,
    members: Set<IPAddress> = [],
    isOutward: Bool = false,
    isRejected: Bool = false,
    includesReplies: Bool = false,
    leastPackets: UInt64 = 0,
    destinationNetwork: IPNetwork? = nil,
    isAnySource: Bool = false
  ) {
    self.source = source
    self.destination = destination
    self.protocols = protocols
    self.port = port
    self.members = members
    self.isOutward = isOutward
    self.isRejected = isRejected
    self.includesReplies = includesReplies
    self.leastPackets = leastPackets
    self.destinationNetwork = destinationNetwork
    self.isAnySource = isAnySource
  }

  /// A query that no record answers.
  package static let none = EvidenceQuery()
}
