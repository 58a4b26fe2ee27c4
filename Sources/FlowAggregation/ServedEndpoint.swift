public import FlowModel

/// What others began with one service of an own or internal address.
///
/// Told of services that strangers try or that floods aim at; of all others as well where a memory is kept and somebody
/// was answered.
public struct ServedEndpoint: Sendable {
  /// What came in one hour, by the time of each source's first try.
  public struct Hour: Sendable, Equatable {
    /// Hours since 1970.
    public var hour: UInt32 = 0
    /// Outside sources that tried for the first time.
    public var sources: UInt64 = 0
    /// Those among them that were answered.
    public var answered: UInt64 = 0
    /// Their packets.
    public var packets: UInt64 = 0
    /// Their bytes.
    public var bytes: UInt64 = 0
    /// What came back.
    public var replyBytes: UInt64 = 0
  }

  /// The own or internal address.
  public var address: IPAddress
  /// Its service.
  public var service: Service
  /// Outside sources that tried.
  public var triedOutside: UInt64 = 0
  /// Outside sources that were answered.
  public var answeredOutside: UInt64 = 0
  /// Inside sources that were answered.
  public var answeredInside: UInt64 = 0
  /// Outside sources with a conversation of eight packets or more.
  public var sessionsOutside: UInt64 = 0
  /// Inside sources with a conversation of eight packets or more.
  public var sessionsInside: UInt64 = 0
  /// What the outside sources sent.
  public var bytes: UInt64 = 0
  /// In so many packets.
  public var packets: UInt64 = 0
  /// What came back.
  public var replyBytes: UInt64 = 0
  /// Earliest record, Unix seconds.
  public var first = UInt32.max
  /// Latest record, Unix seconds.
  public var last: UInt32 = 0
  /// The slices of the log that the conversations touch (`LogSlices`).
  public var activity: UInt64 = 0
  /// Some outside source that was answered, the one with the smallest address; nil without any.
  public var sample: IPAddress?
  /// Some inside source that was answered, the one with the smallest address; nil without any.
  public var insideSample: IPAddress?
  /// Of the hours in which fewer than half of the new outside sources were answered, the one with the most of them.
  public var busiest = Hour()
  /// Of the hours in which less than a twentieth of the bytes came back, the one with the most packets.
  public var heaviest = Hour()

  init(address: IPAddress, service: Service) {
    self.address = address
    self.service = service
  }
}
