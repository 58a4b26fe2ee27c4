public import FlowModel

/// Something that a network does, such as a host that communicates with an external network: what the history database
/// knows by when it was seen.
public struct BaselineEntry: Hashable, Sendable {
  /// What was seen.
  public enum Kind: String, Sendable, CaseIterable {
    /// An own or internal host began conversations with a service of an external network, and was answered.
    case outward
    /// An own or internal host served other addresses; `peer` is nil.
    case served
    /// Two internal hosts communicated; `host` began it, `peer` holds the other one alone.
    case inner
    /// Somebody of an external network held a whole session with an administrative service of `host`.
    case admin
    /// `host` left by the egress path that `label` names.
    case egress
    /// `host` communicated with a service of AWS; `label` holds it with its region, such as `S3 eu-west-1`.
    case awsService = "aws-service"
    /// `host` communicated with, or was administered from, a country or autonomous system; `label` holds it.
    case origin
    /// An interface, by its id in `label`, was in the log.
    case interface
    /// An interface, by its id in `label`, began something or was answered: it is in use.
    case interfaceUsed = "interface-used"
  }

  /// What was seen.
  public var kind: Kind
  /// The own or internal address that it is about.
  public var host: IPAddress
  /// The other side: a network, or one address; nil where there is none.
  public var peer: IPNetwork?
  /// The service; protocol and port are 0 where there is none.
  public var service: Service
  /// What has no address: an egress path, a country, an interface; empty where there is none.
  public var label: String

  /// Names something that can be seen.
  public init(
    _ kind: Kind,
    host: IPAddress,
    peer: IPNetwork? = nil,
    service: Service = Service(protocolNumber: 0, port: 0),
    label: String = ""
  ) {
    self.kind = kind
    self.host = host
    self.peer = peer
    self.service = service
    self.label = label
  }
}

extension BaselineEntry {
  /// An interface in the log, by its id.
  package static func interface(_ id: String) -> BaselineEntry {
    BaselineEntry(.interface, host: RecordBatch.unspecified, label: id)
  }

  /// An interface in use, by its id.
  package static func interfaceUsed(_ id: String) -> BaselineEntry {
    BaselineEntry(.interfaceUsed, host: RecordBatch.unspecified, label: id)
  }
}

/// When something was seen.
public struct Seen: Sendable, Equatable {
  /// Smallest start, Unix seconds.
  public var first: UInt32
  /// Largest end, Unix seconds.
  public var last: UInt32
  /// On how many days (UTC, by the middle of what each run saw of it); 1 for what one run saw.
  public var days: UInt32
  /// Bytes both ways, of all runs.
  public var bytes: UInt64

  /// Describes when something was seen.
  public init(first: UInt32, last: UInt32, days: UInt32 = 1, bytes: UInt64 = 0) {
    (self.first, self.last, self.days, self.bytes) = (first, last, days, bytes)
  }

  /// Takes in what another part of the same run saw.
  public mutating func add(_ other: Seen) {
    first = min(first, other.first)
    last = max(last, other.last)
    days = max(days, other.days)
    let (sum, overflowed) = bytes.addingReportingOverflow(other.bytes)
    bytes = overflowed ? .max : sum
  }
}

/// The hour of a host's traffic with external networks.
public struct HostHour: Hashable, Sendable {
  /// The own or internal address.
  public var host: IPAddress
  /// Hours since 1970-01-01 UTC.
  public var hour: UInt32

  /// Names an hour of a host.
  public init(host: IPAddress, hour: UInt32) { (self.host, self.hour) = (host, hour) }
}

/// What a host exchanged with external networks in one hour.
///
/// Conversations that last longer are spread evenly over their span.
public struct HourVolume: Sendable, Equatable {
  /// Bytes that the host sent.
  public var bytesOut: UInt64 = 0
  /// Bytes that came back, or came in.
  public var bytesIn: UInt64 = 0
  /// Conversations that the host began in this hour.
  public var conversations: UInt64 = 0

  /// Bytes both ways; stops at the largest number.
  package var bytes: UInt64 { Self.sum(bytesOut, bytesIn) }

  /// Nothing.
  public init() {}

  /// Adds another part of the same hour; sums stop at the largest number.
  public mutating func add(_ other: HourVolume) {
    bytesOut = Self.sum(bytesOut, other.bytesOut)
    bytesIn = Self.sum(bytesIn, other.bytesIn)
    conversations = Self.sum(conversations, other.conversations)
  }

  private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, overflowed) = left.addingReportingOverflow(right)
    return overflowed ? .max : sum
  }
}

/// All that one run's log tells of what the network does; the history takes it in.
public struct RunObservations: Sendable {
  /// What was seen, and when.
  public var baselineEntries: [BaselineEntry: Seen] = [:]
  /// What hosts exchanged with external networks, hour by hour.
  public var volumes: [HostHour: HourVolume] = [:]

  /// Nothing.
  public init() {}

  /// Takes in another part of the same run.
  public mutating func add(_ other: RunObservations) {
    for (baselineEntry, seen) in other.baselineEntries { note(baselineEntry, seen) }
    for (hour, volume) in other.volumes { volumes[hour, default: HourVolume()].add(volume) }
  }

  /// Notes that something was seen.
  public mutating func note(_ baselineEntry: BaselineEntry, _ seen: Seen) {
    if baselineEntries[baselineEntry]?.add(seen) == nil { baselineEntries[baselineEntry] = seen }
  }
}
